import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import { describe, expect, it } from 'vitest';
import { run } from './test-run.ts';

const PRICES = join(import.meta.dirname, '../../deploy/cloud/prices.json');

const capacity = (...args: string[]) => run(['capacity', ...args]);

const Line = Type.Object({
  replicas: Type.Number(),
  cores: Type.Number(),
  outcome: Type.Object({
    utilisation: Type.Number(),
    perSecond: Type.Number(),
    latencyMs: Type.Object({ p50: Type.Number(), p99: Type.Number() }),
  }),
  records: Type.Object({ rowsPerDay: Type.Number() }),
  costs: Type.Array(
    Type.Object({
      allDay: Type.Object({ total: Type.Number() }),
      withTheLoad: Type.Object({ total: Type.Number() }),
    }),
  ),
});

async function ask(...args: string[]) {
  const { status, out, err } = await capacity(...args, '--format', 'jsonl');
  expect({ status, err }).toEqual({ status: 0, err: '' });
  return out
    .trimEnd()
    .split('\n')
    .map((line) => Value.Parse(Line, JSON.parse(line)));
}

const MEASURED = ['--picture-ms', '50', '--repeated-ms', '2', '--spread', '0.2', '--delay-ms', '3'];

describe('tampinha capacity', () => {
  it('answers each load, with a server to spare', async () => {
    const [small, large] = await ask('--rate', '1,200', ...MEASURED, '--cores', '4');
    expect(small).toMatchObject({ replicas: 1, cores: 8 });
    // Alone a picture takes what it takes.
    expect(small?.outcome.latencyMs.p50).toBeCloseTo(53, -1);
    // Ten cores’ work, on servers of four.
    expect(large?.replicas).toBeGreaterThanOrEqual(3);
    expect(large?.replicas).toBeLessThanOrEqual(4);
    expect(large?.records.rowsPerDay).toBe(0.5 * 200 * 86_400);
  });

  it('says what so many servers do', async () => {
    const [two] = await ask('--rate', '200', '--replicas', '2', '--spare', '0', ...MEASURED, '--cores', '4');
    expect(two?.outcome.utilisation).toBeCloseTo(1, 1);
    expect(two?.outcome.perSecond).toBeLessThan(165);
  });

  it('computes cost with the prices given', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tampinha-prices-'));
    const file = join(folder, 'prices.json');
    const read = { source: 'an example', dated: null, found: '2026-11-23' };
    const place = { name: 'Example', region: 'nowhere', currency: 'USD', ...read };
    const prices = { vcpuHour: 0.06, gibHour: 0, requestsMillion: 0, trafficGib: 0, standing: [] };
    writeFileSync(file, JSON.stringify([{ ...place, ...prices }]));
    const [asked] = await ask(
      ...['--rate', '100', '--cores', '4', '--day-share', '0.25', '--prices', file, ...MEASURED],
    );
    const cores = asked?.cores ?? Number.NaN;
    // 100 · 50 ms are five cores’ work; a quarter of it is used over the day.
    const perMillion = (1_000_000 * 0.05) / 3_600;
    expect(asked?.costs[0]?.withTheLoad.total).toBeCloseTo((0.06 * perMillion * cores) / 5, 6);
    expect(asked?.costs[0]?.allDay.total).toBeCloseTo((4 * 0.06 * perMillion * cores) / 5, 6);
    const { out } = await capacity('--rate', '100', '--prices', file);
    expect(out).toMatch(/^cost +USD [\d.]+ a million pictures/m);
    writeFileSync(file, '[]');
    expect(await capacity('--rate', '100', '--prices', file)).toMatchObject({ status: 2 });
    rmSync(folder, { recursive: true });
  });

  it.each([
    [['--rate', '0'], 'above 0'],
    [['--rate', '10', '--repeated', '1.5'], 'from 0 to 1'],
    [['--rate', '10', '--burst', '0.5'], '1 or a number above'],
    [['--rate', '10', '--burst', '2', '--burst-seconds', '90'], 'longer than'],
    [['--rate', '10', '--repeated-ms', '90', '--picture-ms', '50'], 'more than a new one'],
    [['--rate', '10', '--p99', '20'], 'no number of replicas'],
    [['--rate', '10', '--prices', 'nowhere.json'], 'nowhere.json'],
    [['--rate', '1000', '--replicas', '1', '--prices', PRICES], 'more replicas, or no prices'],
    [['--rate', '0x10'], 'above 0'],
    [['--rate', '10,'], 'above 0'],
    [['--rate', '10', '--repeated', ''], 'from 0 to 1'],
    [[], '--rate'],
  ])('refuses %j', async (args, said) => {
    const { status, out, err } = await capacity(...args);
    expect({ status, out }).toEqual({ status: 2, out: '' });
    expect(err).toContain(said);
  });
});
