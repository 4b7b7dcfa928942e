// Damaged requests of every kind against the server as it is run, with its processes and its log.
//
//     node bench/fuzz.ts [--count 100000] [--seed 1] [--connections 8] [--kind JPEG] [--network tiny]
//
// Three quarters of the requests are of the kinds that are refused before a picture is decoded. With `--network tiny` a
// model of a few weights stands in for the bundled one, so that the time goes where damage can do harm. On a machine
// that others use `--patience` says how late an answer may be, in milliseconds. Ctrl-C tells what came out so far.
//
// The same seed sends the same requests. Ends with status 1 when an answer is wrong, later than five seconds or missing,
// or when the server has ended or grown. Each complaint names the numbers that make the request again.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createRandom } from '../src/nn/random.ts';
import { complaint, type FuzzKind, fuzzKinds, HANG_MS } from '../src/server/test-fuzz.ts';
import { startTampinha, type Target } from './load/targets.ts';
import { writeTinyModel } from './tiny-model.ts';

/** Beyond this share of the memory after the first part the server has grown. */
const GROWTH = 1.1;
const PARTS = 20;

const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '100000' },
    seed: { type: 'string', default: '1' },
    connections: { type: 'string', default: '8' },
    kind: { type: 'string' },
    network: { type: 'string', default: 'default' },
    patience: { type: 'string', default: String(HANG_MS) },
  },
});
const [count, seed, connections, patienceMs] = [
  values.count,
  values.seed,
  values.connections,
  values.patience,
].map(Number);

interface Tally {
  sent: number;
  slowestMs: number;
  readonly statuses: Map<number, number>;
}

/** Kinds whose requests mostly hold a picture that somebody has to decode. */
const DECODED = /JPEG|PNG|WebP|two files|form|stream|base64|binary/;

const all = Object.entries(await fuzzKinds());
const decoded = all.filter(([name]) => DECODED.test(name));
const others = all.filter(([name]) => !DECODED.test(name));
const kinds = all.filter(([name]) => !values.kind || name === values.kind);
const tallies = new Map(
  kinds.map(([name]) => [name, { sent: 0, slowestMs: 0, statuses: new Map() } as Tally]),
);
const complaints: string[] = [];
const modelsDir = await mkdtemp(join(tmpdir(), 'tampinha-fuzz-'));
if (values.network === 'tiny') await writeTinyModel(modelsDir);
const target = await startTampinha({
  // Those who ask for another name than this machine's are strangers, who would be limited soon.
  env: {
    RATE_LIMIT_PER_MINUTE: '0',
    ...(values.network === 'tiny' && { MODELS_DIR: modelsDir, MODEL: 'tiny' }),
  },
});
const resident: number[] = [];
let stopped = false;
process.once('SIGINT', () => {
  stopped = true;
});
for (let part = 0; part < PARTS && !stopped; part += 1) {
  await sendPart(Math.floor((part * count) / PARTS), Math.floor(((part + 1) * count) / PARTS));
  resident.push(target.residentBytes());
}
await report(target);
await target.stop();
await rm(modelsDir, { recursive: true });
process.exitCode = complaints.length > 0 ? 1 : 0;

/** Those with these numbers, kind by kind in turn. */
async function sendPart(from: number, to: number): Promise<void> {
  let number = from;
  const connection = async () => {
    while (number < to && !stopped) {
      const mine = number;
      number += 1;
      const kind = kindOf(mine);
      if (kind) await sendOne(...kind, mine);
    }
  };
  await Promise.all(Array.from({ length: connections }, connection));
}

function kindOf(number: number) {
  if (values.kind) return kinds[0];
  const turn = Math.floor(number / 4);
  return number % 4 === 0 ? decoded[turn % decoded.length] : others[(number - turn) % others.length];
}

async function sendOne(name: string, kind: FuzzKind, number: number): Promise<void> {
  const tally = tallies.get(name);
  if (!tally) return;
  const begun = performance.now();
  const timer = setTimeout(() => complaints.push(`${name} ${number}: no answer yet`), 4 * patienceMs);
  try {
    const answer = await kind(createRandom(seed, number), target.url);
    const wrong = complaint(answer);
    if (wrong) complaints.push(`${name} ${number}: ${wrong}`);
    tally.statuses.set(answer.status, (tally.statuses.get(answer.status) ?? 0) + 1);
  } catch (error) {
    complaints.push(`${name} ${number}: ${error}`);
  }
  clearTimeout(timer);
  const ms = performance.now() - begun;
  tally.sent += 1;
  tally.slowestMs = Math.max(tally.slowestMs, ms);
  if (ms > patienceMs) complaints.push(`${name} ${number}: ${ms.toFixed(0)} ms`);
}

async function report({ url }: Target): Promise<void> {
  console.log('| input | sent | answers by status | slowest, ms |');
  console.log('|---|---|---|---|');
  for (const [name, { sent, statuses, slowestMs }] of tallies) {
    const answers = [...statuses]
      .toSorted(([a], [b]) => a - b)
      .map(([status, n]) => `${status || 'closed'}: ${n}`);
    console.log(`| ${name} | ${sent} | ${answers.join(', ')} | ${slowestMs.toFixed(0)} |`);
  }
  const ready = await fetch(`${url}/health/ready`);
  if (!ready.ok) complaints.push(`afterwards: ${ready.status} at /health/ready`);
  const metrics = await (await fetch(`${url}/metrics`)).text();
  const replaced = [...metrics.matchAll(/^tampinha_workers_replaced_total\{reason="(\w+)"\} (\d+)/gm)];
  const first = resident[0] ?? Number.NaN;
  const last = resident.at(-1) ?? Number.NaN;
  // Sums over processes that begin anew now and then: the largest of the last quarter against that of the first.
  const quarter = Math.ceil(PARTS / 4);
  const [early, late] = [resident.slice(0, quarter), resident.slice(-quarter)].map((some) =>
    Math.max(...some),
  );
  if ((late ?? 0) > GROWTH * (early ?? 0)) complaints.push('the server has grown');
  const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(0)} MB`;
  console.log(
    `\nResident memory, all processes: ${megabytes(first)} after a twentieth, ${megabytes(last)} at the end, at most ` +
      `${megabytes(Math.max(...resident))}. Processes replaced: ${replaced.map(([, why, n]) => `${why} ${n}`).join(', ')}.`,
  );
  console.log(`By twentieths: ${resident.map(megabytes).join(', ')}`);
  console.log(`${complaints.length} complaints`);
  for (const line of complaints.slice(0, 50)) console.log(`  ${line}`);
}
