import { expect, it } from 'vitest';
import { records } from './records.ts';

it('counts rows and bytes as on paper', () => {
  const kept = records({
    perSecond: 10,
    repeated: 0.2,
    rowBytes: 1_000,
    answerBytes: 500,
    keepSeconds: 3_600,
  });
  // 864,000 a day; thirty times as many of a kilobyte a month; 8 new ones a second for an hour of half a kilobyte.
  expect(kept).toEqual({ rowsPerDay: 864_000, bytesPerMonth: 25_920_000_000, redisBytes: 14_400_000 });
});
