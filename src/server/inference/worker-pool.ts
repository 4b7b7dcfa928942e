import { setTimeout as sleep } from 'node:timers/promises';
import { Refusal } from '../../contract/errors.ts';
import { DecodeError } from '../../decode/decode-error.ts';
import type { Card } from '../../model/card.ts';
import { EndedProcesses, type EndReason } from './ended-processes.ts';
import type { Inference, LookOptions, Sighting, Subject } from './inference.ts';
import type { Replacement } from './models.ts';
import { ModelUnfit, Worker, WorkerLost } from './worker.ts';

export interface WorkerPoolOptions {
  /** Of the model. */
  readonly folder: string;
  /** Processes, each with one picture at a time. */
  readonly size: number;
  /** A picture that takes longer is given up, and its process with it. */
  readonly pictureTimeoutMs: number;
  /** A process that holds more after a picture is replaced. */
  readonly memoryLimitBytes: number;
  /** Above 0 lets other processes have the processor first. */
  readonly niceness?: number;
  readonly onReplaced: (reason: Replacement) => void;
  /** A replacement could not be started; it is tried again. */
  readonly onTrouble: (error: unknown) => void;
}

/** Between attempts to start a replacement: twice as long each time, up to the last. */
const RETRY_MS = { first: 100, last: 10_000 };

/** The process was ended because it had a picture for too long. */
class WorkerStalled extends Error {
  override readonly name = 'WorkerStalled';
}

/** Processes that look at pictures with one model. Each is replaced when a picture has ended it. */
export class WorkerPool implements Inference {
  readonly card: Card;
  readonly #options: WorkerPoolOptions;
  readonly #workers = new Set<Worker>();
  readonly #waiting: PromiseWithResolvers<Worker>[] = [];
  readonly #ended = new EndedProcesses();
  #idle: Worker[] = [];
  /** Processes that have not ended; those that are ending included. */
  #alive = 0;
  #closing = false;
  readonly #allEnded = Promise.withResolvers<void>();

  private constructor(options: WorkerPoolOptions, card: Card, workers: readonly Worker[]) {
    this.#options = options;
    this.card = card;
    for (const worker of workers) this.#adopt(worker);
  }

  /** Resolves when every process is ready. Rejects with ModelUnfit when one cannot be. */
  static async start(options: WorkerPoolOptions): Promise<WorkerPool> {
    const { size, folder, niceness } = options;
    const starts = Array.from({ length: size }, () => Worker.start(folder, niceness));
    const started = await Promise.allSettled(starts);
    const workers = started.flatMap((one) => (one.status === 'fulfilled' ? one.value : []));
    const failed = started.find((one) => one.status === 'rejected');
    const [first] = workers;
    if (first && !failed && workers.every(({ card }) => card.id === first.card.id))
      return new WorkerPool(options, first.card, workers);
    for (const worker of workers) worker.kill();
    throw failed?.reason ?? changed(folder);
  }

  /** Process ids, for whoever watches or tests. */
  get processes(): number[] {
    return [...this.#workers].flatMap(({ processId }) => processId ?? []);
  }

  /** Bytes that the processes held when each last reported. */
  get memory(): number {
    return [...this.#workers].reduce((sum, { memory }) => sum + memory, 0);
  }

  /**
   * Throws DecodeError: DECODER_FAILED for a picture that ended or stalled its process. A process that ended may have
   * been ended by someone else, so its picture gets a second one at once; one that stalled has taken its time already,
   * and is given up. Neither is given a third process, now or when it comes again.
   */
  async look(subject: Subject, options: LookOptions = {}): Promise<Sighting> {
    const { sha256 } = subject;
    for (;;) {
      const lastReason = this.#ended.enoughOf(sha256);
      if (lastReason) throw this.#givenUp(lastReason);
      try {
        const sighting = await this.#lookOnce(subject, options);
        this.#ended.forget(sha256);
        return sighting;
      } catch (error) {
        if (error instanceof WorkerStalled) {
          this.#ended.note(sha256, 'timeout');
          throw this.#givenUp('timeout');
        }
        if (!(error instanceof WorkerLost)) throw error;
        this.#ended.note(sha256, 'crash');
      }
    }
  }

  /** Ends the processes once all that was asked of them is answered. */
  async close(): Promise<void> {
    this.#closing = true;
    this.#endWhatIsDone();
    await this.#allEnded.promise;
  }

  async #lookOnce(subject: Subject, options: LookOptions): Promise<Sighting> {
    const worker = await this.#acquire();
    let timedOut = false;
    const timer = setTimeout(() => {
      timedOut = true;
      this.#replace(worker, 'timeout');
      worker.kill();
    }, this.#options.pictureTimeoutMs);
    try {
      return await worker.look(subject, options);
    } catch (error) {
      throw timedOut ? new WorkerStalled() : error;
    } finally {
      clearTimeout(timer);
      this.#release(worker);
    }
  }

  #givenUp(reason: EndReason): DecodeError {
    return new DecodeError('DECODER_FAILED', { reason, seconds: this.#options.pictureTimeoutMs / 1_000 });
  }

  /** A free process; there may be none for a moment while one is being replaced. */
  async #acquire(): Promise<Worker> {
    return this.#idle.pop() ?? this.#nextFree();
  }

  async #nextFree(): Promise<Worker> {
    const place = Promise.withResolvers<Worker>();
    this.#waiting.push(place);
    const timer = setTimeout(() => {
      this.#waiting.splice(this.#waiting.indexOf(place), 1);
      place.reject(new Refusal('NOT_READY', { waiting_for: 'a process to look at pictures', seconds: 1 }));
      // It may have been the last for whom a pool that is closing went on.
      this.#endWhatIsDone();
    }, this.#options.pictureTimeoutMs);
    return place.promise.finally(() => clearTimeout(timer));
  }

  #release(worker: Worker): void {
    if (worker.memory > this.#options.memoryLimitBytes) {
      this.#replace(worker, 'memory');
      worker.retire();
    } else if (this.#workers.has(worker)) this.#offer(worker);
  }

  #offer(worker: Worker): void {
    const next = this.#waiting.shift();
    if (next) next.resolve(worker);
    else this.#idle.push(worker);
    this.#endWhatIsDone();
  }

  #adopt(worker: Worker): void {
    this.#alive += 1;
    this.#workers.add(worker);
    void worker.ended.then(() => {
      this.#alive -= 1;
      this.#replace(worker, 'crash');
      this.#endWhatIsDone();
    });
    this.#offer(worker);
  }

  async #startOne(): Promise<Worker> {
    const worker = await Worker.start(this.#options.folder, this.#options.niceness);
    if (worker.card.id === this.card.id) return worker;
    worker.kill();
    throw changed(this.#options.folder);
  }

  /** For one that is not to be used any more; what has been replaced already is left alone. */
  #replace(worker: Worker, reason: Replacement): void {
    if (!this.#workers.delete(worker)) return;
    this.#idle = this.#idle.filter((other) => other !== worker);
    this.#options.onReplaced(reason);
    void this.#replenish();
  }

  async #replenish(): Promise<void> {
    for (let pause = RETRY_MS.first; !this.#closing || this.#waiting.length > 0; pause *= 2) {
      try {
        return this.#adopt(await this.#startOne());
      } catch (error) {
        this.#options.onTrouble(error);
        await sleep(Math.min(pause, RETRY_MS.last), undefined, { ref: false });
      }
    }
  }

  #endWhatIsDone(): void {
    if (!this.#closing || this.#waiting.length > 0) return;
    for (const worker of this.#idle) {
      this.#workers.delete(worker);
      worker.retire();
    }
    this.#idle = [];
    if (this.#alive === 0) this.#allEnded.resolve();
  }
}

function changed(folder: string): ModelUnfit {
  return new ModelUnfit(`${folder} holds another model now than when it was loaded`);
}
