import { hash } from 'node:crypto';
import { type ErrorCode, Refusal } from '../contract/errors.ts';
import type { Prediction } from '../contract/prediction.ts';
import type { LogEntry } from '../contract/prediction-list.ts';
import { type DecodedPicture, DecodeError, decode } from '../decode/index.ts';
import { answerOf } from '../model/answer.ts';
import type { Classification } from '../model/classification.ts';
import type { Dependencies } from './dependencies.ts';
import { describeAttention } from './describe.ts';
import type { Metrics } from './metrics.ts';
import type { WorkQueue } from './work-queue.ts';

// Bytes → pixels → verdict → log → answer. The answer leaves only after the log has it.

/** Who asks, and what shows that they no longer wait. */
export interface Asker {
  readonly requestId: string;
  readonly route: string;
  readonly address: string;
  readonly userAgent: string | null;
  readonly gone: AbortSignal;
}

export interface Picture {
  /** The name that the client gave it. */
  readonly file: string | null;
  readonly bytes: Uint8Array;
}

export interface Predictor {
  /** Throws Refusal or DecodeError; a picture's refusal is in the log too. */
  predict(picture: Picture, asker: Asker, options?: { heatmap?: boolean }): Promise<Prediction>;
  /** Writes down that something was asked and not answered. Never throws: the refusal itself matters more. */
  recordRefusal(
    code: ErrorCode,
    asker: Asker,
    picture?: { file: string | null; bytes: number },
  ): Promise<void>;
}

interface Seen {
  readonly picture: DecodedPicture;
  readonly found: Classification;
  readonly decodeMs: number;
  readonly inferMs: number;
}

export function createPredictor(deps: Dependencies, queue: WorkQueue, metrics: Metrics): Predictor {
  const { classifier, clock, log } = deps;

  async function look(bytes: Uint8Array): Promise<Seen> {
    const begun = clock.elapsed();
    const picture = await decode(bytes, { maxSide: classifier.card.maxSide });
    const decoded = clock.elapsed();
    const found = await classifier.classify(picture.image);
    return { picture, found, decodeMs: decoded - begun, inferMs: clock.elapsed() - decoded };
  }

  function entryFor(asker: Asker): Omit<LogEntry, 'outcome' | 'prediction' | 'error'> {
    return {
      id: deps.newId(),
      created: clock.now().toISOString(),
      request_id: asker.requestId,
      route: asker.route,
      client: { address: asker.address, key_id: null, user_agent: asker.userAgent },
    };
  }

  async function remember(entry: LogEntry): Promise<void> {
    const begun = clock.elapsed();
    try {
      await log.append(entry);
    } catch (error) {
      throw new Refusal('LOG_UNAVAILABLE', {}, { cause: error });
    }
    metrics.stages.observe({ stage: 'log' }, (clock.elapsed() - begun) / 1_000);
  }

  function measure({ verdict, model, confidence, timings }: Prediction): void {
    metrics.verdicts.inc({ verdict, model });
    metrics.confidence.observe(confidence);
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

  const predict: Predictor['predict'] = async ({ file, bytes }, asker, options) => {
    const arrived = clock.elapsed();
    try {
      const seen = await queue.run(() => look(bytes), asker.gone);
      const { picture, found, decodeMs, inferMs } = seen;
      const total = hundredths(clock.elapsed() - arrived);
      const entry = entryFor(asker);
      const prediction: Prediction = {
        id: entry.id,
        created: entry.created,
        file,
        ...answerOf(found, picture),
        model: classifier.card.id,
        ms: total,
        timings: { decode: hundredths(decodeMs), infer: hundredths(inferMs), total },
        width: picture.width,
        height: picture.height,
        format: picture.format,
        bytes: bytes.length,
        sha256: hash('sha256', bytes),
      };
      await remember({ ...entry, outcome: 'answered', prediction, error: null });
      measure(prediction);
      return options?.heatmap ? { ...prediction, heatmap: describeAttention(found.attention) } : prediction;
    } catch (error) {
      if (error instanceof DecodeError) {
        await recordRefusal(error.code, asker, { file, bytes: bytes.length });
      }
      throw error;
    }
  };

  return { predict, recordRefusal };
}

/** A hundredth of a millisecond is as fine as these clocks can be believed. */
function hundredths(milliseconds: number): number {
  return Math.round(Math.max(0, milliseconds) * 100) / 100;
}
