// One server as the simulation sees it: a thread for HTTP, a queue, and processes that look at pictures, on some cores.

/** What a server is given, as its settings name it. */
export interface ReplicaShape {
  /** Processor cores, above 0; a share of one counts as a slower one. */
  readonly cores: number;
  /** `CONCURRENCY`: pictures that are looked at at the same time. */
  readonly processes: number;
  /** `QUEUE_LENGTH` */
  readonly queueLength: number;
  /** `REQUEST_DEADLINE_MS` */
  readonly deadlineMs: number;
}

export interface Request {
  readonly arrivedMs: number;
  /** Processor time on the thread for HTTP, in ms. */
  readonly httpMs: number;
  /** Processor time of looking at the picture, in ms; 0 when the answer is in the cache. */
  readonly pictureMs: number;
}

/** How a request ended: with its answer, refused at once, or refused after waiting too long. */
export type Ending = 'answered' | 'overloaded' | 'late';

interface Place {
  readonly request: Request;
  readonly sinceMs: number;
  readonly expectedMs: number;
}

interface Running {
  readonly request: Request;
  readonly begunMs: number;
  /** Reading of `#progress` at which it is done. */
  readonly doneAt: number;
}

/** How much less each picture counts with every one that comes after it, as in the server's own cost model. */
const DECAY = 0.98;
/** How many pictures the expectation before the first one counts for; there too. */
const PRIOR = 1 + DECAY;

/**
 * Admits as the server does (work-queue.ts): whoever would be answered later than the deadline, by what pictures have
 * taken lately, is refused. The thread for HTTP goes before the processes; they share the cores that it leaves, so that
 * as many processes as cores are slowed down by every request that comes in meanwhile.
 */
export class Replica {
  readonly #shape: ReplicaShape;
  readonly #onEnd: (request: Request, ending: Ending, nowMs: number) => void;
  readonly #http: Request[] = [];
  readonly #line: Place[] = [];
  /** What those in line are expected to take, together. */
  #lineMs = 0;
  readonly #running: Running[] = [];
  #now = 0;
  /** What the thread for HTTP still has to do for the first of `#http`. */
  #httpLeftMs = 0;
  /** Processor time that each process has had that was always busy. */
  #progress = 0;
  /** What pictures have taken lately, in ms from beginning to end. */
  #lately: { weight: number; sumMs: number };
  #usedMs = { http: 0, pictures: 0 };

  /** `expectedMs` is what pictures are expected to take before any was measured. */
  constructor(
    shape: ReplicaShape,
    expectedMs: number,
    onEnd: (request: Request, ending: Ending, nowMs: number) => void,
  ) {
    this.#shape = shape;
    this.#onEnd = onEnd;
    this.#lately = { weight: PRIOR, sumMs: PRIOR * expectedMs };
  }

  /** Requests that are not answered yet. */
  get open(): number {
    return this.#http.length + this.#line.length + this.#running.length;
  }

  /** Processor time so far, in ms. */
  get usedMs(): Readonly<{ http: number; pictures: number }> {
    return this.#usedMs;
  }

  /** Lives on until that moment, and ends what ends before it. */
  advance(toMs: number): void {
    for (;;) {
      const [httpAt, pictureAt] = [this.#httpDoneAt(), this.#pictureDoneAt()];
      const next = Math.min(httpAt, pictureAt);
      if (next > toMs) break;
      this.#pass(next);
      if (httpAt <= pictureAt) this.#endHttp();
      else this.#endPicture();
    }
    this.#pass(toMs);
  }

  /** At the moment to which it has been advanced. Known pictures are answered at a full queue too, so all are read. */
  arrive(request: Request): void {
    this.#http.push(request);
    if (this.#http.length === 1) this.#httpLeftMs = request.httpMs;
  }

  #httpSpeed(): number {
    return Math.min(1, this.#shape.cores);
  }

  /** Of each process: the cores that are left are shared out, and none has more than one. */
  #pictureSpeed(): number {
    const taken = this.#http.length > 0 ? this.#httpSpeed() : 0;
    return Math.min(1, (this.#shape.cores - taken) / Math.max(1, this.#running.length));
  }

  #httpDoneAt(): number {
    if (this.#http.length === 0) return Number.POSITIVE_INFINITY;
    return this.#now + this.#httpLeftMs / this.#httpSpeed();
  }

  #pictureDoneAt(): number {
    const [next] = this.#running;
    const speed = this.#pictureSpeed();
    if (!next || speed <= 0) return Number.POSITIVE_INFINITY;
    return this.#now + Math.max(0, next.doneAt - this.#progress) / speed;
  }

  #pass(toMs: number): void {
    const ms = toMs - this.#now;
    if (this.#http.length > 0) {
      this.#httpLeftMs -= ms * this.#httpSpeed();
      this.#usedMs.http += ms * this.#httpSpeed();
    }
    this.#progress += ms * this.#pictureSpeed();
    this.#usedMs.pictures += ms * this.#pictureSpeed() * this.#running.length;
    this.#now = toMs;
  }

  #endHttp(): void {
    const request = this.#http.shift();
    this.#httpLeftMs = this.#http[0]?.httpMs ?? 0;
    if (!request) return;
    if (request.pictureMs === 0) this.#onEnd(request, 'answered', this.#now);
    else if (this.#running.length < this.#shape.processes) this.#begin(request);
    else if (this.#admits()) this.#queue(request);
    else this.#onEnd(request, 'overloaded', this.#now);
  }

  #queue(request: Request): void {
    const expectedMs = this.#expectedMs();
    this.#line.push({ request, sinceMs: this.#now, expectedMs });
    this.#lineMs += expectedMs;
  }

  /** `#running` is kept in the order in which they will be done. */
  #begin(request: Request): void {
    const one = { request, begunMs: this.#now, doneAt: this.#progress + request.pictureMs };
    const later = this.#running.findIndex(({ doneAt }) => doneAt > one.doneAt);
    this.#running.splice(later < 0 ? this.#running.length : later, 0, one);
  }

  #endPicture(): void {
    const done = this.#running.shift();
    if (!done) return;
    const { weight, sumMs } = this.#lately;
    this.#lately = { weight: DECAY * weight + 1, sumMs: DECAY * sumMs + this.#now - done.begunMs };
    this.#onEnd(done.request, 'answered', this.#now);
    this.#endLate();
    const next = this.#line.shift();
    if (!next) return;
    this.#lineMs -= next.expectedMs;
    this.#begin(next.request);
  }

  /** Whoever can no longer be answered in time leaves the line at that moment; only its length matters here. */
  #endLate(): void {
    const isLate = ({ sinceMs, expectedMs }: Place) =>
      this.#now - sinceMs + expectedMs > this.#shape.deadlineMs;
    for (let at = this.#line.findIndex(isLate); at >= 0; at = this.#line.findIndex(isLate))
      for (const { request, expectedMs } of this.#line.splice(at, 1)) {
        this.#lineMs -= expectedMs;
        this.#onEnd(request, 'late', this.#now);
      }
  }

  #expectedMs(): number {
    return this.#lately.sumMs / this.#lately.weight;
  }

  #admits(): boolean {
    const { processes, queueLength, deadlineMs } = this.#shape;
    if (this.#running.length < processes) return true;
    this.#endLate();
    return this.#line.length < queueLength && this.#waitMs() + this.#expectedMs() <= deadlineMs;
  }

  /** Until those in line are done, with what is looked at half done on average. */
  #waitMs(): number {
    return (this.#lineMs + (this.#running.length * this.#expectedMs()) / 2) / this.#shape.processes;
  }
}
