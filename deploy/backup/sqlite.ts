// Backups of the embedded database, taken while a server writes to it:
//
//     node deploy/backup/sqlite.ts backup DATA_DIR BACKUP_DIR    makes BACKUP_DIR/tampinha-<time> and prints it
//     node deploy/backup/sqlite.ts verify FOLDER [DATA_DIR]      whether it, or what was restored, is what was backed up
//     node deploy/backup/sqlite.ts restore FOLDER DATA_DIR       into a folder that has no database yet
//
// Beside the database goes the choice of model. Jobs that wait do not: their pictures are kept for no longer than needed.
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { backup, DatabaseSync } from 'node:sqlite';

const DATABASE = 'tampinha.sqlite';
const MANIFEST = 'manifest';
/** Which model was activated last. */
const MODEL_STATE = 'models.json';

/** Rows and a hash of every table, a line each, as the database's current transaction sees it. */
export function manifestOf(database: DatabaseSync): string {
  const tables = database.prepare(
    "select name from sqlite_schema where type = 'table' and name not like 'sqlite_%' order by name",
  );
  return tables
    .all()
    .map(({ name }) => `${name}|${countAndHash(database, String(name))}\n`)
    .join('');
}

/** The sum of the rows' hashes, which is the same in whatever order they come. */
function countAndHash(database: DatabaseSync, table: string): string {
  let rows = 0;
  let sum = 0n;
  for (const row of database.prepare(`select * from "${table}"`).iterate()) {
    rows += 1;
    const digest = createHash('sha256').update(JSON.stringify(row, readable)).digest('hex');
    sum = (sum + BigInt(`0x${digest}`)) % 2n ** 256n;
  }
  return `${rows}|${sum.toString(16).padStart(64, '0')}`;
}

function readable(_name: string, value: unknown): unknown {
  return value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value;
}

/** What SQLite finds wrong with a database's pages and indexes, and what differs from the manifest; nothing when sound. */
export function faultsOf(path: string, manifest: string): string[] {
  const database = new DatabaseSync(path, { readOnly: true });
  try {
    const check = database.prepare('pragma integrity_check').all();
    const broken = check.map((row) => String(row.integrity_check)).filter((line) => line !== 'ok');
    const found = new Set(manifestOf(database).split('\n'));
    const missing = manifest.split('\n').filter((line) => !found.has(line));
    return [...broken, ...missing.map((line) => `not as backed up: ${line}`)];
  } finally {
    database.close();
  }
}

/** A folder that has its name only once it has been checked. Rejects, and leaves nothing, when it is not sound. */
export async function takeBackup(dataDir: string, backupDir: string, now: Date): Promise<string> {
  const name = `tampinha-${now.toISOString().replace(/[-:]|\.\d+/g, '')}`;
  const part = join(backupDir, `.${name}.${process.pid}`);
  await mkdir(part, { recursive: true, mode: 0o700 });
  try {
    const manifest = await copyDatabase(join(dataDir, DATABASE), join(part, DATABASE));
    refuseFaults(faultsOf(join(part, DATABASE), manifest));
    await writeFile(join(part, MANIFEST), manifest);
    await copyIfThere(join(dataDir, MODEL_STATE), join(part, MODEL_STATE));
    const folder = join(backupDir, name);
    await rename(part, folder);
    return folder;
  } finally {
    await rm(part, { recursive: true, force: true });
  }
}

/** Copy and manifest are of one moment: that of a transaction that only reads, and which nobody waits for. */
async function copyDatabase(from: string, to: string): Promise<string> {
  const source = new DatabaseSync(from, { readOnly: true, timeout: 10_000 });
  try {
    source.exec('begin');
    const manifest = manifestOf(source);
    await backup(source, to);
    return manifest;
  } finally {
    source.close();
  }
}

async function restoreBackup(folder: string, dataDir: string): Promise<void> {
  await verify(folder, folder);
  // Another database's journal would be taken for this one's.
  const there = ['', '-wal', '-shm'].map((end) => join(dataDir, DATABASE + end)).filter(existsSync);
  if (there.length > 0) throw new Error(`there is a database already: ${there.join(', ')}`);
  await mkdir(dataDir, { recursive: true });
  await copyFile(join(folder, DATABASE), join(dataDir, DATABASE));
  await copyIfThere(join(folder, MODEL_STATE), join(dataDir, MODEL_STATE));
  await verify(folder, dataDir);
}

async function verify(folder: string, dataDir: string): Promise<void> {
  const manifest = await readFile(join(folder, MANIFEST), 'utf8');
  refuseFaults(faultsOf(join(dataDir, DATABASE), manifest));
}

function refuseFaults(faults: readonly string[]): void {
  if (faults.length > 0) throw new Error(faults.join('\n'));
}

async function copyIfThere(from: string, to: string): Promise<void> {
  if (existsSync(from)) await copyFile(from, to);
}

const USAGE =
  'usage: sqlite.ts backup DATA_DIR BACKUP_DIR | verify FOLDER [DATA_DIR] | restore FOLDER DATA_DIR';

async function main([command, from, to]: readonly string[]): Promise<void> {
  if (command === 'backup' && from && to) return console.log(await takeBackup(from, to, new Date()));
  if (command === 'verify' && from) return verify(from, to ?? from);
  if (command === 'restore' && from && to) return restoreBackup(from, to);
  throw new Error(USAGE);
}

if (import.meta.main) {
  await main(process.argv.slice(2)).catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  });
}
