import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { apply, compose, cropToPicture, IDENTITY, rotation, scaling, translation } from './affine.ts';
import { createImage, type RgbImage } from './rgb-image.ts';
import { sampleAffine } from './sample.ts';

function draw(width: number, height: number, colour: (x: number, y: number) => number): RgbImage {
  const image = createImage(width, height);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      image.data.fill(colour(x, y), (y * width + x) * 3, (y * width + x) * 3 + 3);
  return image;
}

function value(image: RgbImage, x: number, y: number): number {
  return image.data[(y * image.width + x) * 3];
}

const scene = draw(40, 30, (x, y) => (x * 37 + y * 91) % 256);

describe('sampleAffine', () => {
  it('gives the picture back where nothing moves', () => {
    expect(sampleAffine(scene, IDENTITY, 40, 30)).toEqual(scene);
  });

  it('moves by whole pixels without a change', () => {
    const moved = sampleAffine(scene, translation(3, 5), 20, 20);
    expect(moved).toEqual(draw(20, 20, (x, y) => value(scene, x + 3, y + 5)));
  });

  it('turns by right angles without a change', () => {
    const turned = sampleAffine(scene, compose(translation(40, 0), rotation(90)), 30, 40);
    expect(turned).toEqual(draw(30, 40, (x, y) => value(scene, 39 - y, x)));
  });

  it('keeps a slope a slope through any map', () => {
    // Averages and linear interpolation reproduce linear functions, so the true value is known everywhere.
    const slope = draw(400, 300, (x, y) => Math.round(20 + (x + 0.5) * 0.3 + (y + 0.5) * 0.35));
    const angle = fc.double({ min: -180, max: 180, noNaN: true });
    const side = fc.double({ min: 5, max: 200, noNaN: true });
    fc.assert(
      fc.property(angle, side, (degrees, width) => {
        const toPicture = cropToPicture({ x: 200, y: 150, side: width, angle: degrees }, 32);
        const crop = sampleAffine(slope, toPicture, 32, 32);
        for (let v = 0; v < 32; v += 5)
          for (let u = 0; u < 32; u += 5) {
            const [x, y] = apply(toPicture, [u + 0.5, v + 0.5]);
            expect(Math.abs(value(crop, u, v) - (20 + x * 0.3 + y * 0.35))).toBeLessThan(1.6);
          }
      }),
    );
  });

  it.each([0, 17, 45, 80])('turns stripes too fine to draw into nearly grey at %d degrees', (angle) => {
    const stripes = draw(500, 500, (x) => (x % 2 === 0 ? 0 : 255));
    for (const side of [140, 210, 330]) {
      const crop = sampleAffine(stripes, cropToPicture({ x: 250, y: 250, side, angle }, 40), 40, 40);
      expect(Math.min(...crop.data)).toBeGreaterThan(80);
      expect(Math.max(...crop.data)).toBeLessThan(175);
    }
  });

  it('shrinks each axis as much as it needs', () => {
    const stripes = draw(400, 50, (x) => (x % 2 === 0 ? 0 : 255));
    const drawn = sampleAffine(stripes, scaling(8, 1), 50, 50);
    expect(Math.min(...drawn.data)).toBeGreaterThan(120);
    expect(Math.max(...drawn.data)).toBeLessThan(135);
  });

  it('finds a mouth in the middle of its crop, whatever the angle and scale', () => {
    const dot = draw(300, 300, (x, y) => (Math.hypot(x + 0.5 - 181, y + 0.5 - 92) < 9 ? 255 : 0));
    for (const side of [30, 100, 280])
      for (const angle of [0, 33, 121]) {
        const crop = sampleAffine(dot, cropToPicture({ x: 181, y: 92, side, angle }, 64), 64, 64);
        let [mass, sumX, sumY] = [0, 0, 0];
        for (let y = 0; y < 64; y++)
          for (let x = 0; x < 64; x++) {
            const weight = value(crop, x, y);
            mass += weight;
            sumX += weight * (x + 0.5);
            sumY += weight * (y + 0.5);
          }
        expect(sumX / mass).toBeCloseTo(32, 0);
        expect(sumY / mass).toBeCloseTo(32, 0);
        const area = mass / 255 / (64 / side) ** 2;
        expect(Math.abs(area / (Math.PI * 81) - 1)).toBeLessThan(0.05);
      }
  });

  it('paints the outside with one colour, or goes on with the edge', () => {
    const plain = createImage(10, 10, [50, 60, 70]);
    const far = translation(-100, -100);
    expect(sampleAffine(plain, far, 4, 4, [1, 2, 3])).toEqual(createImage(4, 4, [1, 2, 3]));
    expect(sampleAffine(plain, far, 4, 4, 'nearest')).toEqual(createImage(4, 4, [50, 60, 70]));
    const shrunk = compose(translation(-50, -50), scaling(10));
    expect(value(sampleAffine(plain, shrunk, 11, 11, [1, 2, 3]), 0, 0)).toBe(1);
    expect(sampleAffine(plain, shrunk, 11, 11, 'nearest')).toEqual(createImage(11, 11, [50, 60, 70]));
  });

  it('fades between picture and outside over one pixel', () => {
    const white = createImage(10, 10, [200, 200, 200]);
    const drawn = sampleAffine(white, translation(-0.5, 0), 3, 3, [100, 100, 100]);
    expect([0, 1, 2].map((x) => value(drawn, x, 1))).toEqual([150, 200, 200]);
  });

  it('never leaves the range of the picture', () => {
    const maps = fc.array(fc.double({ min: -30, max: 30, noNaN: true }), { minLength: 6, maxLength: 6 });
    fc.assert(
      fc.property(maps, ([a = 1, b = 0, c = 0, d = 0, e = 1, f = 0]) => {
        const plain = createImage(17, 13, [90, 90, 90]);
        const drawn = sampleAffine(plain, [a, b, c, d, e, f], 9, 9, 'nearest');
        expect(drawn).toEqual(createImage(9, 9, [90, 90, 90]));
      }),
    );
  });
});
