// The deployment of deploy/compose on this machine, without containers: the same proxy files, the servers with the
// environment that compose.yaml gives them, a PostgreSQL and a Redis. Only addresses, ports and folders differ.
import { execFile } from 'node:child_process';
import { randomBytes, randomUUIDv7 } from 'node:crypto';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import { Value } from 'typebox/value';
import type { Scope } from '../../src/contract/access.ts';
import { writeArtefact } from '../../src/engine/artefact.ts';
import { Card } from '../../src/model/card.ts';
import { Golden } from '../../src/model/golden.ts';
import { newApiKey } from '../../src/server/security/api-key.ts';
import { openStore } from '../../src/store/open.ts';
import { freePort } from '../../src/store/test-port.ts';
import { findPostgres, startPostgres, type TestPostgres } from '../../src/store/test-postgres.ts';
import { startTampinha, type Target } from '../load/targets.ts';
import { addressIn, COMPOSE_DIR, type Compose, readCompose, readVariables } from './compose-file.ts';
import { type Client, httpsClient } from './https.ts';
import { findProgram, startProgram } from './program.ts';
import { type RunningProxy, startProxy } from './proxy.ts';

const run = promisify(execFile);
const PROJECT = resolve(import.meta.dirname, '../..');
const MAIN = join(PROJECT, 'src/cli/main.ts');

export interface Replica {
  readonly name: string;
  /** Where it answers by itself. */
  readonly url: string;
  /** With the settings of compose.yaml and these; resolves once it answers. */
  start(changes?: Readonly<Record<string, string>>): Promise<void>;
  stop(signal: 'SIGTERM' | 'SIGKILL'): Promise<void>;
}

export interface KeyPlan {
  readonly name: string;
  readonly scopes: readonly Scope[];
  /** 0 for no limit. */
  readonly perMinute: number;
}

export interface Stand {
  readonly replicas: readonly Replica[];
  readonly proxy: RunningProxy;
  readonly client: Client;
  /** Ports of the proxy. */
  readonly http: number;
  readonly https: number;
  /** Certificate of the proxy, PEM. */
  readonly ca: string;
  readonly postgres: TestPostgres;
  readonly databaseUrl: string;
  /** Made by prepare.sh, for Prometheus. */
  readonly metricsKey: string;
  readonly folder: string;
  /** Id of the model `next`, which differs from `default` in its version only. */
  readonly nextModel: string;
  createKey(plan: KeyPlan): Promise<string>;
  /** Runs prepare.sh again; resolves with the key that it leaves. */
  prepareAgain(): Promise<string>;
  close(): Promise<void>;
}

/** What is not installed here and would be needed. */
export function missingPrograms(): string[] {
  const programs = ['nginx', 'redis-server', 'openssl'].filter((name) => !findProgram(name));
  return findPostgres() ? programs : [...programs, 'postgresql'];
}

/** `changes` are settings of every server. What has been started ends again when something fails. */
export async function startStand(changes: Readonly<Record<string, string>> = {}): Promise<Stand> {
  const closers: (() => Promise<unknown>)[] = [];
  const close = async () => {
    for (const closer of closers.reverse()) await closer();
  };
  try {
    return { ...(await start(changes, closers)), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function start(
  changes: Readonly<Record<string, string>>,
  closers: (() => Promise<unknown>)[],
): Promise<Omit<Stand, 'close'>> {
  const folder = await mkdtemp(join(tmpdir(), 'tampinha-stand-'));
  closers.push(() => rm(folder, { recursive: true }));
  const variables = await initialise(folder);
  const compose = readCompose(variables);
  const nextModel = await writeModels(join(folder, 'models'));
  const postgres = await startPostgres(findPostgres() ?? '');
  closers.push(() => postgres.remove());
  const databaseUrl = await postgres.createDatabase();
  const redis = await startRedis(compose, variables);
  closers.push(() => redis.stop());
  const metricsKey = await prepare(folder, databaseUrl);
  const addresses = { databaseUrl, redisUrl: redis.url };
  const replicas = await makeReplicas(compose, folder, addresses, changes);
  for (const replica of replicas) {
    await replica.start();
    closers.push(() => replica.stop('SIGKILL'));
  }
  const [http, https] = [await freePort(), await freePort()];
  const [certificate, key] = [join(folder, 'secrets/tls.crt'), join(folder, 'secrets/tls.key')];
  const servers = new Map(replicas.map(({ address, port }) => [address, port]));
  const proxy = await startProxy({ folder: join(folder, 'proxy'), http, https, servers, certificate, key });
  closers.push(() => proxy.stop());
  const ca = await readFile(certificate, 'utf8');
  const client = httpsClient(https, ca);
  closers.push(async () => client.close());
  return {
    ...{ replicas, proxy, client, http, https, ca, postgres, databaseUrl, folder, nextModel, metricsKey },
    createKey: (plan) => createKey(databaseUrl, plan),
    prepareAgain: () => prepare(folder, databaseUrl),
  };
}

/** Runs init.sh where it may write: passwords and a certificate, as at a first start. */
async function initialise(folder: string): Promise<Record<string, string>> {
  for (const name of ['init.sh', '.env.example']) await cp(join(COMPOSE_DIR, name), join(folder, name));
  await run('sh', [join(folder, 'init.sh')]);
  return { ...readVariables(await readFile(join(folder, '.env'), 'utf8')), SERVER_CORES: '1' };
}

/** Runs prepare.sh, which calls `tampinha` as it is called in the image. */
async function prepare(folder: string, databaseUrl: string): Promise<string> {
  const [bin, file] = [join(folder, 'bin'), join(folder, 'metrics-key')];
  await mkdir(bin, { recursive: true });
  const shim = `#!/bin/sh\nexec '${process.execPath}' '${MAIN}' "$@"\n`;
  await writeFile(join(bin, 'tampinha'), shim, { mode: 0o755 });
  const env = { ...process.env, DATABASE_URL: databaseUrl, PATH: `${bin}:${process.env.PATH}` };
  await run('sh', [join(COMPOSE_DIR, 'prepare.sh'), file], { env });
  return (await readFile(file, 'utf8')).trim();
}

/** `default` as it is, and `next`: the same weights under another version, and so with another id. */
async function writeModels(folder: string): Promise<string> {
  const bundled = join(PROJECT, 'models/default');
  await cp(bundled, join(folder, 'default'), { recursive: true });
  const json = async (name: string): Promise<unknown> =>
    JSON.parse(await readFile(join(bundled, name), 'utf8'));
  const { id: _id, ...card } = Value.Parse(Card, await json('card.json'));
  const { pictures } = Value.Parse(Golden, await json('golden.json'));
  const networks = Object.fromEntries(
    await Promise.all(
      ['finder', 'reader'].map(async (name) => [name, await readFile(join(bundled, `${name}.onnx`))]),
    ),
  );
  const golden = pictures.map(({ name, base64 }) => ({ name, bytes: Buffer.from(base64, 'base64') }));
  const draft = { ...card, version: `${card.version}-next` };
  return (await writeArtefact(join(folder, 'next'), draft, networks, golden)).id;
}

/** As compose.yaml starts it, on another port. */
async function startRedis({ services }: Compose, { REDIS_PASSWORD }: Record<string, string>) {
  const port = await freePort();
  const command = [...(services.redis?.command ?? []), '--port', String(port), '--bind', '127.0.0.1'];
  const program = await startProgram(command, port);
  return { ...program, url: `redis://:${REDIS_PASSWORD}@127.0.0.1:${port}` };
}

interface Addresses {
  readonly databaseUrl: string;
  readonly redisUrl: string;
}

async function makeReplicas(
  { services }: Compose,
  folder: string,
  { databaseUrl, redisUrl }: Addresses,
  changes: Readonly<Record<string, string>>,
) {
  const servers = Object.entries(services).filter(([name]) => name.startsWith('server-'));
  return Promise.all(
    servers.map(async ([name, service]) => {
      const port = await freePort();
      const { PORT = '', ...settings } = service.environment ?? {};
      const here = {
        ...{ HOST: '127.0.0.1', PORT: String(port), TRUST_PROXY: '127.0.0.1' },
        ...{ DATABASE_URL: databaseUrl, REDIS_URL: redisUrl, MODELS_DIR: join(folder, 'models') },
      };
      const dataDir = join(folder, name);
      const replica = makeReplica(name, port, (more) => {
        const env = { ...settings, ...here, ...changes, ...more, DATA_DIR: dataDir };
        return startTampinha({ env, dataDir });
      });
      return { ...replica, port, address: `${addressIn(service, 'front')}:${PORT}` };
    }),
  );
}

function makeReplica(
  name: string,
  port: number,
  startTarget: (changes: Readonly<Record<string, string>>) => Promise<Target>,
): Replica {
  let target: Target | undefined;
  return {
    name,
    url: `http://127.0.0.1:${port}`,
    async start(changes = {}) {
      target = await startTarget(changes);
    },
    async stop(signal) {
      await target?.stop(signal);
      target = undefined;
    },
  };
}

async function createKey(databaseUrl: string, { name, scopes, perMinute }: KeyPlan): Promise<string> {
  const { text, prefix, hash } = newApiKey(randomBytes);
  const store = await openStore({ dataDir: '', databaseUrl });
  const times = { created: new Date().toISOString(), expires: null };
  await store.keys.create({
    id: randomUUIDv7(),
    name,
    scopes: [...scopes],
    perMinute,
    prefix,
    hash,
    ...times,
  });
  await store.close();
  return text;
}
