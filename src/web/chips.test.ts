import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { overlap, placeChips } from './chips.ts';

const picture = { width: 600, height: 400 };
const chip = { width: 100, height: 24 };

describe('one chip', () => {
  test('above its box, centred', () => {
    const [place] = placeChips([{ left: 250, top: 200, width: 60, height: 80 }], [chip], picture);
    expect(place).toEqual({ left: 230, top: 170, width: 100, height: 24 });
  });

  test('pushed into the picture at an edge', () => {
    const [place] = placeChips([{ left: 0, top: 0, width: 20, height: 20 }], [chip], picture);
    expect(place).toMatchObject({ left: 6, top: 6 });
  });
});

test('the second chip steps aside for the first', () => {
  const box = { left: 250, top: 200, width: 60, height: 80 };
  const [first, second] = placeChips([box, { ...box, left: 290 }], [chip, chip], picture);
  if (first === undefined || second === undefined) throw new Error('two chips expected');
  expect(overlap(first, second)).toBe(false);
  expect(second.top).toBeGreaterThan(box.top);
});

test('every chip lies in the picture, wherever its box is', () => {
  const anyBox = fc.record({
    left: fc.integer({ min: -100, max: 700 }),
    top: fc.integer({ min: -100, max: 500 }),
    width: fc.integer({ min: 1, max: 600 }),
    height: fc.integer({ min: 1, max: 400 }),
  });
  fc.assert(
    fc.property(fc.array(anyBox, { maxLength: 12 }), (boxes) => {
      const places = placeChips(
        boxes,
        boxes.map(() => chip),
        picture,
      );
      expect(places).toHaveLength(boxes.length);
      for (const { left, top, width, height } of places) {
        expect(left).toBeGreaterThanOrEqual(0);
        expect(top).toBeGreaterThanOrEqual(0);
        expect(left + width).toBeLessThanOrEqual(picture.width);
        expect(top + height).toBeLessThanOrEqual(picture.height);
      }
    }),
  );
});
