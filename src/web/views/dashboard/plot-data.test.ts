import { expect, test } from 'vitest';
import { columns, highest, isFlat, type Line, type PlotData } from './plot-data.ts';

const line = (...values: (number | null)[]): Line => ({
  key: 'k',
  name: 'n',
  colour: '--open',
  form: 'bars',
  values,
});
const plot = (stacked: boolean, ...lines: Line[]): PlotData => ({ at: [1, 2, 3], lines, stacked });

test('lines stand side by side, gaps included', () => {
  expect(columns(plot(false, line(1, null, 3), line(4, 5, 6)))).toEqual([
    [1, 2, 3],
    [1, null, 3],
    [4, 5, 6],
  ]);
});

test('stacked lines stand on those after them', () => {
  const stacked = plot(true, line(1, 2, 3), line(10, 0, 30), line(100, null, 300));
  expect(columns(stacked)).toEqual([
    [1, 2, 3],
    [111, 2, 333],
    [110, 0, 330],
    [100, null, 300],
  ]);
  expect(highest(stacked)).toBe(333);
});

test('nothing to see is told from something', () => {
  expect(isFlat(plot(false, line(0, null, 0)))).toBe(true);
  expect(isFlat(plot(false, line(0, null, 0.1)))).toBe(false);
  expect(highest(plot(false, line(null, null, null)))).toBe(0);
});
