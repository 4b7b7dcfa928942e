import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { csvLine } from './csv.ts';

it('is read back by another implementation as it was written', () => {
  const text = fc.string({ unit: 'binary' }).filter((cell) => !/^[=+\-@\t\r]/.test(cell) && cell !== '');
  fc.assert(
    fc.property(
      fc.array(fc.array(text, { minLength: 2, maxLength: 2 }), { minLength: 1, maxLength: 5 }),
      (rows) => {
        const csv = rows.map(csvLine).join('');
        expect(parse(csv, { record_delimiter: '\r\n' })).toEqual(rows);
      },
    ),
  );
});

it('writes nothing for null, and numbers and truths as they are', () => {
  expect(csvLine([null, 0.5, -1, true, ''])).toBe(',0.5,-1,true,\r\n');
});

it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1'])('writes %j as text, not as a formula', (cell) => {
  expect(csvLine([cell]).replace('"', '')).toMatch(/^'/);
});
