import { type Static, Type } from 'typebox';

// The settings of what looks at pictures. `config.ts` reads them together with all others.

const FOLDER = '[A-Za-z0-9_][A-Za-z0-9_.-]*';

export const INFERENCE_SETTINGS = {
  MODELS_DIR: Type.String({ minLength: 1, default: 'models', description: 'A folder of model folders' }),
  MODEL: Type.String({
    pattern: `^${FOLDER}$`,
    default: 'default',
    description:
      'The folder in `MODELS_DIR` of the model that answers, until another is activated; that one stays over restarts, ' +
      'until this setting changes',
  }),
  SHADOW_MODEL: Type.String({
    pattern: `^(|${FOLDER})$`,
    default: '',
    description:
      'The folder of a model that is shown a share of the pictures too, to see how often it agrees',
  }),
  SHADOW_PERCENT: Type.Integer({
    minimum: 1,
    maximum: 100,
    default: 10,
    description: 'Of a hundred pictures, how many it is shown; fewer when it is still busy',
  }),
  CONCURRENCY: Type.Integer({
    minimum: 0,
    maximum: 1024,
    default: 0,
    description: 'Processes that decode and classify, each a picture at a time; 0 is one for each core',
  }),
  QUEUE_LENGTH: Type.Integer({
    minimum: 1,
    maximum: 100_000,
    default: 256,
    description: 'Pictures that may wait for that; beyond it the answer is 503',
  }),
  REQUEST_DEADLINE_MS: Type.Integer({
    minimum: 100,
    maximum: 600_000,
    default: 10_000,
    description:
      'A picture that could only be answered later than this is refused with 503, at once if it can be foretold',
  }),
  PICTURE_TIMEOUT_MS: Type.Integer({
    minimum: 100,
    maximum: 600_000,
    default: 10_000,
    description: 'A picture that takes longer once it is begun is given up with 422, and its process with it',
  }),
  WORKER_MEMORY_MB: Type.Integer({
    minimum: 100,
    maximum: 1_000_000,
    default: 1_000,
    description: 'A process that holds more after a picture is replaced by a fresh one',
  }),
};

const Settings = Type.Object(INFERENCE_SETTINGS);
type Settings = Static<typeof Settings>;

export interface InferenceConfig {
  readonly model: string;
  readonly shadowModel: string | undefined;
  readonly shadowPercent: number;
  readonly concurrency: number;
  readonly queueLength: number;
  readonly requestDeadlineMs: number;
  readonly pictureTimeoutMs: number;
  readonly workerMemoryBytes: number;
}

/** `cores` stands in for CONCURRENCY 0. */
export function readInference(settings: Settings, cores: number): InferenceConfig {
  return {
    model: settings.MODEL,
    shadowModel: settings.SHADOW_MODEL || undefined,
    shadowPercent: settings.SHADOW_PERCENT,
    concurrency: settings.CONCURRENCY || cores,
    queueLength: settings.QUEUE_LENGTH,
    requestDeadlineMs: settings.REQUEST_DEADLINE_MS,
    pictureTimeoutMs: settings.PICTURE_TIMEOUT_MS,
    workerMemoryBytes: settings.WORKER_MEMORY_MB * 1_000_000,
  };
}
