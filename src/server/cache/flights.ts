// Work in progress, by name, so that what is asked again meanwhile is not begun again.

interface Flight<T> {
  readonly result: Promise<T>;
  readonly controller: AbortController;
  /** Those who still wait. */
  passengers: number;
}

export class Flights<T> {
  readonly #flights = new Map<string, Flight<T>>();

  /**
   * Waits for the work of that name, begun by `begin` if nobody has. The signal given to `begin` fires once nobody
   * waits any more; `signal` ends the waiting of this caller alone, by rejecting with its reason.
   */
  async join(
    name: string,
    signal: AbortSignal | undefined,
    begin: (all: AbortSignal) => Promise<T>,
  ): Promise<{ readonly result: T; readonly joined: boolean }> {
    signal?.throwIfAborted();
    const joined = this.#flights.has(name);
    const flight = this.#flights.get(name) ?? this.#start(name, begin);
    flight.passengers += 1;
    try {
      return { result: await untilAborted(flight.result, signal), joined };
    } finally {
      flight.passengers -= 1;
      if (flight.passengers === 0) this.#abandon(name, flight);
    }
  }

  #start(name: string, begin: (all: AbortSignal) => Promise<T>): Flight<T> {
    const controller = new AbortController();
    const flight = { result: begin(controller.signal), controller, passengers: 0 };
    this.#flights.set(name, flight);
    const ended = () => this.#forget(name, flight);
    flight.result.then(ended, ended);
    return flight;
  }

  #abandon(name: string, flight: Flight<T>): void {
    // Most have landed by then, and a signal that nobody listens to any more costs a stack trace.
    if (this.#flights.get(name) !== flight) return;
    this.#forget(name, flight);
    flight.controller.abort();
  }

  #forget(name: string, flight: Flight<T>): void {
    if (this.#flights.get(name) === flight) this.#flights.delete(name);
  }
}

async function untilAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return work;
  const { promise: left, reject } = Promise.withResolvers<never>();
  const leave = () => reject(signal.reason);
  signal.addEventListener('abort', leave, { once: true });
  try {
    return await Promise.race([work, left]);
  } finally {
    signal.removeEventListener('abort', leave);
  }
}
