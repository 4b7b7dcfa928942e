import type { Prediction } from '../../contract/prediction.ts';
import type { ModelStatistics } from './messages.ts';

// The statistics extension: what the protocol's own requests have cost since the start.

type Entry = ModelStatistics['model_stats'][number];

const NANOSECONDS = 1e6;

/** Counts the requests of one model. Times are in milliseconds going in, nanoseconds coming out. */
export class OipStatistics {
  readonly #name: string;
  #last = 0;
  #pictures = 0;
  #requests = 0;
  readonly #spent = {
    success: nothing(),
    fail: nothing(),
    queue: nothing(),
    compute_input: nothing(),
    compute_infer: nothing(),
    compute_output: nothing(),
  };

  constructor(name: string) {
    this.#name = name;
  }

  succeeded(predictions: readonly Prediction[], now: Date, requestMs: number, outputMs: number): void {
    this.#last = now.getTime();
    this.#requests += 1;
    this.#pictures += predictions.length;
    add(this.#spent.success, requestMs);
    add(this.#spent.compute_output, outputMs);
    for (const { timings } of predictions) {
      add(this.#spent.queue, Math.max(0, timings.total - timings.decode - timings.infer));
      add(this.#spent.compute_input, timings.decode);
      add(this.#spent.compute_infer, timings.infer);
    }
  }

  failed(requestMs: number): void {
    add(this.#spent.fail, requestMs);
  }

  entry(version: string): Entry {
    return {
      name: this.#name,
      version,
      last_inference: this.#last,
      inference_count: this.#pictures,
      execution_count: this.#requests,
      inference_stats: structuredClone(this.#spent),
    };
  }
}

interface Spent {
  count: number;
  ns: number;
}

function nothing(): Spent {
  return { count: 0, ns: 0 };
}

function add(spent: Spent, milliseconds: number): void {
  spent.count += 1;
  spent.ns += Math.round(milliseconds * NANOSECONDS);
}
