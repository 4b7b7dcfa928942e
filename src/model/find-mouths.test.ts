import { describe, expect, it } from 'vitest';
import { IDENTITY, scaling } from '../vision/affine.ts';
import { findMouths } from './find-mouths.ts';
import { FINDER_CHANNELS } from './mouth.ts';

const CELLS = 16;
const options = { cells: CELLS, toPicture: IDENTITY, limit: 5, threshold: 0.1 };

interface Written {
  readonly column: number;
  readonly row: number;
  readonly logit: number;
  /** In cells. */
  readonly diameter: number;
  readonly base?: readonly [number, number];
}

/** A finder's map with mouths written into it by hand; everything else is surely none. */
function mapOf(...mouths: readonly Written[]): Float32Array {
  const map = new Float32Array(7 * CELLS * CELLS);
  map.fill(-9, 0, CELLS * CELLS);
  for (const { column, row, logit, diameter, base = [0, 1] } of mouths) {
    const write = (channel: number, value: number): void => {
      map[(channel * CELLS + row) * CELLS + column] = value;
    };
    write(FINDER_CHANNELS.mouth, logit);
    write(FINDER_CHANNELS.size, Math.log2(diameter));
    write(FINDER_CHANNELS.baseX, base[0]);
    write(FINDER_CHANNELS.baseY, base[1]);
  }
  return map;
}

describe('findMouths', () => {
  it('gives place, size and direction in pixels of the picture', () => {
    const map = mapOf({ column: 3, row: 5, logit: 2, diameter: 2, base: [-1, 0] });
    const [mouth] = findMouths(map, { ...options, toPicture: scaling(2) });
    expect(mouth).toMatchObject({ x: 3.5 * 8 * 2, y: 5.5 * 8 * 2, diameter: 32, angle: 90 });
    expect(mouth.presence).toBeCloseTo(1 / (1 + Math.exp(-2)));
  });

  it('returns the best place of a picture without mouths, and only that', () => {
    expect(findMouths(mapOf(), options)).toHaveLength(1);
  });

  it('takes two peaks on one large mouth for one, and two small mouths for two', () => {
    const pair = (diameter: number) =>
      mapOf({ column: 4, row: 8, logit: 3, diameter }, { column: 7, row: 8, logit: 1, diameter });
    expect(findMouths(pair(6), options)).toHaveLength(1);
    expect(findMouths(pair(2), options)).toHaveLength(2);
  });

  it('returns no more than asked for, the most likely first', () => {
    const row = [1, 4, 7, 10, 13].map((column, i) => ({ column, row: 2, logit: i, diameter: 1 }));
    const found = findMouths(mapOf(...row), { ...options, limit: 3 });
    expect(found.map(({ x }) => Math.floor(x / 8))).toEqual([13, 10, 7]);
  });

  it('looks at fainter places as well where even the strongest is in doubt', () => {
    const doubt = { below: 0.6, mouths: 3, threshold: 0.1 };
    const logitsOf = (...presences: number[]) =>
      mapOf(
        ...presences.map((p, i) => ({
          column: 1 + 3 * i,
          row: 2,
          logit: Math.log(p / (1 - p)),
          diameter: 1,
        })),
      );
    const found = (...presences: number[]) =>
      findMouths(logitsOf(...presences), { ...options, threshold: 0.3, doubt }).map(({ presence }) =>
        Number(presence.toFixed(2)),
      );
    expect(found(0.4, 0.2, 0.15, 0.12)).toEqual([0.4, 0.2, 0.15]);
    expect(found(0.4, 0.2, 0.05)).toEqual([0.4, 0.2]);
    expect(found(0.5, 0.45, 0.4, 0.35)).toEqual([0.5, 0.45, 0.4, 0.35]);
    expect(found(0.7, 0.2, 0.15)).toEqual([0.7]);
  });
});
