import { describe, expect, test } from 'vitest';
import { chooseLanguage, chooseTheme, nextTheme } from './settings.ts';

describe('the language', () => {
  test.each([
    ['the address wins', 'en', 'pt', ['pt-BR'], 'en'],
    ['then the stored choice', null, 'en', ['pt-BR'], 'en'],
    ['then the browser', null, null, ['en-GB', 'pt'], 'en'],
    ['the first that we speak', null, null, ['de', 'fr-CA', 'en-US', 'pt'], 'en'],
    ['Portugal too', null, null, ['pt-PT'], 'pt'],
    ['else Portuguese', null, null, ['ja'], 'pt'],
    ['nonsense is passed over', 'xx', '', ['en'], 'en'],
  ] as const)('%s', (_, asked, stored, preferred, expected) => {
    expect(chooseLanguage(asked, stored, preferred)).toBe(expected);
  });
});

test('an unknown stored theme is the system theme', () => {
  expect(chooseTheme('dark')).toBe('dark');
  expect(chooseTheme('sepia')).toBe('system');
  expect(chooseTheme(null)).toBe('system');
});

test('the theme switch comes round', () => {
  expect(['system', 'light', 'dark'].map((theme) => nextTheme(chooseTheme(theme)))).toEqual([
    'light',
    'dark',
    'system',
  ]);
});
