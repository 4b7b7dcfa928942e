import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LogEntry } from '../contract/prediction-list.ts';
import { openStore, type Store } from './open.ts';
import type { PredictionLog } from './prediction-log.ts';

// The suite that every store passes. Add a store here, not a suite elsewhere.
const STORES = [['sqlite', (dataDir: string) => openStore({ dataDir })]] as const;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tampinha-log-'));
});
afterEach(() => rm(folder, { recursive: true }));

describe.each(STORES)('%s prediction log', (_name, open) => {
  let store: Store;
  let log: PredictionLog;
  const reopen = async () => {
    store = await open(join(folder, 'not', 'there', 'yet'));
    log = store.log;
  };
  beforeEach(reopen);
  afterEach(() => store.close());

  it('gives back what was put in, also after a restart', async () => {
    const entries = [answered(1), refused(2)];
    for (const entry of entries) await log.append(entry);
    await store.close();
    await reopen();
    for (const entry of entries) expect(await log.find(entry.id)).toEqual(entry);
    expect(await log.find(id(3))).toBeUndefined();
  });

  it('commits a burst, every row once', async () => {
    await Promise.all(Array.from({ length: 1_000 }, (_, n) => log.append(answered(n))));
    const seen = new Set<string>();
    let cursor: string | undefined;
    do {
      const page = await log.list({ limit: 170, cursor });
      for (const { id } of page.entries) seen.add(id);
      cursor = page.next ?? undefined;
    } while (cursor);
    expect(seen.size).toBe(1_000);
  });

  it('fails only the row that is wrong', async () => {
    const results = await Promise.allSettled(
      [answered(1), answered(1), answered(2)].map((e) => log.append(e)),
    );
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect((await log.list({ limit: 10 })).entries.map((entry) => entry.id)).toEqual([id(2), id(1)]);
  });

  it('lists by every filter, newest first', async () => {
    const other = answered(4);
    other.client.address = '10.0.0.4';
    if (other.prediction) Object.assign(other.prediction, { verdict: 'closed', model: 'ffffffffffff' });
    for (const entry of [answered(1), answered(2), refused(3), other]) await log.append(entry);
    const listed = async (filter: object) =>
      (await log.list({ limit: 10, ...filter })).entries.map((entry) => entry.id);

    expect(await listed({})).toEqual([id(4), id(3), id(2), id(1)]);
    expect(await listed({ verdict: 'closed' })).toEqual([id(4)]);
    expect(await listed({ model: 'ffffffffffff' })).toEqual([id(4)]);
    expect(await listed({ client: '10.0.0.4' })).toEqual([id(4)]);
    expect(await listed({ outcome: 'refused' })).toEqual([id(3)]);
    expect(await listed({ from: '2026-11-23T00:00:02Z', to: '2026-11-23T01:00:04+01:00' })).toEqual([
      id(3),
      id(2),
    ]);
    expect(await listed({ cursor: id(3) })).toEqual([id(2), id(1)]);
  });

  it('says where the next page begins, and null on the last', async () => {
    for (const n of [1, 2, 3]) await log.append(answered(n));
    const first = await log.list({ limit: 2 });
    expect(first.next).toBe(id(2));
    expect(await log.list({ limit: 2, cursor: id(2) })).toMatchObject({
      next: null,
      entries: [{ id: id(1) }],
    });
  });

  it('stores feedback once, replaces it and takes it back', async () => {
    const said = (label: 'open' | 'none', comment: string | null) => ({
      prediction: id(1),
      label,
      comment,
      created: '2026-11-23T10:00:00.000Z',
    });
    expect(await log.saveFeedback(said('open', null))).toBe(false);
    await log.append(answered(1));
    expect(await log.saveFeedback(said('open', null))).toBe(true);
    expect(await log.saveFeedback(said('none', 'É uma lata; "aspas" \u{1F37A}'))).toBe(true);
    expect(await log.findFeedback(id(1))).toEqual(said('none', 'É uma lata; "aspas" \u{1F37A}'));
    expect(await log.removeFeedback(id(1))).toBe(true);
    expect(await log.removeFeedback(id(1))).toBe(false);
    expect(await log.findFeedback(id(1))).toBeUndefined();
  });

  it('writes what waits before it closes', async () => {
    const appended = Promise.all([log.append(answered(1)), log.append(answered(2))]);
    await store.close();
    await reopen();
    await appended;
    expect((await log.list({ limit: 10 })).entries).toHaveLength(2);
  });

  it('checks itself', async () => {
    await expect(log.check()).resolves.toBeUndefined();
  });
});

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

function id(n: number): string {
  return `01936f0e-0000-7000-8000-${String(n).padStart(12, '0')}`;
}

function line(n: number) {
  return {
    id: id(n),
    created: `2026-11-23T00:00:${String(n % 60).padStart(2, '0')}.000Z`,
    request_id: `request-${n}`,
    route: '/v1/predictions',
    client: { address: '127.0.0.1', key_id: null, user_agent: 'curl/8' },
  };
}

function answered(n: number): LogEntry {
  const base = line(n);
  return {
    ...base,
    outcome: 'answered',
    error: null,
    prediction: {
      id: base.id,
      created: base.created,
      file: "garrafa d'água.jpg",
      verdict: 'open',
      p_open: 1 / 3,
      confidence: 0.9,
      bottles: [{ box: [1, 2.5, 30, 40], state: 'open', confidence: 0.9, p_open: 0.9, presence: 0.8 }],
      model: '0123456789ab',
      ms: 12.5,
      timings: { decode: 4.25, infer: 8, total: 12.5 },
      width: 4000,
      height: 3000,
      format: 'jpeg',
      bytes: 600_000,
      sha256: 'a'.repeat(64),
    },
  };
}

function refused(n: number): LogEntry {
  const error = { code: 'BROKEN_PICTURE', file: null, bytes: 12 } as const;
  return { ...line(n), outcome: 'refused', error, prediction: null };
}
