import { describe, expect, test } from 'vitest';
import { actionFor, type Key, keyLines, type Press } from './keys.ts';

const press = (key: string, held: Partial<Press> = {}): Press => ({
  key,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  repeat: false,
  ...held,
});

const KEYS: readonly Key<'camera' | 'escape' | 'help'>[] = [
  { action: 'camera', key: 'c', cap: 'C', does: 'a' },
  { action: 'escape', key: 'escape', cap: 'Esc', does: 'b' },
  { action: 'help', key: '?', cap: '?', does: 'c' },
];

test('a line of the help sheet speaks both languages', () => {
  const texts = { en: { a: 'Camera' }, pt: { a: 'Câmera' } };
  expect(keyLines([{ action: 'camera', key: 'c', cap: 'C', does: 'a' }], texts)).toEqual([
    { cap: 'C', does: { en: 'Camera', pt: 'Câmera' } },
  ]);
});

describe('a key press', () => {
  test.each([
    ['c', 'camera'],
    ['C', 'camera'],
    ['?', 'help'],
    ['Escape', 'escape'],
    ['x', null],
    ['Enter', null],
  ])('%s', (key, action) => {
    expect(actionFor(KEYS, press(key), false, true)).toBe(action);
  });

  test('with a modifier belongs to the browser', () => {
    expect(actionFor(KEYS, press('c', { ctrlKey: true }), false, true)).toBeNull();
    expect(actionFor(KEYS, press('t', { metaKey: true }), false, true)).toBeNull();
  });

  test('held down acts once', () => {
    expect(actionFor(KEYS, press('t', { repeat: true }), false, true)).toBeNull();
  });

  test('letters do nothing while typing or when switched off; Escape always does', () => {
    expect(actionFor(KEYS, press('c'), true, true)).toBeNull();
    expect(actionFor(KEYS, press('c'), false, false)).toBeNull();
    expect(actionFor(KEYS, press('Escape'), true, false)).toBe('escape');
  });
});
