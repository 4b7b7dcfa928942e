import { join } from 'node:path';
import { Refusal } from '../../contract/errors.ts';
import type { Card } from '../../model/card.ts';
import { isThere } from '../is-there.ts';
import type { Inference, LookOptions, Sighting, Subject } from './inference.ts';
import { type ModelState, readModelState, writeModelState } from './model-state.ts';
import type { Aliases, Figures, Models, PoolFigures } from './models.ts';
import { type Comparison, Shadow } from './shadow.ts';
import { ModelUnfit } from './worker.ts';
import { WorkerPool, type WorkerPoolOptions } from './worker-pool.ts';

export interface ModelHostOptions
  extends Pick<WorkerPoolOptions, 'size' | 'pictureTimeoutMs' | 'memoryLimitBytes'> {
  readonly modelsDir: string;
  /** Where the choice is kept. */
  readonly dataDir: string;
  /** What answers as long as nothing else is activated. */
  readonly model: string;
  /** The challenger, and of a hundred pictures how many it is shown. */
  readonly shadow?: { readonly model: string; readonly percent: number } | undefined;
  /** Something went wrong that no client is told of. */
  readonly onTrouble: (what: string, error?: unknown) => void;
  readonly onDisagreement: (comparison: Comparison) => void;
}

/** The models that are loaded: the one that answers, and perhaps one beside it. */
export class ModelHost implements Inference, Models {
  readonly #options: ModelHostOptions;
  readonly #counts: Counts;
  readonly #shadow: Shadow | undefined;
  #state: ModelState;
  #pool: WorkerPool;
  /** Changes of the model come one after the other. */
  #change: Promise<unknown> = Promise.resolve();
  readonly #retiring = new Set<Promise<void>>();

  private constructor(options: ModelHostOptions, counts: Counts, state: ModelState, pools: Pools) {
    this.#options = options;
    this.#counts = counts;
    this.#state = state;
    this.#pool = pools.champion;
    this.#shadow = pools.challenger && new Shadow(pools.challenger, shadowOptions(options, counts));
  }

  /**
   * Rejects with ModelUnfit when the champion or the challenger is no model that can answer. The champion's processes
   * have been started when this returns its promise.
   */
  static async start(options: ModelHostOptions): Promise<ModelHost> {
    const counts = {
      replaced: { crash: 0, timeout: 0, memory: 0 },
      shadow: { agreed: 0, disagreed: 0, failed: 0 },
    };
    const state = readModelState(options.dataDir, options.model);
    const champion = await startPool(options, counts, state.champion);
    try {
      // One process, and only when nobody else wants the processor.
      const asShadow = { size: 1, niceness: 10 };
      const challenger = options.shadow && (await startPool(options, counts, options.shadow.model, asShadow));
      return new ModelHost(options, counts, state, { champion, challenger });
    } catch (error) {
      await champion.close();
      throw error;
    }
  }

  get card(): Card {
    return this.#pool.card;
  }

  get aliases(): Aliases {
    const { champion, previous } = this.#state;
    return { champion, previous, challenger: this.#options.shadow?.model ?? null };
  }

  get figures(): Figures {
    const challenger = this.#shadow?.challenger;
    return {
      ...this.#counts,
      pools: { champion: figuresOf(this.#pool), challenger: challenger && figuresOf(challenger) },
    };
  }

  /** Of the processes that answer. */
  get processes(): readonly number[] {
    return this.#pool.processes;
  }

  async look(subject: Subject, options?: LookOptions): Promise<Sighting> {
    const sighting = await this.#pool.look(subject, options);
    this.#shadow?.offer(subject, sighting);
    return sighting;
  }

  activate(folder: string): Promise<Card> {
    return this.#afterChanges(() => this.#activate(folder));
  }

  rollback(): Promise<Card> {
    return this.#afterChanges(() => {
      if (this.#state.previous === null) throw new Refusal('NO_PREVIOUS_MODEL', {});
      return this.#activate(this.#state.previous);
    });
  }

  /** Ends every process once all that was asked is answered. */
  async close(): Promise<void> {
    await this.#change;
    await Promise.all([this.#pool.close(), this.#shadow?.challenger.close(), ...this.#retiring]);
  }

  async #activate(folder: string): Promise<Card> {
    const there = await isThere(join(this.#options.modelsDir, folder, 'card.json'));
    if (!there) throw new Refusal('MODEL_NOT_FOUND', { name: folder });
    const pool = await startPool(this.#options, this.#counts, folder).catch((error: unknown) => {
      if (!(error instanceof ModelUnfit)) throw error;
      throw new Refusal('MODEL_UNFIT', { name: folder, reason: error.message }, { cause: error });
    });
    const { champion, previous, configured } = this.#state;
    const state = { champion: folder, previous: folder === champion ? previous : champion, configured };
    await writeModelState(this.#options.dataDir, state).catch(async (error: unknown) => {
      await pool.close();
      throw error;
    });
    this.#retire(this.#pool);
    this.#pool = pool;
    this.#state = state;
    return pool.card;
  }

  #retire(pool: WorkerPool): void {
    const ended = pool.close().finally(() => this.#retiring.delete(ended));
    this.#retiring.add(ended);
  }

  #afterChanges<T>(change: () => Promise<T>): Promise<T> {
    const done = this.#change.then(change);
    this.#change = done.catch(() => {});
    return done;
  }
}

interface Counts {
  readonly replaced: { crash: number; timeout: number; memory: number };
  readonly shadow: { agreed: number; disagreed: number; failed: number };
}

interface Pools {
  readonly champion: WorkerPool;
  readonly challenger: WorkerPool | undefined;
}

function startPool(
  options: ModelHostOptions,
  { replaced }: Counts,
  folder: string,
  given: Partial<WorkerPoolOptions> = {},
): Promise<WorkerPool> {
  const { size, pictureTimeoutMs, memoryLimitBytes, onTrouble } = options;
  return WorkerPool.start({
    ...{ size, pictureTimeoutMs, memoryLimitBytes },
    folder: join(options.modelsDir, folder),
    onReplaced(reason) {
      replaced[reason] += 1;
      onTrouble(`A process that looks at pictures is replaced: ${reason}`);
    },
    onTrouble: (error) => onTrouble('A process that looks at pictures could not be started', error),
    ...given,
  });
}

function figuresOf({ processes, memory }: WorkerPool): PoolFigures {
  return { processes: processes.length, memory };
}

function shadowOptions({ shadow, onTrouble, onDisagreement }: ModelHostOptions, counts: Counts) {
  return {
    percent: shadow?.percent ?? 0,
    onCompared(comparison: Comparison) {
      const agreed = comparison.told.verdict === comparison.said.verdict;
      counts.shadow[agreed ? 'agreed' : 'disagreed'] += 1;
      if (!agreed) onDisagreement(comparison);
    },
    onTrouble(error: unknown) {
      counts.shadow.failed += 1;
      onTrouble('The challenger could not answer', error);
    },
  };
}
