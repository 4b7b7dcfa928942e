import fc from 'fast-check';
import { expect, it } from 'vitest';
import { compose, invert, scaling, translation } from '../vision/affine.ts';
import { createImage } from '../vision/rgb-image.ts';
import {
  cropBareMouth,
  type MouthPlace,
  mouthCropToPicture,
  placeInCrop,
  placeInPicture,
} from './reader-crop.ts';

const SIZE = 128;
const place = fc.record({
  x: fc.double({ min: 0, max: 2000, noNaN: true }),
  y: fc.double({ min: 0, max: 2000, noNaN: true }),
  diameter: fc.double({ min: 4, max: 400, noNaN: true }),
  angle: fc.double({ min: -180, max: 180, noNaN: true }),
});

it('sees the mouth that a crop was cut for upright at its anchor, as large as the zoom says', () => {
  fc.assert(
    fc.property(place, fc.double({ min: 1.5, max: 6, noNaN: true }), (mouth, zoom) => {
      const toCrop = invert(mouthCropToPicture(mouth, zoom, SIZE));
      const expected = [Math.log2(4 / zoom), 0, 0, 0, 1];
      placeInCrop(mouth, toCrop, SIZE).forEach((value, i) => {
        expect(value).toBeCloseTo(expected[i], 6);
      });
    }),
  );
});

it('tells a place in a crop, mirrored or not, and finds it again in the picture', () => {
  const nearby = fc.record({
    right: fc.double({ min: -0.5, max: 0.5, noNaN: true }),
    down: fc.double({ min: -0.5, max: 0.5, noNaN: true }),
    octaves: fc.double({ min: -0.8, max: 0.8, noNaN: true }),
    turn: fc.double({ min: -170, max: 170, noNaN: true }),
  });
  fc.assert(
    fc.property(place, nearby, fc.boolean(), (guess, error, mirrored) => {
      const truth: MouthPlace = {
        x: guess.x + error.right * guess.diameter,
        y: guess.y + error.down * guess.diameter,
        diameter: guess.diameter * 2 ** error.octaves,
        angle: guess.angle + error.turn,
      };
      const upright = mouthCropToPicture(guess, 3, SIZE);
      const mirror = compose(translation(SIZE, 0), scaling(-1, 1));
      const toPicture = mirrored ? compose(upright, mirror) : upright;
      const found = placeInPicture(placeInCrop(truth, invert(toPicture), SIZE), toPicture, SIZE);
      expect(Math.hypot(found.x - truth.x, found.y - truth.y)).toBeLessThan(1e-6 * (1 + truth.diameter));
      expect(found.diameter / truth.diameter).toBeCloseTo(1, 9);
      const turn = ((found.angle - truth.angle) * Math.PI) / 180;
      expect(Math.cos(turn)).toBeCloseTo(1, 9);
    }),
  );
});

it('stays near the crop whatever a network says', () => {
  const toPicture = mouthCropToPicture({ x: 100, y: 100, diameter: 10, angle: 0 }, 3, SIZE);
  const { x, diameter } = placeInPicture([99, 1e6, 0, 0, 1], toPicture, SIZE);
  expect(x).toBe(100 + 15);
  expect(diameter).toBe(2 * 30);
});

it('hides the neck from half a diameter below the centre on, at any zoom, and nothing else', () => {
  const white = createImage(300, 300, [255, 255, 255]);
  const mouth: MouthPlace = { x: 150, y: 150, diameter: 20, angle: 0 };
  fc.assert(
    fc.property(fc.double({ min: 1.5, max: 6, noNaN: true }), (zoom) => {
      const bare = cropBareMouth(white, mouth, zoom, SIZE, [1, 2, 3]);
      const toPicture = mouthCropToPicture(mouth, zoom, SIZE);
      for (let row = 0; row < SIZE; row += 1) {
        const hidden = toPicture[4] * row + toPicture[5] - mouth.y >= mouth.diameter / 2;
        expect(bare.data[3 * SIZE * row + 2]).toBe(hidden ? 3 : 255);
      }
    }),
    { numRuns: 20 },
  );
});
