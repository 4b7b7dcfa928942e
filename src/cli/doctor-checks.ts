import { access, constants, mkdir, stat } from 'node:fs/promises';
import { availableParallelism, totalmem } from 'node:os';
import { join, resolve } from 'node:path';
import process from 'node:process';
import type { Config } from '../server/config.ts';

// What can be wrong with a machine or its settings before a server is started on it. Nothing is changed that starting
// the server would not change too.

export interface Finding {
  readonly what: string;
  /** `failed` keeps the server from answering; `warning` does not. */
  readonly state: 'ok' | 'warning' | 'failed';
  readonly detail: string;
}

type Check = (config: Config) => Promise<Omit<Finding, 'what'>>;

const ok = (detail: string) => ({ state: 'ok', detail }) as const;
const warning = (detail: string) => ({ state: 'warning', detail }) as const;
const failed = (detail: string) => ({ state: 'failed', detail }) as const;

/** TypeScript is run as it is, and the embedded database is Node's own. */
const NODE_MAJOR = 24;
/** A collector or Redis that takes longer is as good as away. */
const PATIENCE_MS = 3_000;
/** A worker with a model and a large picture in it. */
const WORKER_BYTES = 400_000_000;

export function checkNode(version: string = process.versions.node): Finding {
  const major = Number(version.split('.')[0]);
  const result = major >= NODE_MAJOR ? ok(version) : failed(`${version}; ${NODE_MAJOR} or later is needed`);
  return { what: 'Node', ...result };
}

/** In the order in which a server needs them. */
export const CHECKS: readonly (readonly [what: string, check: Check])[] = [
  ['cores', checkCores],
  ['memory', checkMemory],
  ['data folder', checkDataDir],
  ['disk', checkDisk],
  ['model', checkModel],
  ['store', checkStore],
  ['Redis', checkRedis],
  ['traces', checkTraces],
  ['page', checkPage],
];

/** A check that throws has failed, with what was thrown. */
export async function runCheck([what, check]: (typeof CHECKS)[number], config: Config): Promise<Finding> {
  try {
    return { what, ...(await check(config)) };
  } catch (error) {
    return { what, ...failed(error instanceof Error ? error.message : String(error)) };
  }
}

async function checkCores({ concurrency }: Config) {
  const cores = availableParallelism();
  const text = `${concurrency} pictures at a time on ${cores} cores`;
  return concurrency > cores ? warning(`${text}: more than there are cores gains nothing`) : ok(text);
}

async function checkMemory({ concurrency, uploadMemoryBytes }: Config) {
  // Within a container the limit is the container's.
  const there = Math.min(totalmem(), process.constrainedMemory() || Number.POSITIVE_INFINITY);
  const needed = uploadMemoryBytes + concurrency * WORKER_BYTES;
  const text = `${megabytes(there)}; uploads and ${concurrency} workers may take ${megabytes(needed)}`;
  return there < needed ? warning(text) : ok(text);
}

async function checkDataDir({ dataDir }: Config) {
  const folder = resolve(dataDir);
  await mkdir(folder, { recursive: true });
  await access(folder, constants.R_OK | constants.W_OK);
  return ok(folder);
}

async function checkDisk({ dataDir, minFreeDiskBytes }: Config) {
  const { freeBytes } = await import('../server/observability/readiness.ts');
  const free = await freeBytes(dataDir);
  const text = `${megabytes(free)} free`;
  return free < minFreeDiskBytes ? failed(`${text}, ${megabytes(minFreeDiskBytes)} are needed`) : ok(text);
}

async function checkModel({ modelsDir, dataDir, model }: Config) {
  const { checkGolden, loadArtefact } = await import('../engine/artefact.ts');
  const { readModelState } = await import('../server/inference/model-state.ts');
  const { champion } = readModelState(dataDir, model);
  const folder = join(modelsDir, champion);
  const classifier = await loadArtefact(folder, { threads: 1 });
  await checkGolden(folder, classifier);
  return ok(`${champion} (${classifier.card.id}) answers its golden pictures`);
}

async function checkStore({ dataDir, databaseUrl }: Config) {
  const { openStore } = await import('../store/open.ts');
  const store = await openStore({ dataDir, databaseUrl: databaseUrl || undefined });
  try {
    await store.log.check();
  } finally {
    await store.close();
  }
  return ok(databaseUrl ? `PostgreSQL at ${new URL(databaseUrl).host}` : 'embedded SQLite');
}

async function checkRedis({ redisUrl, redisTimeoutMs }: Config) {
  if (!redisUrl) return ok('not used');
  const { connectShared } = await import('../server/redis/shared.ts');
  const { systemClock } = await import('../server/system.ts');
  const there = Promise.withResolvers<boolean>();
  const shared = connectShared({
    url: redisUrl,
    patienceMs: redisTimeoutMs,
    clock: systemClock,
    onChange: (available, error) => (available ? there.resolve(true) : error && there.reject(error)),
  });
  const timer = setTimeout(() => there.resolve(false), PATIENCE_MS);
  try {
    if (!(await there.promise)) return warning('does not answer');
    await shared.run((redis) => redis.ping());
    return ok(new URL(redisUrl).host);
  } catch (error) {
    // The server works without; limits and cache are then those of one process.
    return warning(error instanceof Error ? error.message : String(error));
  } finally {
    clearTimeout(timer);
    shared.close();
  }
}

async function checkTraces({ traces }: Config) {
  if (!traces) return ok('not sent');
  const reached = await fetch(`${traces.endpoint.replace(/\/$/, '')}/v1/traces`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"resourceSpans":[]}',
    signal: AbortSignal.timeout(PATIENCE_MS),
  }).catch((error: Error) => error);
  if (reached instanceof Error) return warning(`${traces.endpoint} does not answer`);
  return reached.ok ? ok(traces.endpoint) : warning(`${traces.endpoint} says ${reached.status}`);
}

async function checkPage() {
  const page = resolve(import.meta.dirname, '../../build/web/index.html');
  const built = await stat(page).catch(() => null);
  return built ? ok('built') : warning('not built: npm run build:web makes it');
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1e6).toLocaleString('en')} MB`;
}
