import { expect, it } from 'vitest';
import { createRandom } from '../nn/random.ts';
import { arrivals, type Load, meanRate, rateAt } from './arrivals.ts';

const load: Load = { perSecond: 20, burst: { factor: 4, seconds: 10, everySeconds: 60 } };

function until(seconds: number, seed: number): number[] {
  const moments: number[] = [];
  for (const moment of arrivals(load, createRandom(seed))) {
    if (moment >= 1_000 * seconds) break;
    moments.push(moment);
  }
  return moments;
}

it('bursts at the end of each period', () => {
  expect([0, 49_999, 50_000, 59_999, 60_000].map((ms) => rateAt(load, ms))).toEqual([20, 20, 80, 80, 20]);
  // 50 s of 20 and 10 s of 80 are 1,800 in a minute.
  expect(meanRate(load)).toBe(30);
});

it('comes as often as it should, within and between bursts, and in order', () => {
  const moments = until(6_000, 3);
  expect(moments).toEqual(moments.toSorted((a, b) => a - b));
  const inBurst = moments.filter((ms) => ms % 60_000 >= 50_000).length;
  // Poisson: the variance of a count is its mean. Five standard deviations.
  expect(Math.abs(inBurst - 80_000)).toBeLessThan(5 * Math.sqrt(80_000));
  expect(Math.abs(moments.length - inBurst - 100_000)).toBeLessThan(5 * Math.sqrt(100_000));
});

it('is Poisson: seconds without any are as frequent as e to the minus rate', () => {
  const calm: Load = { perSecond: 1, burst: { factor: 1, seconds: 0, everySeconds: 60 } };
  const seconds = 20_000;
  const busy = new Set<number>();
  for (const moment of arrivals(calm, createRandom(5))) {
    if (moment >= 1_000 * seconds) break;
    busy.add(Math.floor(moment / 1_000));
  }
  const empty = 1 - busy.size / seconds;
  expect(Math.abs(empty - Math.exp(-1))).toBeLessThan(5 * Math.sqrt((0.368 * 0.632) / seconds));
});
