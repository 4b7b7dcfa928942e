import type { Prediction } from '../../contract/prediction.ts';
import type { ModelStatistics } from './messages.ts';

// The statistics extension: what the protocol's own requests have cost since the start.

type Entry = ModelStatistics['model_stats'][number];

const NANOSECONDS = 1e6;

/** Counts the requests of one model of the protocol, apart for each version that has answered under its name. */
export class OipStatistics {
  readonly #name: string;
  readonly #versions = new Map<string, VersionStatistics>();

  constructor(name: string) {
    this.#name = name;
  }

  /** Of the version that is the model's id. */
  of(version: string): VersionStatistics {
    const known = this.#versions.get(version);
    if (known) return known;
    const fresh = new VersionStatistics(this.#name, version);
    this.#versions.set(version, fresh);
    return fresh;
  }

  /** The one that answers now, whether or not it was asked already, then those before it, latest first. */
  entries(current: string): Entry[] {
    const answers = this.of(current);
    const before = [...this.#versions.values()].filter((one) => one !== answers).reverse();
    return [answers, ...before].map((one) => one.entry());
  }
}

/** Times are in milliseconds going in, nanoseconds coming out. */
export class VersionStatistics {
  readonly #name: string;
  readonly #version: string;
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

  constructor(name: string, version: string) {
    this.#name = name;
    this.#version = version;
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

  entry(): Entry {
    return {
      name: this.#name,
      version: this.#version,
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
