// How long it takes from starting the program to its first answer, with nothing in the compile cache and with what an
// earlier start left there. On a machine that others use trust the processor time: what all its processes took.
//
//     node bench/serving/cold-start.ts [--runs 10]
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { cpuSecondsOfFamily } from '../load/targets.ts';

const MAIN = resolve(import.meta.dirname, '../../src/cli/main.ts');
const { values } = parseArgs({ options: { runs: { type: 'string', default: '10' } } });

interface Start {
  /** Until /health/ready answers 200. */
  readonly ms: number;
  readonly cpuMs: number;
}

/** The files themselves lie in the system's cache after the first run. */
async function startOnce(compileCache: string): Promise<Start> {
  const dataDir = await mkdtemp(join(tmpdir(), 'tampinha-cold-'));
  const begun = performance.now();
  const child = spawn(process.execPath, [MAIN, 'serve'], {
    env: { ...process.env, PORT: '0', DATA_DIR: dataDir, NODE_COMPILE_CACHE: compileCache },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = once(child, 'exit');
  let start = { ms: Number.NaN, cpuMs: Number.NaN };
  for await (const line of createInterface(child.stderr)) {
    const [url] = /http:\S+/.exec(line) ?? [];
    if (!url) continue;
    const { ok } = await fetch(`${url}/health/ready`);
    if (ok) start = { ms: performance.now() - begun, cpuMs: 1_000 * cpuSecondsOfFamily(child.pid ?? 0) };
    break;
  }
  child.kill();
  await ended;
  await rm(dataDir, { recursive: true });
  return start;
}

async function measure(what: string, cacheOf: (run: number) => string): Promise<void> {
  const starts: Start[] = [];
  for (let run = 0; run < Number(values.runs); run += 1) starts.push(await startOnce(cacheOf(run)));
  const [ms, cpuMs] = [starts.map((start) => start.ms), starts.map((start) => start.cpuMs)].map(sorted);
  const cells = [ms?.[0], median(ms), ms?.at(-1), median(cpuMs)].map((value) => value?.toFixed(0));
  console.log(`| ${[what, starts.length, ...cells].join(' | ')} |`);
}

function sorted(numbers: readonly number[]): number[] {
  return numbers.toSorted((a, b) => a - b);
}

function median(numbers: readonly number[] | undefined): number | undefined {
  return numbers?.[Math.floor(numbers.length / 2)];
}

const caches = await mkdtemp(join(tmpdir(), 'tampinha-compiled-'));
await startOnce(join(caches, 'warm'));
console.log('| compile cache | starts | fastest, ms | median, ms | slowest, ms | CPU ms |');
console.log('|---|---|---|---|---|---|');
await measure('empty', (run) => join(caches, String(run)));
await measure('of an earlier start', () => join(caches, 'warm'));
await rm(caches, { recursive: true });
