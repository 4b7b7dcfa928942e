import { expect, it } from 'vitest';
import { createRandom } from '../nn/random.ts';
import { drawDurations } from './duration.ts';

function moments(spread: number): { mean: number; spread: number; beyondTwo: number } {
  const draw = drawDurations({ meanMs: 40, spread }, createRandom(7));
  const values = Array.from({ length: 50_000 }, draw);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return {
    mean,
    spread: Math.sqrt(variance) / mean,
    beyondTwo: values.filter((value) => value > 80).length / values.length,
  };
}

it.each([0, 0.1, 0.5, 1, 2])('draws durations of mean 40 ms and spread %f', (spread) => {
  const drawn = moments(spread);
  // Fifty thousand draws: five standard errors of the mean; the spread's own error grows with the spread.
  expect(Math.abs(drawn.mean - 40)).toBeLessThanOrEqual((5 * 40 * spread) / Math.sqrt(50_000) + 1e-9);
  expect(Math.abs(drawn.spread - spread)).toBeLessThanOrEqual(0.05 * spread + 1e-9);
});

it('is exponential at spread 1', () => {
  // Beyond twice the mean: e⁻² of the draws.
  expect(Math.abs(moments(1).beyondTwo - Math.exp(-2))).toBeLessThan(5 * Math.sqrt(0.1353 * 0.8647 * 2e-5));
});
