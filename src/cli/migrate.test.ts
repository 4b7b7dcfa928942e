import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findPostgres, startPostgres, type TestPostgres } from '../store/test-postgres.ts';
import { run } from './test-run.ts';

const migrate = (env: Record<string, string>) =>
  run(['migrate'], { env, now: new Date('2026-11-23T12:00:00Z') });

describe('tampinha migrate', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tampinha-migrate-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('makes the embedded database', async () => {
    const DATA_DIR = join(folder, 'new');
    expect(await migrate({ DATA_DIR })).toEqual({
      ...{ out: `The database in ${DATA_DIR} is up to date\n`, err: '', status: 0 },
    });
    expect(await readdir(DATA_DIR)).toContain('tampinha.sqlite');
  });

  it('fails without showing a password when there is no database', async () => {
    const { err, status } = await migrate({ DATABASE_URL: 'postgres://who:hidden@127.0.0.1:1/none' });
    expect(status).toBe(2);
    expect(err).toContain('127.0.0.1:1');
    expect(err).not.toContain('hidden');
  });
});

const programs = findPostgres();
describe.skipIf(!programs)('tampinha migrate, with PostgreSQL', () => {
  let postgres: TestPostgres;
  beforeAll(async () => {
    postgres = await startPostgres(programs ?? '');
  });
  afterAll(() => postgres.remove());

  it('makes tables and the partitions of the coming months, once', async () => {
    const DATABASE_URL = await postgres.createDatabase();
    for (let run = 0; run < 2; run += 1) expect(await migrate({ DATABASE_URL })).toMatchObject({ status: 0 });
    const tables = await postgres.query<{ tablename: string }>(
      DATABASE_URL,
      `select tablename from pg_tables where schemaname = 'public'`,
    );
    const names = tables.map(({ tablename }) => tablename);
    expect(names).toEqual(expect.arrayContaining(['api_keys', 'feedback', 'predictions']));
    expect(names.filter((name) => /^predictions_\d/.test(name))).toHaveLength(4);
  });
});
