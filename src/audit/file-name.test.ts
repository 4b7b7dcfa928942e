import { describe, expect, it } from 'vitest';
import { nameNumber, namePattern } from './file-name.ts';

describe('file names', () => {
  it.each([
    ['open/IMG_20250131_201502.jpg', 'IMG_#_#'],
    ['closed/someone__Bottle-fb4525805d.jpg', 'someone__Bottle-#'],
    ['aberta/garrafa_aberta_12.png', 'garrafa__#'],
    ['a/1f0c2b5e-77aa-4c8e-9b63-0f2d1c3b4a59.jpg', '#'],
    ['beach.jpeg', 'beach'],
  ])('%s has the pattern %s', (file, pattern) => {
    expect(namePattern(file)).toBe(pattern);
  });

  it('sorts by numbers, whatever their folder and length, and leaves hashes out', () => {
    const files = [
      'open/IMG_10.jpg',
      'closed/IMG_9.jpg',
      'open/IMG_20250131_2.jpg',
      'closed/IMG_20250131_1.jpg',
    ];
    const sorted = files.toSorted((one, other) =>
      (nameNumber(one) ?? '') < (nameNumber(other) ?? '') ? -1 : 1,
    );
    expect(sorted).toEqual([
      'closed/IMG_9.jpg',
      'open/IMG_10.jpg',
      'closed/IMG_20250131_1.jpg',
      'open/IMG_20250131_2.jpg',
    ]);
    expect(nameNumber('closed/someone__Bottle-fb4525805d.jpg')).toBeNull();
    expect(nameNumber('beach.jpg')).toBeNull();
  });
});
