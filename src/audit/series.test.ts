import { describe, expect, it } from 'vitest';
import { type FileIdentity, fingerprint } from '../dataset/index.ts';
import { createImage, type RgbImage } from '../vision/rgb-image.ts';
import { findSeries } from './series.ts';

/** Discs on a slope of light, which the seed places and a camera that moves shifts. */
function view(seed: number, shift = 0): RgbImage {
  let state = seed * 7919 + 5;
  const random = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  const discs = Array.from({ length: 9 }, () => ({
    x: random() * 96,
    y: random() * 72,
    r: 4 + random() * 14,
    rgb: [random() * 255, random() * 255, random() * 255],
  }));
  const image = createImage(96, 72);
  for (let y = 0; y < 72; y++)
    for (let x = 0; x < 96; x++) {
      const disc = discs.findLast((one) => Math.hypot(x + shift - one.x, y - one.y) < one.r);
      image.data.set(disc?.rgb ?? [x, 2 * y, 90], (y * 96 + x) * 3);
    }
  return image;
}

function picture(file: string, image: RgbImage): FileIdentity {
  const sample = {
    file,
    path: file,
    label: 'open',
    group: file,
    source: 's',
    kind: '',
    beer: false,
    notes: '',
  } as const;
  return { sample, sha256: file, print: fingerprint(image), error: undefined };
}

const filesOf = (identities: readonly FileIdentity[], series: readonly (readonly number[])[]) =>
  series.map((members) => members.map((i) => identities[i]?.sample.file));

describe('findSeries', () => {
  it('joins what names say was taken at once, and what is known to be one picture', () => {
    const identities = [
      picture('IMG_20250131_201502.jpg', view(1)),
      picture('IMG_20250131_201530.jpg', view(2)),
      picture('party_frame_0001.jpg', view(3)),
      picture('party_frame_0900.jpg', view(4)),
      picture('one.jpg', view(5)),
      picture('other.jpg', view(6)),
      picture('alone.jpg', view(7)),
    ];
    expect(filesOf(identities, findSeries(identities, [[5, 4]]))).toEqual([
      ['IMG_20250131_201502.jpg', 'IMG_20250131_201530.jpg'],
      ['party_frame_0001.jpg', 'party_frame_0900.jpg'],
      ['one.jpg', 'other.jpg'],
    ]);
  });

  it('follows a camera that moves on, number by number, as long as the next picture looks like the one before', () => {
    const moving = Array.from({ length: 5 }, (_, i) => picture(`open/Imagem00${12 + i}.jpg`, view(8, 3 * i)));
    const identities = [
      ...moving,
      picture('open/Imagem0017.jpg', view(9)),
      picture('closed/Imagem0018.jpg', view(8)),
    ];
    expect(findSeries(identities, [])).toEqual([[0, 1, 2, 3, 4]]);
  });

  it('does not take the pictures of a camera for one recording because its names end in an f', () => {
    const names = ['DSCF0001.JPG', 'DSCF0007.JPG', 'DSCF0030.JPG'];
    expect(
      findSeries(
        names.map((name, i) => picture(name, view(10 + i))),
        [],
      ),
    ).toEqual([]);
  });

  it('does not join neighbours that look different, nor like ones whose numbers are far apart', () => {
    const different = Array.from({ length: 40 }, (_, i) => picture(`${i}.jpg`, view(20 + i)));
    expect(findSeries(different, [])).toEqual([]);
    expect(findSeries([picture('1.jpg', view(8)), picture('30.jpg', view(8, 3))], [])).toEqual([]);
  });
});
