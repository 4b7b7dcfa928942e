import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStore, type Store } from './open.ts';

// For tests: every store, each with a place of its own. Suites run once for each.

export interface Place {
  /** Opens the store of this place; again after it was closed, it has what was put in. */
  open(): Promise<Store>;
  remove(): Promise<void>;
}

export const STORES: readonly (readonly [name: string, makePlace: () => Promise<Place>])[] = [
  ['sqlite', sqlitePlace],
];

async function sqlitePlace(): Promise<Place> {
  const folder = await mkdtemp(join(tmpdir(), 'tampinha-store-'));
  return {
    open: () => openStore({ dataDir: join(folder, 'not', 'there', 'yet') }),
    remove: () => rm(folder, { recursive: true }),
  };
}
