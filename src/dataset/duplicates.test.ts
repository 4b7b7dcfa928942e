import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decode, encodeJpeg, encodePng, encodeWebp } from '../decode/index.ts';
import { changeColour, NO_COLOUR_CHANGE } from '../vision/colour.ts';
import { blur } from '../vision/degrade.ts';
import { resizeArea, resizeInto } from '../vision/resize.ts';
import { createImage, type RgbImage } from '../vision/rgb-image.ts';
import { type FileIdentity, identify, manifestHash, regroup, type Sample, withoutTwinsOf } from './index.ts';
import { fingerprint, isSameScene } from './perceptual-hash.ts';

/** A room that the seed decides: a slope of light with shapes of different colours before it. */
function scene(seed: number, width = 120, height = 90): RgbImage {
  let state = seed * 2654435761 + 12345;
  const random = () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return (state >>> 0) / 2 ** 32;
  };
  const image = createImage(width, height);
  const tint = [random() * 160, random() * 160, random() * 160];
  const shapes = Array.from({ length: 12 }, () => ({
    x: random(),
    y: random(),
    w: 0.04 + random() * 0.2,
    h: 0.04 + random() * 0.3,
    round: random() < 0.5,
    colour: [random() * 255, random() * 255, random() * 255],
  }));
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      let colour = tint.map((value) => value + (90 * x) / width);
      for (const shape of shapes) {
        const dx = (x / width - shape.x) / shape.w;
        const dy = (y / height - shape.y) / shape.h;
        if (shape.round ? dx * dx + dy * dy < 1 : Math.max(Math.abs(dx), Math.abs(dy)) < 0.7)
          colour = shape.colour;
      }
      image.data.set(colour, (y * width + x) * 3);
    }
  return image;
}

function crop(image: RgbImage, left: number, top: number, part: number): RgbImage {
  const width = Math.round(image.width * part);
  const height = Math.round(image.height * part);
  const target = createImage(width, height);
  resizeInto(image, [left, top, width, height], { left: 0, top: 0, width, height }, target);
  return target;
}

function mirror(image: RgbImage): RgbImage {
  const data = new Uint8Array(image.data.length);
  for (let i = 0; i < image.width * image.height; i++) {
    const x = image.width - 1 - (i % image.width);
    data.set(image.data.subarray(i * 3, i * 3 + 3), (i - (i % image.width) + x) * 3);
  }
  return { ...image, data };
}

describe('isSameScene', () => {
  const copies: readonly [string, (image: RgbImage) => RgbImage | Promise<RgbImage>][] = [
    ['a poor JPEG', async (image) => (await decode(await encodeJpeg(image, 25))).image],
    ['a WebP', async (image) => (await decode(await encodeWebp(image, 60))).image],
    ['half the size', (image) => resizeArea(image, 60, 45)],
    ['another aspect', (image) => resizeArea(image, 100, 100)],
    ['the middle nine tenths', (image) => crop(image, 6, 4, 0.9)],
    ['all but a thin strip at two edges', (image) => crop(image, 0, 0, 0.98)],
    ['a little blur', (image) => blur(image, 1)],
    ['more light', (image) => changeColour(image, { ...NO_COLOUR_CHANGE, gamma: 0.8, brightness: 0.05 })],
    ['the mirror image', mirror],
  ];

  it.each(copies)('knows %s again', async (_, copy) => {
    for (let seed = 1; seed <= 12; seed++) {
      const image = scene(seed);
      expect(isSameScene(fingerprint(image), fingerprint(await copy(image))), `scene ${seed}`).toBe(true);
    }
  });

  it('does not take different pictures for one', () => {
    const prints = Array.from({ length: 80 }, (_, seed) => fingerprint(scene(seed + 1)));
    const wrong = prints.flatMap((one, i) => prints.slice(0, i).filter((other) => isSameScene(one, other)));
    expect(wrong).toHaveLength(0);
  });

  it('does not take plain pictures for one', () => {
    const [white, black] = [createImage(40, 40, [255, 255, 255]), createImage(40, 40)];
    expect(isSameScene(fingerprint(white), fingerprint(black))).toBe(false);
    expect(isSameScene(fingerprint(white), fingerprint(white))).toBe(false);
  });
});

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'duplicates-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function put(file: string, bytes: Uint8Array, group: string, label: Sample['label'] = 'open') {
  const path = join(folder, file);
  await writeFile(path, bytes);
  return { file, path, label, group, source: group, kind: '', beer: true, notes: '' };
}

describe('regroup', () => {
  it('merges groups of one scene and names what it found', async () => {
    const samples = [
      await put('a.png', await encodePng(scene(1)), 'one'),
      await put('b.jpg', await encodeJpeg(crop(scene(1), 5, 4, 0.92), 60), 'two'),
      await put('c.png', await encodePng(scene(2)), 'three'),
      await put('broken.jpg', new Uint8Array(10), 'four'),
      await put('broken-copy.jpg', new Uint8Array(10), 'five'),
    ];
    const identities = await identify(samples);
    expect(identities.map(({ error }) => error === undefined)).toEqual([true, true, true, false, false]);
    const { samples: regrouped, twins } = regroup(identities);
    expect(regrouped.map(({ group }) => group)).toEqual(['one', 'one', 'three', 'four', 'four']);
    expect(twins.map((pair) => pair.map(({ file }) => file))).toEqual([
      ['a.png', 'b.jpg'],
      ['broken.jpg', 'broken-copy.jpg'],
    ]);
  });

  it('takes files that cannot be opened for broken, and not for one another', async () => {
    const gone = { ...(await put('here.png', await encodePng(scene(7)), 'one')), file: 'gone.png' };
    const samples = ['two', 'three'].map((group) => ({
      ...gone,
      group,
      path: join(folder, `gone-${group}.png`),
    }));
    const identities = await identify([...samples, { ...gone, file: 'folder', path: folder }]);
    expect(identities.map(({ sha256, error }) => [sha256, error instanceof Error])).toEqual(
      Array(3).fill([null, true]),
    );
    expect(regroup(identities).twins).toEqual([]);
  });

  it('moves a single picture that two large collections share', async () => {
    const collection = async (name: string, from: number) =>
      Promise.all(
        Array.from({ length: 15 }, async (_, i) =>
          put(`${name}${i}.png`, await encodePng(scene(from + i)), name),
        ),
      );
    const identities = await identify([
      ...(await collection('big', 100)),
      ...(await collection('other', 114)),
    ]);
    const { samples } = regroup(identities);
    expect(samples.filter(({ group }) => group === 'other')).toHaveLength(14);
    expect(samples.find(({ file }) => file === 'other0.png')?.group).toBe('big');
  });
});

describe('withoutTwinsOf', () => {
  it('leaves out what others have too, by bytes or by looks', async () => {
    const others = await identify([await put('mine.png', await encodePng(scene(1)), 'mine')]);
    const added = await identify([
      await put('copy.png', await encodePng(scene(1)), 'added'),
      await put('smaller.jpg', await encodeJpeg(resizeArea(scene(1), 60, 45), 60), 'added'),
      await put('new.png', await encodePng(scene(2)), 'added'),
    ]);
    expect(withoutTwinsOf(others, added).map(({ sample }) => sample.file)).toEqual(['new.png']);
  });
});

describe('manifestHash', () => {
  const identity = (change: Partial<Sample>, sha256 = 'f00'): FileIdentity => ({
    sample: {
      file: 'a',
      path: '',
      label: 'open',
      group: 'g',
      source: 's',
      kind: '',
      beer: true,
      notes: '',
      ...change,
    },
    sha256,
    print: undefined,
    error: undefined,
  });

  it('changes with content, label and grouping, not with order or place', () => {
    const [one, two] = [identity({}), identity({ file: 'b' })];
    const hash = manifestHash([one, two]);
    expect(hash).toMatch(/^[0-9a-f]{64}$/);
    expect(manifestHash([two, one])).toBe(hash);
    expect(manifestHash([identity({ path: '/elsewhere' }), two])).toBe(hash);
    const others = [identity({ label: 'closed' }), identity({ group: 'h' }), identity({}, 'bad')];
    for (const other of others) expect(manifestHash([other, two])).not.toBe(hash);
  });
});
