import { DataUtils } from 'three';
import { describe, expect, it } from 'vitest';
import { bottleProfile } from '../describe/profile.ts';
import { randomStream } from '../describe/random.ts';
import { COLUMNS, FINE_ROWS, MARGIN, vesselField } from './vessel-field.ts';

const profile = bottleProfile('longneck', 'crown', randomStream(1, 'field'));
const field = vesselField(profile);

/** Outer and inner distance at a radius and a height of the fine part, nearest sample. */
function at(radius: number, height: number): readonly [number, number] {
  const data = field.texture.image.data as Uint16Array;
  const row = Math.floor(((height - field.split) / (profile.height + MARGIN - field.split)) * FINE_ROWS);
  const column = Math.floor((radius / field.fineRadius) * COLUMNS);
  const i = (row * COLUMNS + column) * 2;
  return [DataUtils.fromHalfFloat(data[i] ?? 0), DataUtils.fromHalfFloat(data[i + 1] ?? 0)];
}

describe('vesselField', () => {
  const neck = profile.height - 40;
  const bore = profile.finish.boreRadius;

  it('is negative in the cavity on the axis, by about the bore', () => {
    const [outer, inner] = at(0, profile.height - 20);
    expect(outer).toBeLessThan(0);
    expect(inner).toBeGreaterThan(-bore - 0.6);
    expect(inner).toBeLessThan(-bore + 0.6);
  });

  it('tells the wall from air outside and from the cavity', () => {
    const [outer, inner] = at(bore + 2.2, profile.height - 3);
    expect(outer).toBeLessThan(0);
    expect(inner).toBeGreaterThan(0);
    expect(at(field.fineRadius * 0.97, neck)[0]).toBeGreaterThan(0);
  });

  it('leaves the mouth open: above the lip the cavity goes on', () => {
    const [outer, inner] = at(1, profile.height + 3);
    expect(outer).toBeGreaterThan(2);
    expect(inner).toBeLessThan(0);
  });
});
