// The capacity model beside the server itself, on this machine.
//
//     node bench/capacity-check.ts [--seconds 30] [--shares 0.4,0.7,0.9,1.5] [--write]
//     node bench/capacity-check.ts records
//
// Twice two processes: one server with two, and two servers with one each, on a core each. First the service time is
// measured, one picture at a time and with as many as are taken; then pictures come by chance (Poisson) at shares of what
// was the most, with a deadline of a second, and what happens is laid beside what the simulation foretells from the
// service time and the cores that the servers had. The generator and everything else on the machine take their part of
// both cores: what else runs changes the figures, so let nothing else run. With --write they go into docs/deployment.md.
// `records` tells how large a row of the log and an answer in Redis are.
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Outcome, simulate } from '../src/capacity/simulate.ts';
import { type Calibration, calibrate } from './capacity/calibrate.ts';
import { type Calls, callOpenly } from './capacity/open-loop.ts';
import { measureRecords } from './capacity/records.ts';
import { startTampinha, type Target } from './load/targets.ts';
import { benchPictures } from './serving/pictures.ts';

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    seconds: { type: 'string', default: '30' },
    shares: { type: 'string', default: '0.4,0.7,0.9,1.5' },
    write: { type: 'boolean', default: false },
  },
});
const SECONDS = Number(values.seconds);
const SHARES = values.shares.split(',').map(Number);
const DEADLINE_MS = 1_000;
const ENVIRONMENT = { REQUEST_DEADLINE_MS: String(DEADLINE_MS), LOG_LEVEL: 'error' };

interface Setup {
  readonly name: string;
  readonly servers: number;
  readonly processes: number;
}

/** What a process that is started now will inherit. */
function bindTo(cores: string): void {
  spawnSync('taskset', ['-a', '-p', '-c', cores, String(process.pid)], { stdio: 'ignore' });
}

async function startServers({ servers, processes }: Setup): Promise<Target[]> {
  const started: Target[] = [];
  for (let server = 0; server < servers; server += 1) {
    bindTo(servers === 1 ? '0,1' : String(server));
    started.push(await startTampinha({ env: { ...ENVIRONMENT, CONCURRENCY: String(processes) } }));
  }
  bindTo('0,1');
  return started;
}

function foretell({ servers, processes }: Setup, found: Calibration, perSecond: number): Outcome {
  return simulate({
    load: { perSecond, burst: { factor: 1, seconds: 0, everySeconds: 60 } },
    service: {
      picture: { meanMs: found.cpuMs, spread: found.spread },
      request: { meanMs: 0, spread: 0 },
      repeated: 0,
      delayMs: found.delayMs,
    },
    replica: { cores: found.cores / servers, processes, queueLength: 256, deadlineMs: DEADLINE_MS },
    replicas: servers,
    balancer: 'random',
    ...{ seconds: 5_000, warmUpSeconds: 100, seed: 1 },
  });
}

const said: string[] = [];
function say(line: string): void {
  said.push(line);
  console.log(line);
}

async function check(setup: Setup, jpeg: Uint8Array): Promise<void> {
  const servers = await startServers(setup);
  const found = await calibrate(servers, jpeg);
  const { cpuMs, spread, delayMs, cores, mostPerSecond } = found;
  say(
    `\n${setup.name}: ${cpuMs.toFixed(1)} CPU ms a picture, spread ${spread.toFixed(2)}, ${delayMs.toFixed(1)} ms ` +
      `without a core; at most ${mostPerSecond.toFixed(1)} a second, which is ${cores.toFixed(2)} cores.\n`,
  );
  for (const line of HEADER) say(line);
  for (const share of SHARES) {
    const rate = share * mostPerSecond;
    const calls = await callOpenly(servers, jpeg, rate, SECONDS);
    say(row(share, rate, calls, foretell(setup, found, rate)));
  }
  await Promise.all(servers.map((server) => server.stop()));
}

const HEADER = [
  '| a second | answered/s | foretold | refused | foretold | p50 ms | foretold | p99 ms | foretold |',
  '|---|---|---|---|---|---|---|---|---|',
];

function row(share: number, rate: number, calls: Calls, outcome: Outcome): string {
  const { overloaded, late } = outcome.refused;
  const cells = [
    `${rate.toFixed(1)} (${(100 * share).toFixed(0)} %)`,
    ...[calls.answered / SECONDS, outcome.perSecond].map((value) => value.toFixed(1)),
    ...[calls.refused / calls.sent, overloaded + late].map((value) => `${(100 * value).toFixed(1)} %`),
    ...[calls.p50Ms, outcome.latencyMs.p50, calls.p99Ms, outcome.latencyMs.p99].map((ms) => ms.toFixed(0)),
  ];
  return `| ${cells.join(' | ')} |`;
}

function write(): void {
  const file = join(import.meta.dirname, '../docs/deployment.md');
  const block = /(<!-- check -->\n)[\s\S]*?(<!-- \/check -->)/;
  const replaced = (_all: string, before: string, after: string) => `${before}${said.join('\n')}\n\n${after}`;
  writeFileSync(file, readFileSync(file, 'utf8').replace(block, replaced));
}

if (positionals[0] === 'records') await measureRecords();
else {
  const [{ name, bytes }] = await benchPictures();
  const others = () => loadavg()[0]?.toFixed(1);
  const before = others();
  say(`\n${name}; deadline ${DEADLINE_MS} ms; ${SECONDS} s each.`);
  for (const setup of [
    { name: 'One server, two processes', servers: 1, processes: 2 },
    { name: 'Two servers, a process each', servers: 2, processes: 1 },
  ])
    await check(setup, bytes);
  say(`\nMean number of runnable processes on the machine before the run ${before}, at its end ${others()}.`);
  if (values.write) write();
}
