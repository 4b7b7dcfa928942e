import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { beyondBounds } from './entry.ts';

const weighed = (...bytes: number[]) => bytes.map((size, index) => ({ id: `0${index}`, bytes: size }));

describe('what is forgotten', () => {
  test('nothing while everything fits', () => {
    expect(beyondBounds(weighed(1, 1, 1), { entries: 3, bytes: 3 })).toEqual([]);
  });

  test('the oldest beyond the number', () => {
    expect(beyondBounds(weighed(1, 1, 1, 1), { entries: 2, bytes: 100 }).sort()).toEqual(['00', '01']);
  });

  test('the oldest beyond the bytes, whatever their order', () => {
    expect(beyondBounds(weighed(60, 30, 50).reverse(), { entries: 9, bytes: 100 })).toEqual(['00']);
  });

  test('never the newest, even when it alone is too heavy', () => {
    expect(beyondBounds(weighed(1, 500), { entries: 9, bytes: 100 })).toEqual(['00']);
  });

  test('what stays fits, and it is the newest', () => {
    const sizes = fc.array(fc.nat(50), { minLength: 1, maxLength: 9 });
    fc.assert(
      fc.property(
        sizes,
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 50, max: 200 }),
        (bytes, entries, limit) => {
          const all = weighed(...bytes);
          const gone = new Set(beyondBounds(all, { entries, bytes: limit }));
          const stay = all.filter(({ id }) => !gone.has(id));
          expect(stay.length).toBeLessThanOrEqual(entries);
          expect(stay.reduce((sum, one) => sum + one.bytes, 0)).toBeLessThanOrEqual(limit);
          expect(all.slice(all.length - stay.length)).toEqual(stay);
        },
      ),
    );
  });
});
