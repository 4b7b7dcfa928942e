// Curves from a training run's log: a line of JSON a step, with whatever numbers the run chose to write.
import type { Html } from './html.ts';
import { linePlot, type Point } from './plot.ts';

export type LogLine = Readonly<Record<string, number>>;

/** The numbers of each line; a line cut off by a crash, or one that is no object, is skipped. */
export function parseTrainingLog(text: string): LogLine[] {
  return text.split('\n').flatMap((line) => {
    const value = parsed(line);
    if (typeof value !== 'object' || value === null) return [];
    const numbers = Object.entries(value).filter(
      (entry): entry is [string, number] => typeof entry[1] === 'number' && Number.isFinite(entry[1]),
    );
    return [Object.fromEntries(numbers)];
  });
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}

const TIMES = ['step', 'epoch'];
// Costs of the run, not what it learned.
const NOT_DRAWN = [...TIMES, 'ms', 'seconds', 'time'];
const MOST_POINTS = 400;

/** A plot for each number that was logged at least twice, over steps or else epochs. */
export function trainingPlots(lines: readonly LogLine[]): Html[] {
  const time = TIMES.find((name) => lines.some((line) => name in line));
  if (time === undefined) return [];
  const names = [...new Set(lines.flatMap((line) => Object.keys(line)))].filter(
    (name) => !NOT_DRAWN.includes(name),
  );
  return names.flatMap((name) => {
    const points = lines.flatMap((line) => pointOf(line, time, name));
    return points.length < 2 ? [] : [trainingPlot(name, time, averaged(points))];
  });
}

function pointOf(line: LogLine, time: string, name: string): Point[] {
  const [x, y] = [line[time], line[name]];
  return x === undefined || y === undefined ? [] : [{ x, y }];
}

/** Means of neighbouring points, as many as can be told apart on a screen. */
function averaged(points: readonly Point[]): Point[] {
  const size = Math.ceil(points.length / MOST_POINTS);
  const parts = Array.from({ length: Math.ceil(points.length / size) }, (_, i) =>
    points.slice(i * size, (i + 1) * size),
  );
  const mean = (part: readonly Point[], pick: (point: Point) => number) =>
    part.reduce((sum, point) => sum + pick(point), 0) / part.length;
  return parts.map((part) => ({ x: mean(part, ({ x }) => x), y: mean(part, ({ y }) => y) }));
}

function trainingPlot(name: string, time: string, points: readonly Point[]): Html {
  const range = (pick: (point: Point) => number): [number, number] => {
    const values = points.map(pick);
    return [Math.min(...values), Math.max(...values)];
  };
  const format = (value: number) => Number(value.toPrecision(3)).toString();
  return linePlot({
    title: name,
    x: { label: time, range: range(({ x }) => x), format },
    y: { label: name, range: range(({ y }) => y), format },
    series: [{ name, role: 'model', points }],
  });
}
