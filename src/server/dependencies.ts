import type { FastifyBaseLogger } from 'fastify';
import type { Insights } from '../store/insights.ts';
import type { KeyStore } from '../store/key-store.ts';
import type { PredictionLog } from '../store/prediction-log.ts';
import type { Config } from './config.ts';
import type { Inference } from './inference/inference.ts';
import type { Models } from './inference/models.ts';
import type { PictureFolder } from './pictures/picture-folder.ts';
import type { Shared } from './redis/shared.ts';
import type { Certificate } from './security/tls.ts';

export interface Clock {
  now(): Date;
  /** Milliseconds from some fixed moment, never going back. */
  elapsed(): number;
}

/** Everything the application needs from outside; nothing else reaches the world. */
export interface Dependencies {
  readonly config: Config;
  readonly inference: Inference;
  readonly models: Models;
  /** Fires when the server has been asked to end: it answers, but is not ready for more. */
  readonly ending?: AbortSignal;
  readonly log: PredictionLog;
  readonly keys: KeyStore;
  readonly insights: Insights;
  /** Where pictures are kept, if they are. */
  readonly pictures: PictureFolder;
  /** Without it the server speaks plain HTTP. */
  readonly certificate?: Certificate | undefined;
  /** What all processes share; without it each is by itself. */
  readonly shared?: Shared | undefined;
  /** Called once, after the last request. */
  readonly closeStore: () => Promise<void>;
  readonly clock: Clock;
  /** A new UUID that sorts after the earlier ones. */
  readonly newId: () => string;
  /** Folder of the built page; without it there is no page. */
  readonly pageDir: string;
  readonly version: string;
  /** Without it nothing is logged. */
  readonly logger?: FastifyBaseLogger;
}
