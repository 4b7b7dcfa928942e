// Damaged requests of every kind against the server as it is run, with its processes and its log.
//
//     node bench/fuzz.ts [--count 100000] [--seed 1] [--connections 8] [--kind JPEG]
//
// The same seed sends the same requests. Ends with status 1 when an answer is wrong, later than five seconds or missing,
// or when the server has ended or grown. Each complaint names the numbers that make the request again.
import { parseArgs } from 'node:util';
import { createRandom } from '../src/nn/random.ts';
import { complaint, type FuzzKind, fuzzKinds, HANG_MS } from '../src/server/test-fuzz.ts';
import { startTampinha, type Target } from './load/targets.ts';

/** Beyond this share of the memory after the first part the server has grown. */
const GROWTH = 1.1;
const PARTS = 20;

const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '100000' },
    seed: { type: 'string', default: '1' },
    connections: { type: 'string', default: '8' },
    kind: { type: 'string' },
  },
});
const [count, seed, connections] = [values.count, values.seed, values.connections].map(Number);

interface Tally {
  sent: number;
  slowestMs: number;
  readonly statuses: Map<number, number>;
}

const kinds = Object.entries(await fuzzKinds()).filter(([name]) => !values.kind || name === values.kind);
const tallies = new Map(
  kinds.map(([name]) => [name, { sent: 0, slowestMs: 0, statuses: new Map() } as Tally]),
);
const complaints: string[] = [];
const target = await startTampinha();
const resident: number[] = [];
for (let part = 0; part < PARTS; part += 1) {
  await sendPart(Math.floor((part * count) / PARTS), Math.floor(((part + 1) * count) / PARTS));
  resident.push(target.residentBytes());
}
await report(target);
await target.stop();
process.exitCode = complaints.length > 0 ? 1 : 0;

/** Those with these numbers, kind by kind in turn. */
async function sendPart(from: number, to: number): Promise<void> {
  let number = from;
  const connection = async () => {
    while (number < to) {
      const mine = number;
      number += 1;
      const kind = kinds[mine % kinds.length];
      if (kind) await sendOne(...kind, mine);
    }
  };
  await Promise.all(Array.from({ length: connections }, connection));
}

async function sendOne(name: string, kind: FuzzKind, number: number): Promise<void> {
  const tally = tallies.get(name);
  if (!tally) return;
  const begun = performance.now();
  const timer = setTimeout(() => complaints.push(`${name} ${number}: no answer yet`), 4 * HANG_MS);
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
  if (ms > HANG_MS) complaints.push(`${name} ${number}: ${ms.toFixed(0)} ms`);
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
  console.log(`${complaints.length} complaints`);
  for (const line of complaints.slice(0, 50)) console.log(`  ${line}`);
}
