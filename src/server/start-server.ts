import { randomUUIDv7 } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { FastifyBaseLogger, FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import { checkGolden, loadArtefact } from '../engine/artefact.ts';
import { openStore } from '../store/open.ts';
import { buildApp } from './app.ts';
import type { Config } from './config.ts';
import { inProcess } from './inference/look.ts';
import { connectShared, type Shared } from './redis/shared.ts';
import { systemClock } from './system.ts';

const PROJECT = resolve(import.meta.dirname, '../..');

export interface RunningServer {
  /** Where it answers, with the port that was really taken. */
  readonly url: string;
  /** Answers every request that has been accepted, then ends; connections still open after `patienceMs` are cut. */
  close(patienceMs?: number): Promise<void>;
}

/** An orchestrator kills thirty seconds after it has asked. */
const PATIENCE_MS = 25_000;

/**
 * Loads the model, opens the store, listens. Whoever can connect gets answers: nothing is loaded afterwards.
 * Rejects when the model fails its golden check, the store cannot be opened or the port is taken.
 */
export async function startServer(config: Config, logger?: FastifyBaseLogger): Promise<RunningServer> {
  const folder = join(config.modelsDir, config.model);
  // Pictures are classified side by side on all cores, each on one: that is faster than one after the other on all.
  const classifier = await loadArtefact(folder, { threads: 1 });
  await checkGolden(folder, classifier);
  const store = await openStore({ dataDir: config.dataDir });
  const app = await buildApp({
    config,
    inference: inProcess(classifier, systemClock),
    log: store.log,
    keys: store.keys,
    insights: store.insights,
    ...(config.redisUrl && { shared: connect(config.redisUrl, logger) }),
    closeStore: () => store.close(),
    clock: systemClock,
    newId: randomUUIDv7,
    pageDir: join(PROJECT, 'build/web'),
    version: await projectVersion(),
    ...(logger && { logger }),
  });
  try {
    const url = await app.listen({ port: config.port, host: config.host });
    return { url, close: (patienceMs = PATIENCE_MS) => closeWithin(app, patienceMs) };
  } catch (error) {
    await app.close();
    throw error;
  }
}

/** The server starts and goes on without Redis; whoever runs it is told when it goes and when it is back. */
function connect(url: string, logger?: FastifyBaseLogger): Shared {
  return connectShared({
    url,
    clock: systemClock,
    onChange: (available, error) => {
      if (available) logger?.info('Redis answers');
      else logger?.warn({ err: error }, 'Redis does not answer: rate limits and answers are per process');
    },
  });
}

async function closeWithin(app: FastifyInstance, patienceMs: number): Promise<void> {
  const timer = setTimeout(() => app.server.closeAllConnections(), patienceMs);
  await app.close();
  clearTimeout(timer);
}

async function projectVersion(): Promise<string> {
  const text = await readFile(join(PROJECT, 'package.json'), 'utf8');
  return Value.Parse(Type.Object({ version: Type.String() }), JSON.parse(text)).version;
}
