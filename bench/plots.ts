// Pictures of what bench/load.ts has measured with --json, as plain SVG.
//
//     node bench/plots.ts docs/plots FILE…
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Static, Type } from 'typebox';
import { Value } from 'typebox/value';

const Latency = Type.Object({ p50: Type.Number(), p99: Type.Number() });
const Rates = Type.Array(Type.Object({ picture: Type.String(), rate: Type.Number(), latency: Latency }));
const Shares = Type.Array(Type.Object({ picture: Type.String(), what: Type.String(), share: Type.Number() }));
const Overload = Type.Object({ residentEachSecond: Type.Array(Type.Number()) });
const Soak = Type.Object({ sliceSeconds: Type.Number(), resident: Type.Array(Type.Number()) });
const File = Type.Object({ run: Type.String(), result: Type.Unknown() });

interface Series {
  readonly name: string;
  readonly points: readonly (readonly [x: number, y: number])[];
}

const [WIDTH, HEIGHT, LEFT, TOP, RIGHT, BOTTOM] = [640, 320, 64, 40, 150, 48];
const COLOURS = ['#b3541e', '#1f6f54', '#38507a', '#8a6d1c'];

const PLOTS: Record<string, (result: unknown) => string> = {
  rates(result) {
    const rows = Value.Parse(Rates, result);
    const of = (picture: string, which: keyof Static<typeof Latency>): Series => ({
      name: `${which}, ${picture.split(', ')[1]}`,
      points: rows
        .filter((row) => row.picture === picture)
        .map(({ rate, latency }) => [rate, latency[which]]),
    });
    const pictures = [...new Set(rows.map(({ picture }) => picture))];
    return lines(
      'Latency over rate',
      'pictures a second',
      'ms',
      pictures.flatMap((one) => [of(one, 'p50'), of(one, 'p99')]),
    );
  },
  compare(result) {
    const rows = Value.Parse(Shares, result);
    return bars(
      'Share of the bare loop',
      rows.map(({ picture, what, share }) => [`${what}, ${picture.split(', ')[1]}`, share]),
    );
  },
  overload: (result) =>
    memory('Twice the saturating rate', Value.Parse(Overload, result).residentEachSecond, 1),
  soak(result) {
    const { resident, sliceSeconds } = Value.Parse(Soak, result);
    return memory('Soak', resident, sliceSeconds);
  },
};

function memory(title: string, resident: readonly number[], stepSeconds: number): string {
  const points = resident.map((bytes, i) => [((i + 1) * stepSeconds) / 60, bytes / 1e6] as const);
  return lines(`${title}: resident memory of all processes`, 'minutes', 'MB', [{ name: '', points }]);
}

function lines(title: string, xLabel: string, yLabel: string, series: readonly Series[]): string {
  const all = series.flatMap(({ points }) => points);
  const [right, top] = [Math.max(...all.map(([x]) => x)), Math.max(...all.map(([, y]) => y))];
  const x = (value: number) => LEFT + (value / right) * (WIDTH - LEFT - RIGHT);
  const y = (value: number) => HEIGHT - BOTTOM - (value / top) * (HEIGHT - TOP - BOTTOM);
  const ticks = [0, 0.25, 0.5, 0.75, 1].flatMap((part) => [
    `<path d="M${LEFT} ${y(part * top)}H${WIDTH - RIGHT}" stroke="#ddd"/>`,
    text(LEFT - 8, y(part * top) + 4, rounded(part * top), 'end'),
    text(x(part * right), HEIGHT - BOTTOM + 18, rounded(part * right), 'middle'),
  ]);
  const drawn = series.flatMap(({ name, points }, i) => {
    const path = points.map(([px, py]) => `${x(px).toFixed(1)},${y(py).toFixed(1)}`).join(' ');
    const last = points.at(-1) ?? [0, 0];
    return [
      `<polyline points="${path}" fill="none" stroke="${COLOURS[i % COLOURS.length]}" stroke-width="2"/>`,
      text(x(last[0]) + 6, y(last[1]) + 4, name, 'start', COLOURS[i % COLOURS.length]),
    ];
  });
  const labels = [
    text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 10, xLabel, 'middle'),
    text(LEFT, TOP - 8, yLabel, 'end'),
  ];
  return svg(title, HEIGHT, [...ticks, ...drawn, ...labels]);
}

function bars(title: string, rows: readonly (readonly [name: string, share: number])[]): string {
  const [left, step] = [190, 26];
  const drawn = rows.flatMap(([name, share], i) => [
    text(left - 8, TOP + i * step + 16, name, 'end'),
    `<rect x="${left}" y="${TOP + i * step + 2}" width="${Math.max(1, share * 360).toFixed(1)}" height="18" fill="${COLOURS[i % COLOURS.length]}"/>`,
    text(left + share * 360 + 6, TOP + i * step + 16, share.toFixed(2), 'start'),
  ]);
  return svg(title, TOP + rows.length * step + 16, drawn);
}

function rounded(value: number): string {
  return String(Number(value.toPrecision(3)));
}

function text(x: number, y: number, content: string, anchor: string, fill = '#333'): string {
  return `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" text-anchor="${anchor}" fill="${fill}">${content}</text>`;
}

function svg(title: string, height: number, parts: readonly string[]): string {
  const head = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="sans-serif" font-size="12">`;
  return `${[head, '<rect width="100%" height="100%" fill="#fff"/>', text(16, 20, title, 'start', '#000'), ...parts, '</svg>'].join('\n')}\n`;
}

const [folder, ...files] = process.argv.slice(2);
if (!folder || files.length === 0) throw new Error('usage: node bench/plots.ts FOLDER FILE…');
await mkdir(folder, { recursive: true });
for (const path of files) {
  const { run, result } = Value.Parse(File, JSON.parse(await readFile(path, 'utf8')));
  const plot = PLOTS[run];
  if (!plot) throw new Error(`${path}: there is no picture of "${run}"`);
  await writeFile(join(folder, `${run}.svg`), plot(result));
}
