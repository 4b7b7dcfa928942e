import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setPriority } from 'node:os';
import { join } from 'node:path';
import { Duplex } from 'node:stream';
import { DecodeError } from '../../decode/decode-error.ts';
import type { Card } from '../../model/card.ts';
import { readFrames, writeFrame } from './frames.ts';
import type { LookOptions, Sighting, Subject } from './inference.ts';
import { MESSAGE_BYTES, type Report, reports, type Task } from './messages.ts';

const MAIN = join(import.meta.dirname, 'worker-main.ts');
/** Loading a model and checking its golden pictures takes less than a second on an idle core. */
const START_TIMEOUT_MS = 120_000;

/** The folder is no model that can answer: a file is missing or malformed, or the golden check failed. */
export class ModelUnfit extends Error {
  override readonly name = 'ModelUnfit';
}

/** The process ended, or was ended, while it had a picture. */
export class WorkerLost extends Error {
  override readonly name = 'WorkerLost';
}

/** A process of `worker-main.ts`, ready to work, seen from the server. It takes one picture at a time. */
export class Worker {
  readonly #channel: Channel;
  readonly card: Card;

  private constructor(channel: Channel, card: Card) {
    this.#channel = channel;
    this.card = card;
  }

  /**
   * Resolves once the process has loaded the model and passed the golden check. Rejects with ModelUnfit otherwise.
   * `niceness` above 0 lets others have the processor first.
   */
  static async start(folder: string, niceness = 0): Promise<Worker> {
    const channel = await Channel.open(folder, niceness);
    const timer = setTimeout(() => channel.kill(), START_TIMEOUT_MS);
    try {
      const report = await channel.nextReport();
      if (report.kind === 'ready') return new Worker(channel, report.card);
      throw new ModelUnfit(report.kind === 'unfit' ? report.reason : `${folder}: ${report.kind}`);
    } catch (error) {
      channel.kill();
      if (!(error instanceof WorkerLost)) throw error;
      throw new ModelUnfit(`${folder}: the process that loads it ended`, { cause: error });
    } finally {
      clearTimeout(timer);
    }
  }

  get ended(): Promise<void> {
    return this.#channel.ended;
  }

  /** Bytes that the process held when it last reported. */
  get memory(): number {
    return this.#channel.memory;
  }

  get processId(): number | undefined {
    return this.#channel.processId;
  }

  /** Throws DecodeError, WorkerLost, or an Error for a fault of our own. */
  async look({ bytes }: Subject, { heatmap = false }: LookOptions): Promise<Sighting> {
    this.#channel.send({ heatmap }, bytes);
    const report = await this.#channel.nextReport();
    switch (report.kind) {
      case 'seen':
        return report.sighting;
      case 'refused':
        throw new DecodeError(report.code, report.values);
      case 'failed':
        throw new Error(`In a worker process: ${report.reason}`);
      default:
        throw new Error(`A worker process answered a picture with "${report.kind}"`);
    }
  }

  /** Lets it end by itself; it has no picture. */
  retire(): void {
    this.#channel.end();
  }

  /** Ends it at once, whatever it does. */
  kill(): void {
    this.#channel.kill();
  }
}

/** The process and the socket to it. */
class Channel {
  readonly #process: ChildProcess;
  readonly #socket: Duplex;
  readonly ended: Promise<void>;
  #awaited: PromiseWithResolvers<Report> | undefined;
  #hasEnded = false;
  memory = 0;

  private constructor(child: ChildProcess, socket: Duplex) {
    this.#process = child;
    this.#socket = socket;
    // It no longer reads, or has said what it cannot say: its end tells the rest.
    socket.on('error', () => this.kill());
    readFrames(socket, MESSAGE_BYTES.report, (head) => this.#take(head));
    // 'close' comes after the last bytes that the process wrote. 'error' may tell that it could not be killed.
    this.ended = new Promise((resolve) => {
      child.on('error', () => {}).once('close', () => resolve());
    });
    void this.ended.then(() => this.#onEnd());
  }

  /** Rejects with ModelUnfit when no process could be started; without file descriptors it has not even a `stdio`. */
  static async open(folder: string, niceness: number): Promise<Channel> {
    const child = spawn(process.execPath, [MAIN, folder], { stdio: ['ignore', 'ignore', 'inherit', 'pipe'] });
    await once(child, 'spawn').catch((cause: unknown) => {
      throw new ModelUnfit(`${folder}: the process that loads it could not be started`, { cause });
    });
    if (child.pid && niceness > 0) letOthersFirst(child.pid, niceness);
    const socket = child.stdio[3];
    if (!(socket instanceof Duplex)) throw new Error('A worker process has no socket');
    return new Channel(child, socket);
  }

  get processId(): number | undefined {
    return this.#process.pid;
  }

  send(task: Task, bytes: Uint8Array): void {
    writeFrame(this.#socket, task, bytes);
  }

  /** Rejects with WorkerLost when there will be none. */
  nextReport(): Promise<Report> {
    if (this.#hasEnded) return Promise.reject(lost());
    this.#awaited = Promise.withResolvers();
    return this.#awaited.promise;
  }

  end(): void {
    this.#socket.end();
  }

  kill(): void {
    this.#process.kill('SIGKILL');
  }

  #take(head: unknown): void {
    const report = reports.Parse(head);
    if ('memory' in report) this.memory = report.memory;
    this.#awaited?.resolve(report);
    this.#awaited = undefined;
  }

  #onEnd(): void {
    this.#hasEnded = true;
    this.#awaited?.reject(lost());
  }
}

function letOthersFirst(processId: number, niceness: number): void {
  try {
    setPriority(processId, niceness);
  } catch {
    // It has ended already, which is heard of in its own way.
  }
}

function lost(): WorkerLost {
  return new WorkerLost('The worker process ended');
}
