import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { refused } from './test-entries.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tampinha-log-'));
});
afterEach(() => rm(folder, { recursive: true }));

it('keeps every acknowledged entry of a process killed in the middle of its work', async () => {
  const program = `
    import { openStore } from ${JSON.stringify(new URL('./open.ts', import.meta.url).href)};
    import { randomUUIDv7 } from 'node:crypto';
    const { log } = await openStore({ dataDir: ${JSON.stringify(folder)} });
    const entry = ${JSON.stringify(refused(1))};
    const forever = async () => {
      for (;;) {
        const id = randomUUIDv7();
        await log.append({ ...entry, id });
        // Waits for the reader: commits alone are microtasks and would never let a full pipe drain.
        await new Promise((written) => process.stdout.write(id + '\\n', written));
      }
    };
    await Promise.all(Array.from({ length: 16 }, forever));
  `;
  const acknowledged: string[] = [];
  for (const killAt of [1, 100, 1_000]) {
    const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let lines = 0;
    for await (const line of createInterface(child.stdout)) {
      if (line.length === 36) acknowledged.push(line);
      lines += 1;
      if (lines === killAt) child.kill('SIGKILL');
    }
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    expect(child.signalCode).toBe('SIGKILL');
  }

  const database = new DatabaseSync(join(folder, 'tampinha.sqlite'));
  const stored = new Set(
    database
      .prepare('select id from predictions')
      .all()
      .map(({ id }) => id),
  );
  expect(acknowledged.length).toBeGreaterThanOrEqual(1_101);
  expect(acknowledged.filter((id) => !stored.has(id))).toEqual([]);
  expect(database.prepare('PRAGMA integrity_check').get()).toEqual({ integrity_check: 'ok' });
  database.close();
});
