// The example of docs/cloud.md as `tampinha capacity` prints it. `node test/deploy/cloud-costs.ts` writes it there.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { runProgram } from '../../src/cli/program.ts';

const ROOT = join(import.meta.dirname, '../..');
export const CLOUD_DOCUMENT = join(ROOT, 'docs/cloud.md');

/** The document with the figures of now. */
export async function withCosts(document: string): Promise<string> {
  const parts = await Promise.all(['10', '100'].map(costsAt));
  const rows = parts.flat().map((cells) => `| ${cells.join(' | ')} |`);
  const table = [
    '| pictures a second | cores | where | all day | with the load |',
    '|---|---|---|---|---|',
    ...rows,
  ];
  return document.replace(
    /(<!-- cost -->\n)[\s\S]*?(<!-- \/cost -->)/,
    (_all, before: string, after: string) => `${before}${table.join('\n')}\n${after}`,
  );
}

/** The lines about cost that the command prints at this rate. */
async function costsAt(rate: string): Promise<string[][]> {
  const stdout = new PassThrough();
  const terminal = {
    ...{ stdout, stderr: process.stderr, env: {}, now: () => new Date(0) },
    ...{ setStatus() {}, stopAsked: () => Promise.resolve() },
  };
  const prices = join(ROOT, 'deploy/cloud/prices.json');
  const said = text(stdout);
  await runProgram(['capacity', '--rate', rate, '--prices', prices], terminal);
  stdout.end();
  const output = await said;
  const cores = /(\d+) cores$/m.exec(output)?.[1] ?? '';
  const cost =
    /^cost +(\w+) ([\d.]+) a million pictures with these cores all day, ([\d.]+) with .* \((.+)\)$/gm;
  return [...output.matchAll(cost)].map(([, currency = '', allDay = '', withTheLoad = '', where = '']) => [
    ...[rate, cores, where, `${currency} ${allDay}`, `${currency} ${withTheLoad}`],
  ]);
}

if (import.meta.main) writeFileSync(CLOUD_DOCUMENT, await withCosts(readFileSync(CLOUD_DOCUMENT, 'utf8')));
