// Load on the server, and the same load on what it is compared with.
//
//     node bench/load.ts compare  [--seconds 8] [--rounds 3] [--cores 0,1]
//     node bench/load.ts repeated [--seconds 10]
//     node bench/load.ts rates    [--seconds 20] [--rate 2,5,10] [--unique 0.5]
//     node bench/load.ts overload [--seconds 60]
//     node bench/load.ts soak     [--requests 200000]
//     node bench/load.ts kill     [--times 20] [--store sqlite|postgres]
//     node bench/load.ts stop     [--times 20] [--store sqlite|postgres]
//     node bench/load.ts outage   [--seconds 10] [--rate 4]
//     node bench/load.ts swap     [--times 50]
//
// --json FILE also writes what was measured, for bench/plots.ts.
//
// Everything runs on the cores named, both sides alike. On a machine that others use, trust only ratios of one run and
// processor time.
import { spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    seconds: { type: 'string' },
    rounds: { type: 'string', default: '3' },
    rate: { type: 'string' },
    unique: { type: 'string', default: '0.5' },
    requests: { type: 'string', default: '200000' },
    times: { type: 'string' },
    store: { type: 'string' },
    json: { type: 'string' },
    cores: { type: 'string', default: '0,1' },
  },
});
const seconds = (otherwise: number) => Number(values.seconds ?? otherwise);
const times = (otherwise: number) => Number(values.times ?? otherwise);
const rates = (otherwise: string) => (values.rate ?? otherwise).split(',').map(Number);

const RUNS: Record<string, () => Promise<object>> = {
  compare: async () => (await import('./load/compare.ts')).compare(seconds(8), Number(values.rounds)),
  repeated: async () => (await import('./load/rates.ts')).repeated(seconds(10)),
  rates: async () =>
    (await import('./load/rates.ts')).atRates(seconds(20), rates('2,5,10'), Number(values.unique)),
  overload: async () => (await import('./load/overload.ts')).overload(seconds(60)),
  soak: async () => (await import('./load/soak.ts')).soak(Number(values.requests)),
  kill: async () => (await import('./load/endings.ts')).end('SIGKILL', times(20), values.store),
  stop: async () => (await import('./load/endings.ts')).end('SIGTERM', times(20), values.store),
  outage: async () => (await import('./load/outage.ts')).outage(seconds(10), rates('4')[0] ?? 4),
  swap: async () => (await import('./load/swap.ts')).swap(times(50)),
};

const [name = ''] = positionals;
const run = RUNS[name];
if (!run) throw new Error(`usage: node bench/load.ts ${Object.keys(RUNS).join('|')}`);
// This process too, and with it every process that it starts.
spawnSync('taskset', ['-a', '-p', '-c', values.cores, String(process.pid)], { stdio: 'ignore' });
const result = await run();
if (values.json) await writeFile(values.json, `${JSON.stringify({ run: name, result }, null, 1)}\n`);
