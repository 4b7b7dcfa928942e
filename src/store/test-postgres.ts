import { execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { freePort } from './test-port.ts';

// For tests: a throw-away PostgreSQL in a temporary folder, on a free port of this machine only.

export interface TestPostgres {
  /** A new, empty database. */
  createDatabase(): Promise<string>;
  /** Ends the server as an operator or an accident would; it can be started again. */
  stop(how: 'fast' | 'immediate'): Promise<void>;
  start(): Promise<void>;
  /** Runs one statement in a database. */
  query<Row extends object>(url: string, sql: string): Promise<Row[]>;
  remove(): Promise<void>;
}

/** Where the server's programs are; undefined when PostgreSQL is not installed, or not for this user. */
export function findPostgres(): string | undefined {
  const debian = '/usr/lib/postgresql';
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : [];
  const folders = [...versions.map((version) => join(debian, version, 'bin')), '/usr/bin', '/usr/local/bin'];
  const found = folders.find((folder) => existsSync(join(folder, 'initdb')));
  return found && (!isRoot || canBecomePostgres()) ? found : undefined;
}

const run = promisify(execFile);
const isRoot = userInfo().uid === 0;
const USER = 'postgres';

/** PostgreSQL refuses to run as root. */
function canBecomePostgres(): boolean {
  try {
    execFileSync('runuser', ['-u', USER, '--', 'true'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

function asServer(program: string, ...parameters: string[]): [string, string[]] {
  return isRoot ? ['runuser', ['-u', USER, '--', program, ...parameters]] : [program, parameters];
}

export async function startPostgres(programs: string): Promise<TestPostgres> {
  const folder = await mkdtemp(join(tmpdir(), 'tampinha-postgres-'));
  const data = join(folder, 'data');
  if (isRoot) await run('chown', [USER, folder]);
  await chmod(folder, 0o700);
  const options = ['-A', 'trust', '-U', 'tampinha', '-E', 'UTF8', '--locale=C', '--no-sync'];
  await run(...asServer(join(programs, 'initdb'), '-D', data, ...options));
  const port = await freePort();
  const url = (database: string) => `postgres://tampinha@127.0.0.1:${port}/${database}`;
  const control = (...parameters: string[]) =>
    run(...asServer(join(programs, 'pg_ctl'), '-D', data, ...parameters));

  async function start(): Promise<void> {
    const server = join(programs, 'postgres');
    const settings = [`port=${port}`, 'listen_addresses=127.0.0.1', `unix_socket_directories=${folder}`];
    const [program, parameters] = asServer(server, '-D', data, ...settings.flatMap((one) => ['-c', one]));
    const child = spawn(program, parameters, { stdio: 'ignore' });
    const ended = once(child, 'exit').then(() => Promise.reject(new Error('PostgreSQL did not start')));
    await Promise.race([answers(url('postgres')), ended]);
    ended.catch(() => {});
  }

  async function query<Row extends object>(where: string, sql: string): Promise<Row[]> {
    const client = new pg.Client(where);
    await client.connect();
    try {
      return (await client.query<Row>(sql)).rows;
    } finally {
      await client.end();
    }
  }

  let databases = 0;
  const stop = (how: 'fast' | 'immediate') => control('stop', '-w', '-m', how).then(() => {});
  await start();
  return {
    async createDatabase() {
      databases += 1;
      const name = `t${databases}`;
      await query(url('postgres'), `create database ${name}`);
      return url(name);
    },
    stop,
    start,
    query,
    async remove() {
      await stop('immediate').catch(() => {});
      await rm(folder, { recursive: true });
    },
  };
}

async function answers(url: string): Promise<void> {
  for (;;) {
    const client = new pg.Client(url);
    try {
      await client.connect();
      return await client.end();
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}
