import { randomUUIDv7 } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { Server as HttpsServer } from 'node:https';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyBaseLogger, FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import type { Config } from './config.ts';
import { letHeapGrow } from './heap-growth.ts';
import { ModelHost } from './inference/model-host.ts';
import type { Shared } from './redis/shared.ts';
import { readCertificate, watchCertificate } from './security/tls.ts';
import type { ServerStore } from './store/open-server-store.ts';
import { systemClock } from './system.ts';

const PROJECT = resolve(import.meta.dirname, '../..');

export interface RunningServer {
  /** Where it answers, with the port that was really taken. */
  readonly url: string;
  /** Answers every request that has been accepted, then ends; connections still open after `patienceMs` are cut. */
  close(patienceMs?: number): Promise<void>;
}

/** An orchestrator kills thirty seconds after it has asked. */
export const PATIENCE_MS = 25_000;

/**
 * Loads the model, opens the store, listens. Whoever can connect gets answers: nothing is loaded afterwards.
 * Rejects when the model fails its golden check, the store cannot be opened or the port is taken.
 */
export async function startServer(config: Config, logger?: FastifyBaseLogger): Promise<RunningServer> {
  const { models, store } = await openBoth(config, logger);
  const ending = new AbortController();
  try {
    const app = await openApp(config, models, store, ending.signal, logger).catch(async (error: unknown) => {
      // Its thread would keep a process going that has nothing to answer with.
      await store.close();
      throw error;
    });
    const { port, host, reusePort } = config;
    const url = await app.listen({ port, host, ...{ reusePort } }).catch(async (error: unknown) => {
      await app.close();
      throw error;
    });
    letHeapGrow();
    return {
      url,
      async close(patienceMs = PATIENCE_MS) {
        ending.abort();
        await sleep(config.shutdownDelayMs);
        await closeWithin(app, patienceMs);
        await models.close();
      },
    };
  } catch (error) {
    await models.close();
    throw error;
  }
}

/** While the processes load the model, this one loads the rest of the program and opens the store. */
async function openBoth(config: Config, logger?: FastifyBaseLogger) {
  // Also where the store is elsewhere: what has been activated is noted here, and its disk is asked for free space.
  await mkdir(config.dataDir, { recursive: true });
  const opening = [startModels(config, logger), openStore(config, logger)] as const;
  try {
    const [models, store] = await Promise.all(opening);
    return { models, store };
  } catch (error) {
    for (const one of opening) await one.then((opened) => opened.close()).catch(() => {});
    throw error;
  }
}

async function openStore(config: Config, logger?: FastifyBaseLogger): Promise<ServerStore> {
  const { openServerStore } = await import('./store/open-server-store.ts');
  // A connection has seconds to come about, which must not pass while this thread is busy with loading.
  await import('./app.ts');
  return openServerStore(config, systemClock, logger);
}

async function openApp(
  config: Config,
  models: ModelHost,
  store: ServerStore,
  ending: AbortSignal,
  logger?: FastifyBaseLogger,
) {
  const { buildApp } = await import('./app.ts');
  const certificate = config.tls ? await readCertificate(config.tls) : undefined;
  const shared = config.redisUrl ? await connect(config, logger) : undefined;
  const app = await buildApp({
    config,
    certificate,
    inference: models,
    models,
    ending,
    log: store.log,
    keys: store.keys,
    insights: store.insights,
    pictures: store.pictures,
    shared,
    closeStore: () => store.close(),
    clock: systemClock,
    newId: randomUUIDv7,
    pageDir: join(PROJECT, 'build/web'),
    version: await projectVersion(),
    ...(logger && { logger }),
  }).catch((error: unknown) => {
    // It would try to connect for ever, and the process with it.
    shared?.close();
    throw error;
  });
  if (config.tls && app.server instanceof HttpsServer) {
    const stop = watchCertificate(app.server, config.tls, logger);
    app.server.once('close', stop);
  }
  return app;
}

function startModels(config: Config, logger?: FastifyBaseLogger): Promise<ModelHost> {
  const { modelsDir, dataDir, model, shadowModel, shadowPercent } = config;
  return ModelHost.start({
    ...{ modelsDir, dataDir, model },
    shadow: shadowModel ? { model: shadowModel, percent: shadowPercent } : undefined,
    size: config.concurrency,
    pictureTimeoutMs: config.pictureTimeoutMs,
    memoryLimitBytes: config.workerMemoryBytes,
    onTrouble: (what, error) => logger?.error(error, what),
    onDisagreement: ({ sha256, told, said }) =>
      logger?.info(
        { sha256, champion: [told.verdict, told.p_open], challenger: [said.verdict, said.p_open] },
        'The challenger disagrees',
      ),
  });
}

/** The server starts and goes on without Redis; whoever runs it is told when it goes and when it is back. */
async function connect({ redisUrl, redisTimeoutMs }: Config, logger?: FastifyBaseLogger): Promise<Shared> {
  const { connectShared } = await import('./redis/shared.ts');
  return connectShared({
    url: redisUrl,
    patienceMs: redisTimeoutMs,
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
