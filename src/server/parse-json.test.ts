import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseJson } from './parse-json.ts';

describe('parseJson', () => {
  it('reads what JSON.parse reads, while there are few enough values', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = JSON.stringify(value);
        expect(parseJson(Buffer.from(text), text.length)).toEqual(JSON.parse(text));
      }),
    );
  });

  it.each(['[{},{},{},{}]', '{"a":1,"b":2,"c":3,"d":4,"e":5}', '[[[[[]]]]]'])(
    'refuses %s for its many values before it makes any',
    (text) => {
      expect(parseJson(Buffer.from(text), 10)).toEqual(JSON.parse(text));
      expect(() => parseJson(Buffer.from(text), 4)).toThrow('more than 4 values');
    },
  );

  it('says what is no JSON', () => {
    expect(() => parseJson(Buffer.from('{'), 10)).toThrow('not valid JSON');
  });
});
