// Load on the server, and the same load on what it is compared with.
//
//     node bench/load.ts compare  [--seconds 8] [--rounds 3] [--cores 0,1]
//     node bench/load.ts repeated [--seconds 10]
//     node bench/load.ts rates    [--seconds 20] [--rate 10] [--unique 0.5]
//     node bench/load.ts overload [--seconds 60]
//     node bench/load.ts soak     [--requests 200000]
//     node bench/load.ts kill     [--times 20]
//     node bench/load.ts swap     [--times 50]
//
// Everything runs on the cores named, both sides alike. On a machine that others use, trust only ratios of one run and
// processor time.
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    seconds: { type: 'string' },
    rounds: { type: 'string', default: '3' },
    rate: { type: 'string', default: '10' },
    unique: { type: 'string', default: '0.5' },
    requests: { type: 'string', default: '200000' },
    times: { type: 'string' },
    cores: { type: 'string', default: '0,1' },
  },
});
const seconds = (otherwise: number) => Number(values.seconds ?? otherwise);

const RUNS: Record<string, () => Promise<void>> = {
  compare: async () => (await import('./load/compare.ts')).compare(seconds(8), Number(values.rounds)),
  repeated: async () => (await import('./load/rates.ts')).repeated(seconds(10)),
  rates: async () =>
    (await import('./load/rates.ts')).atRate(seconds(20), Number(values.rate), Number(values.unique)),
  overload: async () => (await import('./load/overload.ts')).overload(seconds(60)),
  soak: async () => (await import('./load/soak.ts')).soak(Number(values.requests)),
  kill: async () => (await import('./load/kill.ts')).kill(Number(values.times ?? 20)),
  swap: async () => (await import('./load/swap.ts')).swap(Number(values.times ?? 50)),
};

const run = RUNS[positionals[0] ?? ''];
if (!run) throw new Error(`usage: node bench/load.ts ${Object.keys(RUNS).join('|')}`);
// This process too, and with it every process that it starts.
spawnSync('taskset', ['-a', '-p', '-c', values.cores, String(process.pid)], { stdio: 'ignore' });
await run();
