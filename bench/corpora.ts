// Files that others have collected because something reads them wrongly, sent to the server as it is run.
//
//     node bench/corpora.ts [--patience 5000] FOLDER…
//
// Good ones come with Debian's sources (`apt-get source --download-only pillow libpng1.6`): `Tests/images` of the one,
// `contrib/pngsuite` and `contrib/testpngs` of the other. Every file below a folder is sent, pictures or not. Ends with
// status 1 when an answer is wrong, or later than so many milliseconds.
import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { complaint, HANG_MS, sendFile } from '../src/server/test-fuzz.ts';
import { startTampinha } from './load/targets.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { patience: { type: 'string', default: String(HANG_MS) } },
});
const complaints: string[] = [];
const target = await startTampinha();
console.log('| folder | files | answers by status | slowest, ms | memory, MB |');
console.log('|---|---|---|---|---|');
for (const folder of positionals) await sendFolder(folder);
const ready = await fetch(`${target.url}/health/ready`);
if (!ready.ok) complaints.push(`afterwards: ${ready.status} at /health/ready`);
const metrics = await (await fetch(`${target.url}/metrics`)).text();
const replaced = [...metrics.matchAll(/^tampinha_workers_replaced_total\{reason="(\w+)"\} (\d+)/gm)];
console.log(
  `\nProcesses replaced: ${replaced.map(([, why, n]) => `${why} ${n}`).join(', ')}. ${complaints.length} complaints`,
);
for (const line of complaints) console.log(`  ${line}`);
await target.stop();
process.exitCode = complaints.length > 0 ? 1 : 0;

async function sendFolder(folder: string): Promise<void> {
  const statuses = new Map<number, number>();
  let slowestMs = 0;
  for (const path of await filesBelow(folder)) {
    const body = await readFile(path);
    const begun = performance.now();
    const answer = await sendFile(target.url, body);
    const ms = performance.now() - begun;
    const wrong = ms > Number(values.patience) ? `${ms.toFixed(0)} ms` : complaint(answer);
    if (wrong) complaints.push(`${path}: ${wrong}`);
    statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
    slowestMs = Math.max(slowestMs, ms);
  }
  const files = [...statuses.values()].reduce((sum, n) => sum + n, 0);
  const answers = [...statuses].toSorted(([a], [b]) => a - b).map(([status, n]) => `${status}: ${n}`);
  const megabytes = (target.residentBytes() / 1e6).toFixed(0);
  console.log(
    `| ${[basename(folder), files, answers.join(', '), slowestMs.toFixed(0), megabytes].join(' | ')} |`,
  );
}

async function filesBelow(folder: string): Promise<string[]> {
  const names = await readdir(folder, { recursive: true });
  const paths = names.map((name) => join(folder, name)).sort();
  const isFile = await Promise.all(paths.map(async (path) => (await stat(path)).isFile()));
  return paths.filter((_, i) => isFile[i]);
}
