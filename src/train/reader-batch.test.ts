// What a batch says of a place against what can be measured in its pixels.

import { expect, it } from 'vitest';
import { MOUTH_IN_CROP } from '../model/reader-crop.ts';
import { createRandom } from '../nn/random.ts';
import type { RgbImage } from '../vision/rgb-image.ts';
import type { KnownMouth } from './pictures.ts';
import { readerBatch } from './reader-batch.ts';

const SIZE = 128;
const COUNT = 24;
const WIDTH = 400;

/** A white disc for the mouth and, two diameters towards the base, a smaller one. */
function drawDiscs({ x, y, diameter, angle }: KnownMouth): RgbImage {
  const data = new Uint8Array(WIDTH * WIDTH * 3).fill(20);
  const radians = (angle * Math.PI) / 180;
  const [cx, cy, d] = [x * WIDTH, y * WIDTH, diameter * WIDTH];
  const disc = (centreX: number, centreY: number, radius: number): void => {
    for (let row = 0; row < WIDTH; row++)
      for (let column = 0; column < WIDTH; column++)
        if (Math.hypot(column + 0.5 - centreX, row + 0.5 - centreY) < radius)
          data.fill(240, 3 * (row * WIDTH + column), 3 * (row * WIDTH + column) + 3);
  };
  disc(cx, cy, d / 2);
  disc(cx - 1.2 * d * Math.sin(radians), cy + 1.2 * d * Math.cos(radians), d / 6);
  return { width: WIDTH, height: WIDTH, data };
}

/** Bright pixels of one crop in two heaps: the large disc and the small one. */
function heaps(x: Float32Array, i: number) {
  const bright = new Uint8Array(SIZE * SIZE).map((_, p) => {
    const at = i * 3 * SIZE * SIZE + p;
    return x[at] + x[at + SIZE * SIZE] + x[at + 2 * SIZE * SIZE] > 0 ? 1 : 0;
  });
  const found: { area: number; x: number; y: number }[] = [];
  for (let start = 0; start < bright.length; start++) {
    if (!bright[start]) continue;
    const heap = { area: 0, x: 0, y: 0 };
    const stack = [start];
    bright[start] = 0;
    for (let p = stack.pop(); p !== undefined; p = stack.pop()) {
      heap.area += 1;
      heap.x += (p % SIZE) + 0.5;
      heap.y += Math.floor(p / SIZE) + 0.5;
      for (const q of [p - 1, p + 1, p - SIZE, p + SIZE]) {
        const beside = Math.abs((q % SIZE) - (p % SIZE)) <= 1;
        if (q >= 0 && q < bright.length && beside && bright[q]) {
          bright[q] = 0;
          stack.push(q);
        }
      }
    }
    found.push({ area: heap.area, x: heap.x / heap.area, y: heap.y / heap.area });
  }
  return found.sort((one, other) => other.area - one.area);
}

it('says where the mouth lies in every crop, how large it is and which way the bottle points', async () => {
  const mouth: KnownMouth = { x: 0.5, y: 0.45, diameter: 0.16, angle: 35, state: 'open', exact: true };
  const image = drawDiscs(mouth);
  const batch = await readerBatch(COUNT, SIZE, async () => ({ image, mouth }), createRandom(3));
  let measured = 0;
  for (let i = 0; i < COUNT; i++) {
    const [large, small] = heaps(batch.x.data, i);
    const isWhole = large && small && large.area > 100 && Math.abs(large.area / small.area - 9) < 2.5;
    if (!isWhole) continue; // a disc reaches over the edge, or the colours were washed out
    measured += 1;
    const [size, dx, dy, baseX, baseY] = batch.placeTarget.data.subarray(5 * i, 5 * i + 5);
    expect(Math.abs(SIZE * (MOUTH_IN_CROP[0] + dx / 8) - large.x)).toBeLessThan(1.5);
    expect(Math.abs(SIZE * (MOUTH_IN_CROP[1] + dy / 8) - large.y)).toBeLessThan(1.5);
    const diameter = 2 * Math.sqrt(large.area / Math.PI);
    expect(Math.abs(Math.log2(diameter / ((2 ** size * SIZE) / 4)))).toBeLessThan(0.15);
    const [x, y] = [small.x - large.x, small.y - large.y];
    expect((x * baseX + y * baseY) / Math.hypot(x, y)).toBeGreaterThan(0.99);
  }
  expect(measured).toBeGreaterThan(COUNT / 3);
});

it('asks for no place where nobody clicked, and for no state where there is no mouth', async () => {
  const found: KnownMouth = { x: 0.5, y: 0.5, diameter: 0.2, angle: 0, state: 'closed', exact: false };
  const image = drawDiscs(found);
  const elsewhere = { x: 50, y: 50, diameter: 40, angle: 0 };
  const places = [
    { image, mouth: found },
    { image, mouth: null, elsewhere },
  ];
  let next = 0;
  const batch = await readerBatch(2, SIZE, async () => places[next++], createRandom(1));
  expect([...batch.placeWeight.data]).toEqual(Array(10).fill(0));
  expect([...batch.target.data]).toEqual([1, 0, 0, 0]);
  expect([...batch.weight.data]).toEqual([1, 1, 1, 0]);
});
