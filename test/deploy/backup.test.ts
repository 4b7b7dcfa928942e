// Backups as deploy/backup takes them: from a database that is being written to, restored into an empty one, compared.
import { execFile, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readCompose } from '../../bench/scale-out/compose-file.ts';
import { openPostgresJobs } from '../../src/server/jobs/postgres-jobs.ts';
import { openStore, type Store } from '../../src/store/open.ts';
import { answered, id, refused } from '../../src/store/test-entries.ts';
import { describePostgres } from '../../src/store/test-stores.ts';

const scripts = resolve(import.meta.dirname, '../../deploy/backup');
const folder = mkdtempSync(join(tmpdir(), 'tampinha-backup-'));
afterAll(() => rmSync(folder, { recursive: true }));

interface Ended {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

function run(
  program: string,
  parameters: readonly string[],
  env: Record<string, string> = {},
): Promise<Ended> {
  return new Promise((ended) => {
    execFile(program, [...parameters], { env: { ...process.env, ...env } }, (error, out, err) => {
      ended({ status: typeof error?.code === 'number' ? error.code : 0, out: out.trim(), err });
    });
  });
}

/** Writes entries, one after the other of each writer, until it is told to stop; resolves with how many. */
function writeOn(store: Store, from: number) {
  let next = from;
  let going = true;
  const writers = Array.from({ length: 4 }, async () => {
    while (going) {
      next += 1;
      const n = next;
      await store.log.append(n % 7 === 0 ? refused(n) : answered(n));
      if (n % 5 === 0 && n % 7 !== 0) await store.log.saveFeedback(feedback(n));
    }
  });
  return {
    written: () => next - from,
    async stop(): Promise<number> {
      going = false;
      await Promise.all(writers);
      return next;
    },
  };
}

function feedback(n: number) {
  const created = '2026-11-23T01:00:00.000Z';
  return { prediction: id(n), label: 'open', comment: `à ${n}`, created, reviewed: false } as const;
}

describePostgres('a backup of PostgreSQL', (postgres) => {
  const backups = join(folder, 'postgres');
  const script = (name: string, url: string, ...parameters: string[]) =>
    run('sh', [join(scripts, name), ...parameters], {
      DATABASE_URL: url,
      BACKUP_DIR: backups,
      BACKUP_KEEP: '2',
    });
  const rowsOf = async (url: string, table: string) =>
    (await postgres().query<{ row: string }>(url, `select t::text as row from ${table} t order by 1`)).map(
      ({ row }) => row,
    );
  let source = '';
  let restored = '';
  let taken: Ended;
  let before = 0;
  let meanwhile = 0;

  beforeAll(async () => {
    source = await postgres().createDatabase();
    restored = await postgres().createDatabase();
    const store = await openStore({ dataDir: 'unused', databaseUrl: source });
    await store.maintain(new Date('2026-11-23'), null);
    const jobs = await openPostgresJobs({ url: source, concurrency: 1, onError: () => {} });
    const upload = await jobs.store.begin(id(1));
    await upload.add({ file: 'one.jpg', bytes: Buffer.from([0, 255, 10]) });
    const writing = writeOn(store, 100);
    while (writing.written() < 500) await sleep(10);
    before = (await rowsOf(source, 'predictions')).length;
    taken = await script('backup.sh', source);
    meanwhile = (await rowsOf(source, 'predictions')).length;
    await writing.stop();
    await jobs.store.close();
    await store.close();
  });

  it('is taken while rows come in, and is of one moment among them', async () => {
    expect(taken).toMatchObject({ status: 0, err: '' });
    expect(readdirSync(backups)).toEqual([taken.out.slice(backups.length + 1)]);
    const manifest = readFileSync(join(taken.out, 'manifest'), 'utf8');
    const rows = [...manifest.matchAll(/^public\.predictions_\w+\|(\d+)\|/gm)].map(([, count]) =>
      Number(count),
    );
    const total = rows.reduce((sum, count) => sum + count, 0);
    expect(total).toBeGreaterThanOrEqual(before);
    expect(total).toBeLessThan(meanwhile);
    expect(manifest).toMatch(/^public\.tampinha_job_pictures\|1\|/m);
    expect(manifest).toMatch(/^pgboss\./m);
  });

  it('comes back in an empty database, every row as it was', async () => {
    const { status, out, err } = await script('restore.sh', restored, taken.out);
    expect([status, err]).toEqual([0, '']);
    expect(out).toMatch(/^\d+ tables, \d+ rows: as backed up$/);
    for (const table of ['predictions', 'feedback', 'tampinha_job_pictures']) {
      const rows = await rowsOf(restored, table);
      expect(rows.length).toBeGreaterThan(0);
      // The source has gone on since, and has lost nothing.
      const there = new Set(await rowsOf(source, table));
      expect(rows.filter((row) => !there.has(row))).toEqual([]);
    }
  });

  it('tells a table in which one value of one row has been altered', async () => {
    const first = 'where prediction::text = (select min(prediction::text) from feedback)';
    await postgres().query(restored, `update feedback set comment = comment || '.' ${first}`);
    const { status, out, err } = await script('verify.sh', restored, taken.out);
    expect(status).toBe(1);
    expect(out.match(/^[<>] [^|]+/gm)).toEqual(['< public.feedback', '> public.feedback']);
    expect(err).toMatch(/not what was backed up/);
    await postgres().query(restored, `update feedback set comment = rtrim(comment, '.') ${first}`);
    expect(await script('verify.sh', restored, taken.out)).toMatchObject({ status: 0 });
  });

  it('is one that servers go on with', async () => {
    const store = await openStore({ dataDir: 'unused', databaseUrl: restored });
    await store.log.append(answered(9_999_999));
    expect(await store.log.find(id(9_999_999))).toBeDefined();
    await store.close();
    expect(await script('verify.sh', restored, taken.out)).toMatchObject({ status: 1 });
  });

  it('is not restored over anything', async () => {
    const count = (await rowsOf(restored, 'predictions')).length;
    const { status, err } = await script('restore.sh', restored, taken.out);
    expect(status).not.toBe(0);
    expect(err).toMatch(/not empty/);
    expect(await rowsOf(restored, 'predictions')).toHaveLength(count);
  });

  it('is not restored when its files have changed', async () => {
    const url = await postgres().createDatabase();
    const copy = join(folder, 'changed');
    await run('cp', ['-r', taken.out, copy]);
    appendFileSync(join(copy, 'dump'), 'x');
    const { status, err } = await script('restore.sh', url, copy);
    expect(status).not.toBe(0);
    expect(err).toMatch(/dump: FAILED|checksum/);
    expect(await postgres().query(url, "select from pg_tables where schemaname = 'public'")).toEqual([]);
  });

  it('that fails leaves nothing, and deletes nothing', async () => {
    const there = readdirSync(backups);
    const gone = source.replace(/[^/]*$/, 'nobody');
    const { status, err } = await script('backup.sh', gone);
    expect(status).not.toBe(0);
    expect(err).toMatch(/nobody/);
    expect(readdirSync(backups)).toEqual(there);
    const empty = await postgres().createDatabase();
    expect(await script('backup.sh', empty)).toMatchObject({
      status: 1,
      err: expect.stringMatching(/no tables/),
    });
    expect(readdirSync(backups)).toEqual(there);
  });

  it('makes the oldest go, and nothing else', async () => {
    for (const name of ['tampinha-20200101T000000Z', 'tampinha-20210101T000000Z', 'mine'])
      mkdirSync(join(backups, name));
    const { status, out } = await script('backup.sh', source);
    expect(status).toBe(0);
    const names = [taken.out, out].map((path) => path.slice(backups.length + 1));
    expect(readdirSync(backups).sort()).toEqual(['mine', ...names].sort());
  });

  it('is of a server whose options and health check in compose.yaml are right', async () => {
    const secrets = { POSTGRES_PASSWORD: 'x', REDIS_PASSWORD: 'x', GRAFANA_PASSWORD: 'x' };
    const { services } = readCompose(secrets);
    const { command = [], healthcheck } = services.postgres ?? {};
    const options = command.filter((word) => word.includes('=')).map((word) => word.split('=')[0]);
    const known = await postgres().query<{ name: string }>(source, 'select name from pg_settings');
    expect(options.filter((option) => !known.some(({ name }) => name === option))).toEqual([]);
    const [, program = '', ...test] = healthcheck?.test ?? [];
    const { port } = new URL(source);
    const here = test.map((word) => word.replace('5432', port));
    expect(await run(program, here)).toMatchObject({ status: 0 });
    expect((await run(program, [...here, '--port=1'])).status).not.toBe(0);
    const { environment, entrypoint, healthcheck: fresh } = services.backup ?? {};
    expect(Object.keys(environment ?? {}).sort()).toEqual(['BACKUP_DIR', 'BACKUP_KEEP', 'DATABASE_URL']);
    for (const path of [entrypoint?.[1], fresh?.test?.[2]])
      expect(readdirSync(scripts)).toContain(path?.replace('/backup/', ''));
  });

  it('ends well when it is told to between two programs', () => {
    // The trap as the script sets it, with a child that has ended: under \`set -e\` a failing kill would be the end.
    const [trap = ''] = /^child=\ntrap .*$/m.exec(readFileSync(join(scripts, 'every-day.sh'), 'utf8')) ?? [];
    for (const child of ['', 'true & child=$!; wait "$child";']) {
      const script = `set -eu\n${trap}\n${child} kill -TERM $$; sleep 5; exit 3`;
      expect(spawnSync('sh', ['-c', script]).status).toBe(0);
    }
  });

  it('is taken again and again, until that is to end', async () => {
    const own = join(folder, 'daily');
    const env = { DATABASE_URL: restored, BACKUP_DIR: own, BACKUP_EVERY_SECONDS: '1' };
    const child = spawn('sh', [join(scripts, 'every-day.sh')], {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let made = 0;
    for await (const text of child.stdout.iterator({ destroyOnReturn: false })) {
      made += String(text).trim().split('\n').length;
      if (made >= 2) break;
    }
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
    expect((await run('sh', [join(scripts, 'fresh.sh')], env)).status).toBe(0);
    for (const name of readdirSync(own)) utimesSync(join(own, name), 0, 0);
    expect((await run('sh', [join(scripts, 'fresh.sh')], env)).status).not.toBe(0);
  });
});

describe('a backup of the embedded database', () => {
  const script = (...parameters: string[]) =>
    run(process.execPath, [join(scripts, 'sqlite.ts'), ...parameters]);
  const [data, backups, restored] = ['data', 'sqlite', 'restored'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  let taken: Ended;
  let before = 0;
  let last = 0;

  beforeAll(async () => {
    const store = await openStore({ dataDir: data });
    const writing = writeOn(store, 100);
    while (writing.written() < 300) await sleep(10);
    before = writing.written();
    taken = await script('backup', data, backups);
    last = await writing.stop();
    await store.close();
  });

  it('is taken while rows come in, and is of one moment among them', () => {
    expect(taken).toMatchObject({ status: 0, err: '' });
    expect(readdirSync(backups)).toEqual([taken.out.slice(backups.length + 1)]);
    const manifest = readFileSync(join(taken.out, 'manifest'), 'utf8');
    const rows = Number(/^predictions\|(\d+)\|/m.exec(manifest)?.[1]);
    // Each of the four writers may have been about to write its last.
    expect(rows).toBeGreaterThanOrEqual(before - 4);
    expect(rows).toBeLessThan(last - 100);
  });

  it('comes back in a new folder, as the database that a server opens', async () => {
    expect(await script('restore', taken.out, restored)).toMatchObject({ status: 0, err: '' });
    expect(await script('verify', taken.out, restored)).toMatchObject({ status: 0, err: '' });
    const store = await openStore({ dataDir: restored });
    expect(await store.log.find(id(101))).toMatchObject({ id: id(101) });
    expect(await store.log.findFeedback(id(110))).toMatchObject({ comment: 'à 110' });
    await store.close();
  });

  it('is not restored over a database', async () => {
    expect(await script('restore', taken.out, restored)).toMatchObject({
      status: 1,
      err: expect.stringMatching(/a database already/),
    });
  });

  it('tells a table that has been altered, in the copy or in the backup', async () => {
    const store = await openStore({ dataDir: restored });
    await store.log.removeFeedback(id(110));
    await store.close();
    const altered = await script('verify', taken.out, restored);
    expect(altered).toMatchObject({ status: 1, err: expect.stringMatching(/not as backed up: feedback\|/) });
    const broken = join(folder, 'broken');
    await run('cp', ['-r', taken.out, broken]);
    // Everywhere, since a page also holds what is no row any more.
    const file = readFileSync(join(broken, 'tampinha.sqlite'), 'latin1');
    writeFileSync(join(broken, 'tampinha.sqlite'), file.replaceAll('garrafa', 'Garrafa'), 'latin1');
    expect((await script('restore', broken, join(folder, 'never'))).status).toBe(1);
    expect(await run('ls', [join(folder, 'never')])).toMatchObject({ status: 2 });
  });

  it('says how it is used', async () => {
    expect(await script('backup')).toMatchObject({ status: 1, err: expect.stringMatching(/^usage: /) });
  });
});
