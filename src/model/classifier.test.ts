// The classifier on networks whose answers are written into them, so that every box can be worked out by hand.

import { describe, expect, it } from 'vitest';
import { createSession } from '../engine/session.ts';
import { Graph, type Value } from '../nn/graph.ts';
import { encodeModel } from '../nn/onnx.ts';
import type { Session } from '../nn/tensor.ts';
import type { RgbImage } from '../vision/rgb-image.ts';
import type { Card, MouthArchitecture } from './card.ts';
import { createClassifier, firstInput } from './classifier.ts';
import { FINDER_CHANNELS } from './mouth.ts';
import { type CropMouth, cropBareMouth, cropMouth } from './reader-crop.ts';
import { testCard } from './test-card.ts';
import { toBatch } from './to-batch.ts';

const SIZE = 64;
const CELLS = 8;
const input = {
  size: SIZE,
  mean: 127.5,
  scale: 127.5,
  fit: 'letterbox' as const,
  fill: [114, 114, 114] as [number, number, number],
};
const architecture: MouthArchitecture = {
  arch: 'mouth',
  finder: input,
  finderStride: 8,
  reader: input,
  placeZooms: [],
  readerZooms: [3, 4],
  maxMouths: 2,
  finderThreshold: 0.5,
  presence: { finder: 0.5, reader: 0.5, small: 0, large: 0, bias: 0 },
  presenceThreshold: 0.5,
  sureThreshold: 0.5,
};
const card = testCard({
  architecture,
  calibration: { temperature: 2, bias: 0.5 },
  thresholds: { closedBelow: 0.4, openAbove: 0.6 },
});

interface Cell {
  readonly row: number;
  readonly column: number;
  readonly mouth: number;
  readonly base?: readonly [number, number];
}

/** (1, 1, 1, 1) for each picture of the batch. */
function meanOfFirstChannel(g: Graph): Value {
  const x = g.input('x', [1, 3, SIZE, SIZE]);
  const mean = g.emit('GlobalAveragePool', [x], [1, 3, 1, 1]);
  return g.emit('Slice', [mean, g.ints([0]), g.ints([1]), g.ints([1])], [1, 1, 1, 1]);
}

/** A network that answers the same whatever it sees: for each picture of the batch, `values`. */
async function constantNetwork(
  output: string,
  dims: readonly number[],
  values: Float32Array,
): Promise<Session> {
  const g = new Graph();
  const first = meanOfFirstChannel(g);
  const ones = dims.length === 4 ? first : g.emit('Flatten', [first], [1, 1]);
  const nothing = g.emit('Mul', [ones, g.scalar(0)], [1, 1]);
  const constant = g.initializer('answer', { dims, data: values });
  g.output(output, g.emit('Add', [nothing, constant], dims));
  return createSession(encodeModel(g.toModel('constant', { dynamicBatch: true })), { threads: 1 });
}

function finderOf(cells: readonly Cell[]): Promise<Session> {
  const map = new Float32Array(7 * CELLS * CELLS);
  const at = (channel: number, { row, column }: Cell): number => (channel * CELLS + row) * CELLS + column;
  map.fill(-9, 0, CELLS * CELLS);
  for (const cell of cells) {
    map[at(FINDER_CHANNELS.mouth, cell)] = cell.mouth;
    map[at(FINDER_CHANNELS.size, cell)] = Math.log2(1.25);
    map[at(FINDER_CHANNELS.dx, cell)] = 0.25;
    const [baseX, baseY] = cell.base ?? [0, 1];
    map[at(FINDER_CHANNELS.baseX, cell)] = baseX;
    map[at(FINDER_CHANNELS.baseY, cell)] = baseY;
  }
  return constantNetwork('map', [1, 7, CELLS, CELLS], map);
}

/** A reader that says `open` by `gain` times the mean of a crop's first channel. */
async function redReader(mouth: number, gain: number): Promise<Session> {
  const g = new Graph();
  const gains = g.initializer('gains', { dims: [1, 2], data: Float32Array.of(0, gain) });
  const scaled = g.emit('Mul', [g.emit('Flatten', [meanOfFirstChannel(g)], [1, 1]), gains], [1, 2]);
  const bias = g.initializer('bias', { dims: [1, 2], data: Float32Array.of(mouth, 0) });
  g.output('state', g.emit('Add', [scaled, bias], [1, 2]));
  return createSession(encodeModel(g.toModel('red', { dynamicBatch: true })), { threads: 1 });
}

const readerOf = (mouth: number, open: number): Promise<Session> =>
  constantNetwork('state', [1, 2], Float32Array.of(mouth, open));

/** 128 × 64: letterboxed into 64, one input pixel is two of the picture and 16 rows lie above it. */
const wide: RgbImage = { width: 128, height: 64, data: new Uint8Array(128 * 64 * 3).fill(200) };

describe('the mouth classifier', () => {
  it('reports box, state and probabilities in the picture given', async () => {
    const networks = {
      finder: await finderOf([{ row: 3, column: 4, mouth: 3 }]),
      reader: await readerOf(2, 3),
    };
    const answer = await createClassifier(card, networks).classify(wide);
    expect(answer.verdict).toBe('open');
    // Calibrated: sigmoid(3 / 2 + 0.5).
    expect(answer.pOpen).toBeCloseTo(1 / (1 + Math.exp(-2)), 6);
    expect(answer.bottles).toHaveLength(1);
    const [{ box, presence, state, confidence }] = answer.bottles;
    const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
    expect(presence).toBeCloseTo(sigmoid((3 + 2) / 2), 6);
    expect([state, confidence]).toEqual(['open', answer.pOpen]);
    // Centre (4.75, 3.5) cells = (38, 28) input pixels = (76, 24) of the picture; the diameter is 20 there.
    // The box is 1.6 × 2.6 diameters around a point 0.7 diameters further down.
    const expected = [76 - 16, 24 + 14 - 26, 32, 52];
    expected.forEach((value, i) => {
      expect(box[i]).toBeCloseTo(value, 3);
    });
    // The map lies over the picture: the two rows of cells above it are padding.
    expect([answer.attention.width, answer.attention.height]).toEqual([CELLS, CELLS / 2]);
    expect(answer.attention.values[(3 - 2) * CELLS + 4]).toBeCloseTo(sigmoid(3), 6);
  });

  it('reads the state where the reader says that the mouth lies, not where the finder thought', async () => {
    // The mouth of the first test, and a reader for whom it lies an eighth of the crop further right and down
    // and is half as wide as the finder said: a crop of 4 diameters shows it in 1/8 of its side.
    const finder = await finderOf([{ row: 3, column: 4, mouth: 3 }]);
    const reader = await constantNetwork('state', [1, 7], Float32Array.of(2, 3, -1, 1, 1, 0, 1));
    const placing = { ...card, architecture: { ...architecture, placeZooms: [[4]] } };
    const answer = await createClassifier(placing, { finder, reader }).classify(wide);
    const [{ box }] = answer.bottles;
    // Before: centre (76, 24), 20 wide; crops of 80 pixels. Now: centre (86, 34), 10 wide.
    const expected = [86 - 8, 34 + 7 - 13, 16, 26];
    expected.forEach((value, i) => {
      expect(box[i]).toBeCloseTo(value, 3);
    });
  });

  it('weighs what all four say of a mouth, and tells no state where they are too unsure', async () => {
    const finder = await finderOf([{ row: 3, column: 4, mouth: 2 }]);
    const weights = { finder: 0.5, reader: 0.25, small: 1, large: 1, bias: -1 };
    const unsure = { ...architecture, presence: weights, presenceThreshold: 0.4, sureThreshold: 0.7 };
    const networks = { finder, reader: await readerOf(2, 3) };
    // 0.5 · 2 + 0.25 · 2 − 1, and the finder's file has no detector, which then says nothing either way.
    const answer = await createClassifier({ ...card, architecture: unsure }, networks).classify(wide);
    expect(answer.bottles[0]?.presence).toBeCloseTo(1 / (1 + Math.exp(-0.5)), 6);
    expect([answer.verdict, answer.bottles[0]?.state]).toEqual(['uncertain', 'uncertain']);
  });

  it('averages a doubtful state with that of crops whose neck is hidden, as much as it is in doubt', async () => {
    const finder = await finderOf([{ row: 3, column: 4, mouth: 3 }]);
    const stateDoubt = { below: 3, bareZooms: [3, 4] };
    const doubting = { ...card, architecture: { ...architecture, stateDoubt } };
    // The diameter is 20 pixels at (76, 24), the right way up.
    const mouth = { x: 76, y: 24, diameter: 20, angle: 0 };
    const redOf = (crop: CropMouth): number => {
      const crops = [3, 4].map((zoom) => crop(wide, mouth, zoom, SIZE, input.fill));
      const { data } = toBatch(crops, input);
      const plane = SIZE * SIZE;
      const mean = (at: number) => data.subarray(at, at + plane).reduce((sum, v) => sum + v, 0) / plane;
      return (mean(0) + mean(3 * plane)) / 2;
    };
    const [whole, bare] = [redOf(cropMouth), redOf(cropBareMouth)];
    for (const [gain, say] of [
      [1 / whole, 0.5],
      [-2.5 / whole, 0.25],
      [4 / whole, 0],
    ]) {
      const networks = { finder, reader: await redReader(2, gain) };
      const { pOpen } = await createClassifier(doubting, networks).classify(wide);
      const open = gain * ((1 - say) * whole + say * bare);
      expect(pOpen).toBeCloseTo(1 / (1 + Math.exp(-(open / 2 + 0.5))), 4);
    }
    // Of what is likely no mouth nobody looks twice at the state.
    const networks = { finder, reader: await redReader(-4, 1 / whole) };
    const { pOpen } = await createClassifier(doubting, networks).classify(wide);
    expect(pOpen).toBeCloseTo(1 / (1 + Math.exp(-(1 / 2 + 0.5))), 4);
  });

  it('turns the box with a bottle that lies on its side', async () => {
    const cell = { row: 3, column: 4, mouth: 3, base: [-1, 0] as const };
    const networks = { finder: await finderOf([cell]), reader: await readerOf(2, -3) };
    const [{ box, state }] = (await createClassifier(card, networks).classify(wide)).bottles;
    expect(state).toBe('closed');
    const expected = [76 - 14 - 26, 24 - 16, 52, 32];
    expected.forEach((value, i) => {
      expect(box[i]).toBeCloseTo(value, 3);
    });
  });

  it('lists several bottles, most visible first, and no more than it may', async () => {
    const cells = [
      { row: 3, column: 1, mouth: 1 },
      { row: 4, column: 6, mouth: 4 },
      { row: 2, column: 4, mouth: 2 },
    ];
    const networks = { finder: await finderOf(cells), reader: await readerOf(2, 0) };
    const { bottles, verdict } = await createClassifier(card, networks).classify(wide);
    expect(bottles.map(({ box }) => Math.round((box[0] + box[2] / 2) / 16 - 0.75))).toEqual([6, 4]);
    expect(verdict).toBe('open'); // 0 / 2 + 0.5 is still 0.62
  });

  it('says no bottle when either network doubts the mouth, and still which state is likelier', async () => {
    for (const [mouth, read] of [
      [-4, 2],
      [2, -4],
    ]) {
      const networks = {
        finder: await finderOf([{ row: 3, column: 4, mouth }]),
        reader: await readerOf(read, 3),
      };
      const answer = await createClassifier(card, networks).classify(wide);
      expect([answer.verdict, answer.bottles]).toEqual(['no_bottle', []]);
      expect(answer.pOpen).toBeCloseTo(1 / (1 + Math.exp(-2)), 6);
    }
  });

  it('is uncertain inside the card band', async () => {
    const networks = {
      finder: await finderOf([{ row: 3, column: 4, mouth: 3 }]),
      reader: await readerOf(2, -1),
    };
    const answer = await createClassifier(card, networks).classify(wide);
    expect([answer.verdict, answer.pOpen]).toEqual(['uncertain', 0.5]);
  });

  it('names the network that is missing', async () => {
    const reader = await readerOf(0, 0);
    expect(() => createClassifier(card, { reader })).toThrow('no network named finder');
  });
});

describe('the seed classifier', () => {
  const seed: Card = {
    ...card,
    architecture: { arch: 'seed-cnn', input: { ...input, mean: 0, scale: 255, fit: 'stretch' } },
  };

  it('reads the whole picture, has no box, and its card decides the preprocessing', async () => {
    const model = await constantNetwork('state', [1, 1], Float32Array.of(-5));
    const answer = await createClassifier(seed, { model }).classify(wide);
    expect(answer).toMatchObject({ verdict: 'closed', bottles: [] });
    expect(answer.pOpen).toBeCloseTo(1 / (1 + Math.exp(2)), 6);
    const { data } = firstInput(seed, wide);
    expect(data.every((value) => value === Math.fround(200 / 255))).toBe(true);
    // The mouth card letterboxes: grey bars above and below.
    const bars = firstInput(card, wide).data;
    expect(bars[0]).toBeCloseTo((114 - 127.5) / 127.5, 6);
    expect(bars[32 * SIZE]).toBeCloseTo((200 - 127.5) / 127.5, 6);
  });
});
