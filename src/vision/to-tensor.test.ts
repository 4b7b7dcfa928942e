import { expect, it } from 'vitest';
import { writeTensor } from './to-tensor.ts';

it('writes normalised planes, red first, at the offset', () => {
  const image = { width: 2, height: 1, data: Uint8Array.of(0, 127, 255, 51, 102, 204) };
  const batch = new Float32Array(13).fill(7);
  writeTensor(image, { mean: 51, scale: 102 }, batch, 6);
  const expected = [7, 7, 7, 7, 7, 7, -0.5, 0, 76 / 102, 0.5, 2, 1.5, 7];
  batch.forEach((value, i) => {
    expect(value).toBeCloseTo(expected[i] ?? Number.NaN, 6);
  });
});

it('refuses a tensor that is too small', () => {
  const image = { width: 2, height: 2, data: new Uint8Array(12) };
  expect(() => writeTensor(image, { mean: 0, scale: 1 }, new Float32Array(12), 1)).toThrow(
    '12 values from 1',
  );
});
