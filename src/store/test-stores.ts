import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe } from 'vitest';
import { openStore, type Store, type StoreConfig } from './open.ts';
import { findPostgres, startPostgres, type TestPostgres } from './test-postgres.ts';

// For tests: every store, each with places of its own.

export interface Place {
  readonly config: StoreConfig;
  /** Opens the store of this place; again after it was closed, it has what was put in. */
  open(): Promise<Store>;
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
  return { config, open: () => openStore(config), remove: () => rm(folder, { recursive: true }) };
}

async function postgresPlace(postgres: TestPostgres): Promise<Place> {
  const config = { dataDir: 'unused', databaseUrl: await postgres.createDatabase() };
  return { config, open: () => openStore(config), remove: async () => {} };
}
