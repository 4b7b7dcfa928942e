import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DecodeError, decode, encodePng } from '../decode/index.ts';
import type { RgbImage } from '../vision/rgb-image.ts';
import { openDecodeCache } from './index.ts';

let root = '';
let folder = '';
let picture = '';
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'cache-'));
  folder = join(root, 'decoded');
  picture = join(root, 'picture.png');
  await writeFile(picture, await encodePng(noise(60, 40, 1)));
});
afterEach(() => rm(root, { recursive: true }));

function noise(width: number, height: number, seed: number): RgbImage {
  const data = Uint8Array.from(
    { length: width * height * 3 },
    (_, i) => Math.imul(i + seed, 2654435761) >>> 24,
  );
  return { width, height, data };
}

const open = (maxBytes = 1e6) => openDecodeCache({ folder, maxBytes });

async function onlyEntry(): Promise<string> {
  const [name = '', ...more] = await readdir(folder);
  expect(more).toEqual([]);
  return join(folder, name);
}

describe('the decode cache', () => {
  it('gives what decode gives, now and later', async () => {
    const { image, width, height } = await decode(await readFile(picture), { maxSide: 30 });
    const expected = { image, width, height };
    const cache = await open();
    expect(await cache.read(picture, { maxSide: 30 })).toEqual(expected);
    expect(await cache.read(picture, { maxSide: 30 })).toEqual(expected);
    expect(await (await open()).read(picture, { maxSide: 30 })).toEqual(expected);
    expect(await readdir(folder)).toHaveLength(1);
  });

  it('really reads from the disk', async () => {
    const cache = await open();
    const { image } = await cache.read(picture);
    // The same picture in another file, found by its bytes alone: the entry of a 1-pixel picture under its name.
    const tiny = join(root, 'tiny.png');
    await writeFile(tiny, await encodePng(noise(1, 1, 5)));
    const entry = await onlyEntry();
    const other = await openDecodeCache({ folder: join(root, 'other'), maxBytes: 1e6 });
    await other.read(tiny);
    const [tinyEntry = ''] = await readdir(join(root, 'other'));
    await writeFile(entry, await readFile(join(root, 'other', tinyEntry)));
    const swapped = await cache.read(picture);
    expect(image.width).toBe(60);
    expect(swapped.image.width).toBe(1);
  });

  it('keeps sizes apart, and follows a file that changes', async () => {
    const cache = await open();
    expect((await cache.read(picture, { maxSide: 30 })).image.width).toBe(30);
    expect((await cache.read(picture, { maxSide: 20 })).image.width).toBe(20);
    expect((await cache.read(picture)).image.width).toBe(60);
    await writeFile(picture, await encodePng(noise(50, 40, 2)));
    expect((await cache.read(picture)).image).toEqual(noise(50, 40, 2));
  });

  it.each([
    ['cut off', (bytes: Uint8Array) => bytes.subarray(0, bytes.length - 7)],
    ['without a header', (bytes: Uint8Array) => bytes.subarray(0, 5)],
    ['empty', () => new Uint8Array()],
    ['with one wrong pixel', (bytes: Uint8Array) => bytes.with(2000, (bytes[2000] ?? 0) ^ 1)],
    ['of a wrong size', (bytes: Uint8Array) => bytes.with(7, 61)],
  ])('ignores an entry that is %s, and repairs it', async (_, damage) => {
    const cache = await open();
    const { image } = await cache.read(picture);
    const entry = await onlyEntry();
    const sound = new Uint8Array(await readFile(entry));
    await writeFile(entry, damage(sound));
    expect((await cache.read(picture)).image).toEqual(image);
    expect(new Uint8Array(await readFile(entry))).toEqual(sound);
  });

  it('stays within its bound, and still answers', async () => {
    const cache = await open(60 * 40 * 3 + 100);
    const second = join(root, 'second.png');
    await writeFile(second, await encodePng(noise(60, 40, 3)));
    await cache.read(picture);
    expect((await cache.read(second)).image).toEqual(noise(60, 40, 3));
    expect(await readdir(folder)).toHaveLength(1);
    const reopened = await open(60 * 40 * 3 + 100);
    await reopened.read(second);
    expect(await readdir(folder)).toHaveLength(1);
  });

  it('removes what other decoders and killed processes left', async () => {
    await (await open()).read(picture);
    const entry = await onlyEntry();
    await writeFile(entry.replace(/v\d+\.rgb$/, 'v0.rgb'), 'old');
    await writeFile(`${entry}.x.draft.rgb`, 'half');
    await open();
    expect(await onlyEntry()).toBe(entry);
  });

  it('refuses what decode refuses', async () => {
    await writeFile(picture, 'no picture');
    await expect((await open()).read(picture)).rejects.toThrow(DecodeError);
  });
});
