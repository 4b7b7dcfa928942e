import fc from 'fast-check';
import { expect, it } from 'vitest';
import { monthOf, monthsFrom, tableOf } from './months.ts';

it('begins with the month of now, over the end of a year', () => {
  const months = monthsFrom(new Date('2026-11-30T23:59:59.999Z'), 3);
  expect(months.map(({ name }) => name)).toEqual(['2026_11', '2026_12', '2027_01', '2027_02']);
  expect(months[1]).toEqual({
    name: '2026_12',
    from: new Date('2026-12-01T00:00:00Z'),
    to: new Date('2027-01-01T00:00:00Z'),
  });
});

it('holds now, has no gap, and is found again by its table', () => {
  const date = fc.date({ min: new Date('2000-01-01'), max: new Date('2999-12-31'), noInvalidDate: true });
  fc.assert(
    fc.property(date, fc.nat(20), (now, ahead) => {
      const months = monthsFrom(now, ahead);
      expect(months[0]?.from.getTime()).toBeLessThanOrEqual(now.getTime());
      expect(months[0]?.to.getTime()).toBeGreaterThan(now.getTime());
      for (const [i, month] of months.entries()) {
        if (i > 0) expect(month.from).toEqual(months[i - 1]?.to);
        expect(monthOf(tableOf(month))).toEqual(month);
      }
    }),
  );
});

it('takes no other table for a month', () => {
  for (const name of ['predictions_default', 'predictions', 'xpredictions_2026_11', 'predictions_2026_1']) {
    expect(monthOf(name)).toBeUndefined();
  }
});
