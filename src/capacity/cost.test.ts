import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { costPerMillion, standingPerMonth, type Workload } from './cost.ts';
import { type Prices, readPrices } from './prices.ts';

const READ = { source: 'an example', dated: null, found: '2026-11-23' };
/** Round figures, so that the results below can be worked out on paper. */
const PRICES: Prices = {
  ...{ name: 'Example', region: 'nowhere', currency: 'USD', ...READ },
  ...{ vcpuHour: 0.06, gibHour: 0.006, requestsMillion: 0.4, trafficGib: 0.1 },
  standing: [
    { what: 'database', hour: 0.2, count: 2, ...READ },
    { what: 'load balancer', hour: 0.025, count: 1, ...READ },
  ],
};
const WORK: Workload = {
  ...{ cpuMs: 36, cachedCpuMs: 1.8, cachedShare: 0, utilisation: 0.5, gibPerVcpu: 2 },
  ...{ picturesPerRequest: 1, answerBytes: 1024, picturesPerMonth: null },
};

describe('cost of a million pictures', () => {
  it('is what paper says', () => {
    // 36 ms a picture are 10 h a million, and 20 h are paid for where half is used.
    const cost = costPerMillion(WORK, PRICES);
    expect(cost.vcpuHours).toBeCloseTo(20, 9);
    expect(cost.processor).toBeCloseTo(1.2, 9);
    expect(cost.memory).toBeCloseTo(0.24, 9);
    expect(cost.requests).toBe(0.4);
    // A million KiB are 976.5625 MiB, 0.95367… GiB.
    expect(cost.traffic).toBeCloseTo(0.095367, 6);
    expect(cost.standing).toBe(0);
    expect(cost.total).toBeCloseTo(1.2 + 0.24 + 0.4 + 0.095367, 6);
  });

  it('counts what comes from the cache for what it costs', () => {
    const { vcpuHours } = costPerMillion({ ...WORK, cachedShare: 0.5 }, PRICES);
    expect(vcpuHours).toBeCloseTo(10 + 0.5, 9);
  });

  it('shares out what is paid for by the hour', () => {
    // 0.425 an hour are 310.25 a 730-hour month.
    expect(standingPerMonth(PRICES)).toBeCloseTo(310.25, 9);
    expect(costPerMillion({ ...WORK, picturesPerMonth: 10_000_000 }, PRICES).standing).toBeCloseTo(31.025, 9);
  });

  it('divides the price of requests by the pictures in one', () => {
    expect(costPerMillion({ ...WORK, picturesPerRequest: 8 }, PRICES).requests).toBeCloseTo(0.05, 9);
  });

  it('falls with use and with the cache, whatever the numbers', () => {
    const share = fc.double({ min: 0.01, max: 1, noNaN: true });
    fc.assert(
      fc.property(share, share, share, (a, b, cached) => {
        const [less, more] = [Math.min(a, b), Math.max(a, b)];
        const at = (workload: Partial<Workload>) => costPerMillion({ ...WORK, ...workload }, PRICES).total;
        expect(at({ utilisation: more })).toBeLessThanOrEqual(at({ utilisation: less }));
        expect(at({ cachedShare: cached })).toBeLessThanOrEqual(at({ cachedShare: 0 }));
      }),
    );
  });

  it('refuses what cannot be, and says all of it', () => {
    expect(() => costPerMillion({ ...WORK, utilisation: 0, cachedShare: 2 }, PRICES)).toThrow(
      'the cached share is 0 to 1; utilisation is above 0 and at most 1',
    );
    expect(() => costPerMillion({ ...WORK, cpuMs: Number.NaN }, PRICES)).toThrow(RangeError);
  });
});

describe('prices', () => {
  it('are taken as they are written', () => {
    expect(readPrices([PRICES])).toEqual([PRICES]);
  });

  it('are refused without saying where they were read, or with a word too many', () => {
    const { source: _source, ...nowhere } = PRICES;
    expect(() => readPrices([nowhere])).toThrow(/source/);
    expect(() => readPrices([{ ...PRICES, vcpuHours: 1 }])).toThrow(/prices: /);
    expect(() => readPrices([{ ...PRICES, gibHour: -1 }])).toThrow('/0/gibHour');
    expect(() => readPrices([])).toThrow(/prices: /);
  });
});
