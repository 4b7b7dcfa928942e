// How long it takes from starting the program to its first answer, with nothing in the compile cache and with what an
// earlier start left there.
//
//     node bench/serving/cold-start.ts [--runs 10]
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';

const MAIN = resolve(import.meta.dirname, '../../src/cli/main.ts');
const { values } = parseArgs({ options: { runs: { type: 'string', default: '10' } } });

/** Milliseconds until /health/ready answers 200. The files themselves lie in the system's cache after the first run. */
async function startOnce(compileCache: string): Promise<number> {
  const dataDir = await mkdtemp(join(tmpdir(), 'tampinha-cold-'));
  const begun = performance.now();
  const child = spawn(process.execPath, [MAIN, 'serve'], {
    env: { ...process.env, PORT: '0', DATA_DIR: dataDir, NODE_COMPILE_CACHE: compileCache },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = once(child, 'exit');
  let elapsed = Number.NaN;
  for await (const line of createInterface(child.stderr)) {
    const [url] = /http:\S+/.exec(line) ?? [];
    if (!url) continue;
    const { ok } = await fetch(`${url}/health/ready`);
    if (ok) elapsed = performance.now() - begun;
    break;
  }
  child.kill();
  await ended;
  await rm(dataDir, { recursive: true });
  return elapsed;
}

async function measure(what: string, cacheOf: (run: number) => string): Promise<void> {
  const times: number[] = [];
  for (let run = 0; run < Number(values.runs); run += 1) times.push(await startOnce(cacheOf(run)));
  times.sort((a, b) => a - b);
  const cells = [times[0], times[Math.floor(times.length / 2)], times.at(-1)].map((ms) => ms?.toFixed(0));
  console.log(`| ${[what, times.length, ...cells].join(' | ')} |`);
}

const caches = await mkdtemp(join(tmpdir(), 'tampinha-compiled-'));
await startOnce(join(caches, 'warm'));
console.log('| compile cache | starts | fastest, ms | median, ms | slowest, ms |');
console.log('|---|---|---|---|---|');
await measure('empty', (run) => join(caches, String(run)));
await measure('of an earlier start', () => join(caches, 'warm'));
await rm(caches, { recursive: true });
