import fc from 'fast-check';
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import { expect, it } from 'vitest';
import { asWritten } from './time.ts';

const DateTime = Type.String({ format: 'date-time' });

it.each([
  ['2026-11-23T06:00:00Z', '2026-11-23T06:00:00.000Z'],
  ['2026-11-23t03:00:00.5-03:00', '2026-11-23T06:00:00.500Z'],
  ['2026-11-23T06:00:00.123456789z', '2026-11-23T06:00:00.123Z'],
  ['2026-11-23T03:00:00-03:00[America/Sao_Paulo]', '2026-11-23T06:00:00.000Z'],
  ['2016-12-31T23:59:60Z', '2016-12-31T23:59:59.000Z'],
  ['2017-01-01T08:59:60.9+09:00', '2016-12-31T23:59:59.900Z'],
  ['0000-01-01T00:00:00Z', '0001-01-01T00:00:00.000Z'],
  ['9999-12-31T23:59:59.999-12:00', '9999-12-31T23:59:59.999Z'],
])('reads %s as %s', (time, expected) => {
  expect(Value.Check(DateTime, time)).toBe(true);
  expect(asWritten(time)).toBe(expected);
});

it('refuses what is no time', () => {
  const refusal = { code: 'INVALID_PARAMETER', values: { name: 'time', rule: 'time' } };
  expect(() => asWritten('yesterday')).toThrow(expect.objectContaining(refusal));
});

it('reads whatever the schema lets through', () => {
  const two = (max: number) => fc.nat(max).map((n) => String(n).padStart(2, '0'));
  const offset = fc.oneof(
    fc.constantFrom('Z', 'z'),
    fc.tuple(fc.constantFrom('+', '-'), two(23), two(59)).map(([sign, h, m]) => `${sign}${h}:${m}`),
  );
  const time = fc
    .tuple(fc.nat(9_999), two(12), two(31), fc.constantFrom('T', 't'), two(23), two(59), two(60), offset)
    .map(([year, month, day, t, hours, minutes, seconds, zone]) => {
      const date = `${String(year).padStart(4, '0')}-${month}-${day}`;
      return `${date}${t}${hours}:${minutes}:${seconds}${zone}`;
    })
    .filter((text) => Value.Check(DateTime, text));
  fc.assert(
    fc.property(time, (text) => {
      expect(asWritten(text)).toMatch(/^(?!0000)\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    }),
  );
});
