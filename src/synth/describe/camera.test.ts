import fc from 'fast-check';
import { PerspectiveCamera, Vector3 } from 'three';
import { describe, expect, it } from 'vitest';
import { project, viewOf } from './camera.ts';
import type { Camera } from './scene-description.ts';

const level: Camera = { position: [0, 0, 10], target: [0, 0, 0], roll: 0, fieldOfView: Math.PI / 2 };

describe('project', () => {
  it('puts points where the rule of three puts them', () => {
    // At 90 degrees the picture's half height equals the distance: 10 cm.
    expect(project(level, 2, [0, 0, 0])).toEqual({ x: 0.5, y: 0.5, depth: 10 });
    expect(project(level, 2, [5, 0, 0]).x).toBeCloseTo(0.5 + 5 / 40);
    expect(project(level, 2, [0, 5, 0]).y).toBeCloseTo(0.25);
    expect(project(level, 2, [0, 0, 12]).depth).toBeLessThan(0);
  });

  it('turns the picture with the roll: the camera leans right, the world leans left', () => {
    const up = project({ ...level, roll: Math.PI / 2 }, 1, [0, 5, 0]);
    expect(up.x).toBeCloseTo(0.25);
    expect(up.y).toBeCloseTo(0.5);
  });

  it('agrees with three.js for any camera', () => {
    const place = fc.tuple(
      fc.double({ min: -50, max: 50, noNaN: true }),
      fc.double({ min: -50, max: 50, noNaN: true }),
      fc.double({ min: -50, max: 50, noNaN: true }),
    );
    fc.assert(
      fc.property(
        place,
        place,
        place,
        fc.double({ min: 0.2, max: 1.4, noNaN: true }),
        fc.double({ min: -3, max: 3, noNaN: true }),
        (position, target, point, fieldOfView, roll) => {
          fc.pre(Math.hypot(position[0] - target[0], position[2] - target[2]) > 1);
          const camera: Camera = { position, target, roll, fieldOfView };
          const mine = project(camera, 0.75, point);
          fc.pre(mine.depth > 0.1);
          const theirs = new PerspectiveCamera((fieldOfView * 180) / Math.PI, 0.75, 0.01, 1000);
          theirs.position.set(...position);
          theirs.up.set(...viewOf(camera).up);
          theirs.lookAt(...target);
          theirs.updateMatrixWorld(true);
          const seen = new Vector3(...point).project(theirs);
          expect(mine.x).toBeCloseTo(seen.x / 2 + 0.5, 4);
          expect(mine.y).toBeCloseTo(0.5 - seen.y / 2, 4);
        },
      ),
      { numRuns: 200 },
    );
  });
});
