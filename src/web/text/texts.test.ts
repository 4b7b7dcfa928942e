import { globSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Language } from '../../contract/errors.ts';
import type { Bottle } from '../../contract/prediction.ts';
import type { BottleState } from '../../contract/verdict.ts';
import { speechOf, TEXTS } from './context.ts';
import { fileSize, fill, percent } from './format.ts';
import { severalBottles } from './several-bottles.ts';

/** Every text of a module's `TEXTS` in one language, lines of lists one by one. */
function flat(module: unknown, language: Language): [string, string][] {
  const table = Object(Reflect.get(Object(Reflect.get(Object(module), 'TEXTS')), language));
  return Object.entries(table).flatMap(([key, text]): [string, string][] =>
    Array.isArray(text)
      ? text.map((line, index) => [`${key}.${index}`, String(line)])
      : [[key, String(text)]],
  );
}

const placeholders = (text: string): string[] => [...text.matchAll(/\{\w+\}/g)].map(String).sort();

/** Whether there is anything to translate beside placeholders, units and names. */
const hasWords = (text: string): boolean =>
  /\p{L}/u.test(text.replace(/\{\w+\}|\b(ms|min|s|API|CSV|JSON|Id)\b/g, ''));

const views = join(import.meta.dirname, '../views');
const tables = await Promise.all(
  globSync('*/texts.ts', { cwd: views }).map(
    async (path): Promise<[string, unknown]> => [path, await import(join(views, path))],
  ),
);

describe.each<[string, unknown]>([['the shared texts', { TEXTS }], ...tables])('%s', (_, module) => {
  const english = flat(module, 'en');
  const portuguese = new Map(flat(module, 'pt'));

  test('have the same keys in both languages, and lists of the same length', () => {
    expect(english).not.toEqual([]);
    expect([...portuguese.keys()].sort()).toEqual(english.map(([key]) => key).sort());
  });

  test.each(english)('%s', (key, text) => {
    const translated = portuguese.get(key) ?? '';
    expect(text.trim()).not.toBe('');
    expect(translated.trim()).not.toBe('');
    expect(placeholders(translated)).toEqual(placeholders(text));
    if (hasWords(text)) expect(translated).not.toBe(text);
  });
});

describe('a probability is never rounded to certainty', () => {
  test.each([
    [0.5, '50%'],
    [0.973, '97%'],
    [0.985, '98.5%'],
    [0.9942, '99.4%'],
    [0.99949, '99.9%'],
    [0.9999, '> 99.9%'],
    [1, '> 99.9%'],
    [0.0042, '0.4%'],
    [0.0001, '< 0.1%'],
    [0, '< 0.1%'],
  ])('%f is %s', (probability, text) => {
    expect(percent(probability, 'en')).toBe(text);
  });

  test('in Portuguese with a comma', () => {
    expect(percent(0.9942, 'pt')).toBe('99,4%');
  });

  test('no probability reads as 0 % or 100 %', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), (probability) => {
        expect(percent(probability, 'en')).not.toMatch(/^(0|100|0\.0|100\.0)%$/);
      }),
    );
  });
});

test('file sizes in powers of ten', () => {
  expect(fileSize(25_000_000, 'en')).toBe('25 MB');
  expect(fileSize(1_250_000, 'pt')).toBe('1,3 MB');
  expect(fileSize(20_855, 'en')).toBe('21 kB');
});

test('placeholders are filled, unknown ones stay', () => {
  expect(fill('{a} of {b}', { a: 1 })).toBe('1 of {b}');
  expect(fill('{a}', { a: 0 })).toBe('0');
});

describe('several bottles in one sentence', () => {
  const bottle = (state: BottleState): Bottle => ({
    box: [0, 0, 1, 1],
    state,
    confidence: 0.9,
    p_open: 0.9,
    presence: 1,
  });
  test.each<[BottleState[], string, string]>([
    [['open'], '', ''],
    [['open', 'open'], '2 garrafas, todas abertas.', '2 bottles, all open.'],
    [
      ['open', 'closed', 'closed'],
      '3 garrafas: 2 fechadas e 1 aberta. O veredito é o da mais visível.',
      '3 bottles: 2 closed and 1 open. The verdict is for the most visible one.',
    ],
    [
      ['uncertain', 'closed', 'open', 'uncertain'],
      '4 garrafas: 2 incertas, 1 aberta e 1 fechada. O veredito é o da mais visível.',
      '4 bottles: 2 unsure, 1 open, and 1 closed. The verdict is for the most visible one.',
    ],
  ])('%j', (states, portuguese, english) => {
    expect(severalBottles(states.map(bottle), speechOf(TEXTS, 'pt'))).toBe(portuguese);
    expect(severalBottles(states.map(bottle), speechOf(TEXTS, 'en'))).toBe(english);
  });
});
