import { randomUUIDv7 } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FastifyBaseLogger, FastifyInstance } from 'fastify';
import { Refusal } from '../contract/errors.ts';
import type { Classification, Classifier } from '../model/classification.ts';
import { testCard } from '../model/test-card.ts';
import type { KeyStore } from '../store/key-store.ts';
import type { PredictionLog } from '../store/prediction-log.ts';
import type { RgbImage } from '../vision/rgb-image.ts';
import { buildApp } from './app.ts';
import { type Config, readConfig } from './config.ts';
import type { Inference } from './inference/inference.ts';
import { inProcess } from './inference/look.ts';
import type { Models } from './inference/models.ts';
import type { Shared } from './redis/shared.ts';
import type { Certificate } from './security/tls.ts';
import { openServerStore } from './store/open-server-store.ts';
import { systemClock } from './system.ts';

// For tests: the real application with a real log in a folder of its own, and a classifier that anyone can predict.

export interface TestApp {
  readonly app: FastifyInstance;
  readonly log: PredictionLog;
  readonly keys: KeyStore;
  readonly dataDir: string;
  /** Listens on a free port, on first use. */
  url(): Promise<string>;
  close(): Promise<void>;
}

export interface TestAppOptions {
  readonly config?: Partial<Config>;
  readonly classifier?: Classifier;
  /** Instead of the classifier. */
  readonly inference?: Inference;
  readonly models?: Models;
  readonly pageDir?: string;
  readonly shared?: Shared;
  readonly certificate?: Certificate;
  readonly logger?: FastifyBaseLogger;
  /** Wraps the log, for example to let it fail. */
  readonly log?: (log: PredictionLog) => PredictionLog;
}

export async function testApp(options: TestAppOptions = {}): Promise<TestApp> {
  const dataDir = await mkdtemp(join(tmpdir(), 'tampinha-server-'));
  const config = {
    // Every picture is looked at, unless a test wants it otherwise: many send the same one again and again.
    ...readConfig({ CACHE_MB: '0' }, 2),
    dataDir,
    modelsDir: join(dataDir, 'models'),
    ...options.config,
  };
  const store = await openServerStore(config, systemClock, options.logger);
  const log = options.log?.(store.log) ?? store.log;
  const app = await buildApp({
    config,
    inference: options.inference ?? inProcess(options.classifier ?? colourClassifier, systemClock),
    models: options.models ?? onlyModel,
    log,
    keys: store.keys,
    insights: store.insights,
    pictures: store.pictures,
    closeStore: () => store.close(),
    clock: systemClock,
    newId: randomUUIDv7,
    pageDir: options.pageDir ?? join(dataDir, 'no-page'),
    version: '0.0.0-test',
    shared: options.shared,
    certificate: options.certificate,
    ...(options.logger && { logger: options.logger }),
  });
  let listening: Promise<string> | undefined;
  return {
    app,
    log,
    keys: store.keys,
    dataDir,
    url: () => (listening ??= listen(app)),
    async close() {
      await app.close();
      await rm(dataDir, { recursive: true });
    },
  };
}

async function listen(app: FastifyInstance): Promise<string> {
  await app.listen({ port: 0, host: '127.0.0.1' });
  const address = app.server.address();
  if (address === null || typeof address === 'string') throw new Error('not listening on a port');
  const { port }: AddressInfo = address;
  return `http://127.0.0.1:${port}`;
}

/** Of a server whose one model can be neither changed nor lost. */
export const onlyModel: Models = {
  aliases: { champion: 'default', previous: null, challenger: null },
  figures: {
    pools: { champion: { processes: 1, memory: 0 }, challenger: undefined },
    replaced: { crash: 0, timeout: 0, memory: 0 },
    shadow: { agreed: 0, disagreed: 0, failed: 0 },
  },
  activate: async (name) => {
    throw new Refusal('MODEL_NOT_FOUND', { name });
  },
  rollback: async () => {
    throw new Refusal('NO_PREVIOUS_MODEL', {});
  },
};

/** Red is open, green is closed, in between is uncertain, blue is no bottle. The bottle is the left upper quarter. */
export const colourClassifier: Classifier = {
  card: testCard({
    name: 'colour',
    created: '2026-11-23T00:00:00Z',
    architecture: {
      arch: 'seed-cnn',
      input: { size: 224, mean: 0, scale: 255, fit: 'stretch', fill: [0, 0, 0] },
    },
    thresholds: { closedBelow: 0.4, openAbove: 0.6 },
  }),
  classify: async (image) => classifyColour(image),
};

function classifyColour({ width, height, data }: RgbImage): Classification {
  const mean = (channel: number) => {
    let sum = 0;
    for (let i = channel; i < data.length; i += 3) sum += data[i] ?? 0;
    return sum / (width * height * 255);
  };
  const pOpen = Math.min(0.99, Math.max(0.01, 0.5 + (mean(0) - mean(1)) / 2));
  const confidence = Math.max(pOpen, 1 - pOpen);
  const state = pOpen > 0.6 ? 'open' : pOpen < 0.4 ? 'closed' : 'uncertain';
  const isBottle = mean(2) < 0.7;
  const box = [0, 0, width / 2, height / 2] as const;
  return {
    verdict: isBottle ? state : 'no_bottle',
    pOpen,
    confidence: isBottle ? confidence : mean(2),
    bottles: isBottle ? [{ box, state, pOpen, confidence, presence: 1 - mean(2) }] : [],
    attention: { width: 2, height: 1, values: Float32Array.of(1, 0.25) },
  };
}
