import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe } from 'vitest';
import { openStore, type Store, type StoreConfig } from './open.ts';
import { postgresFaults, sqliteFaults } from './test-faults.ts';
import { findPostgres, startPostgres, type TestPostgres } from './test-postgres.ts';

// For tests: every store, each with places of its own.

export interface Place {
  readonly config: StoreConfig;
  /** Opens the store of this place; again after it was closed, it has what was put in. */
  open(changes?: Partial<StoreConfig>): Promise<Store>;
  /** What is wrong with the database, asked while no store is open; nothing when it is sound. */
  faults(): Promise<readonly string[]>;
  remove(): Promise<void>;
}

/** Runs a suite once for each store. Without PostgreSQL on this machine its half is skipped, and counted so. */
export function describeStores(name: string, suite: (makePlace: () => Promise<Place>) => void): void {
  describe(`sqlite ${name}`, () => suite(sqlitePlace));
  describePostgres(`postgres ${name}`, (postgres) => suite(() => postgresPlace(postgres())));
}

/** A suite that has a PostgreSQL of its own. */
export function describePostgres(name: string, suite: (postgres: () => TestPostgres) => void): void {
  const programs = findPostgres();
  describe.skipIf(!programs)(name, () => {
    let postgres: TestPostgres | undefined;
    beforeAll(async () => {
      if (programs) postgres = await startPostgres(programs);
    });
    afterAll(() => postgres?.remove());
    suite(() => {
      if (!postgres) throw new Error('PostgreSQL runs only during the tests');
      return postgres;
    });
  });
}

async function sqlitePlace(): Promise<Place> {
  const folder = await mkdtemp(join(tmpdir(), 'tampinha-store-'));
  const config = { dataDir: join(folder, 'not', 'there', 'yet') };
  return {
    config,
    open: (changes) => openStore({ ...config, ...changes }),
    faults: async () => sqliteFaults(join(config.dataDir, 'tampinha.sqlite')),
    remove: () => rm(folder, { recursive: true }),
  };
}

async function postgresPlace(postgres: TestPostgres): Promise<Place> {
  const databaseUrl = await postgres.createDatabase();
  const config = { dataDir: 'unused', databaseUrl };
  return {
    config,
    open: (changes) => openStore({ ...config, ...changes }),
    faults: () => postgresFaults(postgres, databaseUrl),
    remove: async () => {},
  };
}
