import { hash } from 'node:crypto';
import { type ErrorCode, Refusal } from '../contract/errors.ts';
import { LIMITS } from '../contract/limits.ts';
import type { Prediction } from '../contract/prediction.ts';
import type { LogEntry } from '../contract/prediction-list.ts';
import { DecodeError } from '../decode/decode-error.ts';
import type { Dependencies } from './dependencies.ts';
import { STORE_RETRY_SECONDS } from './failure.ts';
import type { Inference, Priority, Sighting, Subject } from './inference/inference.ts';
import type { Metrics } from './metrics.ts';
import type { KeepPicture } from './pictures/keep-pictures.ts';

// Bytes → pixels → verdict → log → answer. The answer leaves only after the log has it.

/** Who asks, and what shows that they no longer wait. */
export interface Asker {
  readonly requestId: string;
  readonly route: string;
  readonly address: string;
  readonly keyId: string | null;
  readonly userAgent: string | null;
  readonly priority: Priority;
  readonly gone: AbortSignal;
  /** Told of every picture answered whether it had been seen before. */
  readonly answered?: (cached: boolean) => void;
}

export interface Picture {
  /** The name that the client gave it. */
  readonly file: string | null;
  readonly bytes: Uint8Array;
}

export interface PredictOptions {
  /** Also tell where the network looked. */
  readonly heatmap?: boolean;
  /** Instead of what the asker has. */
  readonly priority?: Priority;
}

export interface Predictor {
  /** Throws Refusal or DecodeError; a picture's refusal is in the log too. */
  predict(picture: Picture, asker: Asker, options?: PredictOptions): Promise<Prediction>;
  /** Writes down that something was asked and not answered. Never throws: the refusal itself matters more. */
  recordRefusal(
    code: ErrorCode,
    asker: Asker,
    picture?: { file: string | null; bytes: number },
  ): Promise<void>;
}

export function createPredictor(
  deps: Dependencies,
  inference: Inference,
  metrics: Metrics,
  keepPicture?: KeepPicture,
): Predictor {
  const { clock, log } = deps;

  function entryFor(asker: Asker): Omit<LogEntry, 'outcome' | 'prediction' | 'error'> {
    return {
      id: deps.newId(),
      created: clock.now().toISOString(),
      request_id: asker.requestId,
      route: asker.route,
      client: { address: asker.address, key_id: asker.keyId, user_agent: asker.userAgent },
    };
  }

  async function remember(entry: LogEntry): Promise<void> {
    const begun = clock.elapsed();
    try {
      await log.append(entry);
    } catch (error) {
      throw new Refusal('LOG_UNAVAILABLE', { seconds: STORE_RETRY_SECONDS }, { cause: error });
    }
    metrics.stages.observe({ stage: 'log' }, (clock.elapsed() - begun) / 1_000);
  }

  function measure({ verdict, model, confidence, brightness, timings, cached }: Prediction): void {
    metrics.verdicts.inc({ verdict, model });
    metrics.confidence.observe(confidence);
    if (brightness !== undefined) metrics.brightness.observe(brightness);
    if (cached) return;
    metrics.stages.observe({ stage: 'decode' }, timings.decode / 1_000);
    metrics.stages.observe({ stage: 'infer' }, timings.infer / 1_000);
    metrics.stages.observe({ stage: 'queue' }, (timings.total - timings.decode - timings.infer) / 1_000);
  }

  const recordRefusal: Predictor['recordRefusal'] = async (code, asker, picture) => {
    const error = { code, file: picture?.file ?? null, bytes: picture?.bytes ?? null };
    try {
      await remember({ ...entryFor(asker), outcome: 'refused', prediction: null, error });
    } catch (cause) {
      deps.logger?.error(cause, 'A refusal could not be recorded');
    }
  };

  const predict: Predictor['predict'] = async ({ file, bytes }, asker, options = {}) => {
    const arrived = clock.elapsed();
    const { heatmap, priority = asker.priority } = options;
    try {
      refuseLargerPicture(bytes.length);
      const subject = { bytes, sha256: hash('sha256', bytes) };
      const sighting = await inference.look(subject, { heatmap, priority, signal: asker.gone });
      const entry = entryFor(asker);
      const prediction = toPrediction(entry, file, subject, sighting, clock.elapsed() - arrived);
      await remember({ ...entry, outcome: 'answered', prediction, error: null });
      // Waited for, since whoever sent the picture may ask for its memory back as soon as there is an answer.
      await keepPicture?.(prediction, bytes);
      measure(prediction);
      asker.answered?.(prediction.cached === true);
      return sighting.heatmap ? { ...prediction, heatmap: sighting.heatmap } : prediction;
    } catch (error) {
      if (error instanceof DecodeError) {
        await recordRefusal(error.code, asker, { file, bytes: bytes.length });
      }
      throw error;
    }
  };

  return { predict, recordRefusal };
}

/** Here for every route: some bodies may be larger than a picture, and a worker process ends on what it does not expect. */
function refuseLargerPicture(bytes: number): void {
  const limit = LIMITS.pictureBytes;
  if (bytes > limit) throw new DecodeError('FILE_TOO_LARGE', { actual_bytes: bytes, limit_bytes: limit });
}

/** Without the heatmap, which is not kept. */
function toPrediction(
  { id, created }: Pick<LogEntry, 'id' | 'created'>,
  file: string | null,
  { bytes, sha256 }: Subject,
  sighting: Sighting,
  totalMs: number,
): Prediction {
  const { verdict, p_open, confidence, bottles, model, width, height, format, brightness, cached } = sighting;
  const total = hundredths(totalMs);
  return {
    ...{ id, created, file, verdict, p_open, confidence, bottles, model },
    ms: total,
    timings: { decode: hundredths(sighting.decodeMs), infer: hundredths(sighting.inferMs), total },
    ...{ width, height, format, bytes: bytes.length, sha256 },
    brightness: thousandths(brightness),
    ...(cached && { cached }),
  };
}

/** As fine as a mean over a part of the pixels is. */
function thousandths(share: number): number {
  return Math.round(share * 1_000) / 1_000;
}

/** A hundredth of a millisecond is as fine as these clocks can be believed. */
function hundredths(milliseconds: number): number {
  return Math.round(Math.max(0, milliseconds) * 100) / 100;
}
