import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  BOTTLE_FAMILIES,
  bottleProfile,
  FINISHES,
  outerRadius,
  type Point,
  VESSEL_FAMILIES,
  vesselProfile,
} from './profile.ts';
import { randomStream } from './random.ts';

/** Radius of a polyline at a height, the smallest where it folds back. */
function innerRadius(points: readonly Point[], height: number): number {
  let radius = Number.POSITIVE_INFINITY;
  points.forEach((a, i) => {
    const b = points[i + 1];
    if (b === undefined || height < Math.min(a[1], b[1]) || height > Math.max(a[1], b[1]) || a[1] === b[1])
      return;
    radius = Math.min(radius, a[0] + ((b[0] - a[0]) * (height - a[1])) / (b[1] - a[1]));
  });
  return radius;
}

describe('bottleProfile', () => {
  it('has walls everywhere: the cavity stays inside the outer skin', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...BOTTLE_FAMILIES),
        fc.constantFrom(...FINISHES),
        fc.nat(),
        fc.double({ min: 0.12, max: 0.98, noNaN: true }),
        (family, finish, seed, share) => {
          const profile = bottleProfile(family, finish, randomStream(seed, 'test'));
          const height = profile.height * share;
          const gap = outerRadius(profile, height) - innerRadius(profile.inner, height);
          expect(gap).toBeGreaterThan(0.3);
        },
      ),
      { numRuns: 400 },
    );
  });

  it('has the measures of a crown finish: lip about 26 mm wide, bore 15 to 18 mm', () => {
    for (let seed = 0; seed < 50; seed++) {
      const { finish } = bottleProfile('longneck', 'crown', randomStream(seed, 'test'));
      expect(finish.lipRadius * 2).toBeGreaterThan(25);
      expect(finish.lipRadius * 2).toBeLessThan(28.5);
      expect(finish.boreRadius * 2).toBeGreaterThan(14.5);
      expect(finish.boreRadius * 2).toBeLessThan(18.5);
    }
  });

  it('narrows towards the mouth', () => {
    for (const family of BOTTLE_FAMILIES) {
      const profile = bottleProfile(family, 'crown', randomStream(4, family));
      expect(profile.finish.lipRadius).toBeLessThan(profile.bodyRadius * 0.6);
      expect(outerRadius(profile, profile.height * 0.3)).toBeGreaterThan(outerRadius(profile, profile.neck));
    }
  });
});

describe('vesselProfile', () => {
  it.each(VESSEL_FAMILIES)('%s is open wide at the top or closed like a can', (family) => {
    const profile = vesselProfile(family, randomStream(2, family));
    const mouth = profile.finish.lipRadius / profile.bodyRadius;
    expect(mouth).toBeGreaterThan(0.7);
    expect(profile.outer.every(([r, y]) => Number.isFinite(r) && Number.isFinite(y) && r >= 0)).toBe(true);
  });
});
