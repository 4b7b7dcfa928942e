import { describe, expect, test } from 'vitest';
import { ACTIONS, actionFor, KEYS, type Press } from './keys.ts';

const press = (key: string, held: Partial<Press> = {}): Press => ({
  key,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  repeat: false,
  ...held,
});

test('every action has one line in the help sheet, and no key means two things', () => {
  expect(KEYS.map(({ action }) => action).sort()).toEqual([...ACTIONS].sort());
  const keys = KEYS.flatMap(({ key }) => key ?? []);
  expect(new Set(keys).size).toBe(keys.length);
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
    expect(actionFor(press(key), false, true)).toBe(action);
  });

  test('with a modifier belongs to the browser', () => {
    expect(actionFor(press('c', { ctrlKey: true }), false, true)).toBeNull();
    expect(actionFor(press('t', { metaKey: true }), false, true)).toBeNull();
  });

  test('held down acts once', () => {
    expect(actionFor(press('t', { repeat: true }), false, true)).toBeNull();
  });

  test('letters do nothing while typing or when switched off; Escape always does', () => {
    expect(actionFor(press('c'), true, true)).toBeNull();
    expect(actionFor(press('c'), false, false)).toBeNull();
    expect(actionFor(press('Escape'), true, false)).toBe('escape');
  });
});
