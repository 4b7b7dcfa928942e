import { describe, expect, test } from 'vitest';
import { addressOf, VIEW_NAMES, viewFor } from './router.ts';

describe('the address', () => {
  test.each(VIEW_NAMES)('of %s leads back to it', (name) => {
    expect(viewFor(addressOf(name))).toBe(name);
  });

  test.each([
    ['', 'try'],
    ['#/', 'try'],
    ['#/batch?x=1', 'batch'],
    ['#/constructor', 'try'],
    ['#live', 'try'],
  ])('%s', (hash, view) => {
    expect(viewFor(hash)).toBe(view);
  });
});
