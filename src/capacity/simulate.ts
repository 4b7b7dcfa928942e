import { createRandom } from '../nn/random.ts';
import { arrivals, type Load } from './arrivals.ts';
import { type Balancer, createBalancer } from './balancer.ts';
import { type Duration, drawDurations } from './duration.ts';
import { type Ending, Replica, type ReplicaShape, type Request } from './replica.ts';

/** What requests take, as measured. */
export interface Service {
  /** Processor time of looking at a picture that nobody has sent before, without what its request costs. */
  readonly picture: Duration;
  /** Processor time of a request on the thread for HTTP: all there is to do for a picture that has been seen before. */
  readonly request: Duration;
  /** Share of the requests whose picture has been seen before, 0 to 1. */
  readonly repeated: number;
  /** What every answer waits for without taking a core: the disk under the log, the network. */
  readonly delayMs: number;
}

export interface Scenario {
  readonly load: Load;
  readonly service: Service;
  readonly replica: ReplicaShape;
  /** How many of them, at least 1. */
  readonly replicas: number;
  readonly balancer: Balancer;
  /** Simulated time that is counted, in seconds, and before it as much as it takes to forget an empty beginning. */
  readonly seconds: number;
  readonly warmUpSeconds: number;
  readonly seed: number;
}

export interface Outcome {
  /** Requests that came in the time counted. */
  readonly offered: number;
  /** Of those answered, a second. */
  readonly perSecond: number;
  /** Milliseconds of those answered, from arrival to answer. NaN when there are none. */
  readonly latencyMs: { readonly mean: number; readonly p50: number; readonly p99: number };
  /** Shares of the requests that came. */
  readonly refused: { readonly overloaded: number; readonly late: number };
  /** Share of all cores' time that is used. */
  readonly utilisation: number;
  /** Share of a replica's one thread for HTTP, the busiest replica's. */
  readonly httpUtilisation: number;
}

/**
 * A discrete-event simulation of the service under an open load. The same scenario gives the same outcome on every
 * machine. Time grows with the number of requests: some hundred thousand a second.
 */
export function simulate(scenario: Scenario): Outcome {
  const { load, replica: shape, service, replicas: count, balancer, seed } = scenario;
  const [warmUpMs, endMs] = [
    1_000 * scenario.warmUpSeconds,
    1_000 * (scenario.warmUpSeconds + scenario.seconds),
  ];
  const latencies: number[] = [];
  const endings: Record<Ending, number> = { answered: 0, overloaded: 0, late: 0 };
  const onEnd = ({ arrivedMs }: Request, ending: Ending, nowMs: number) => {
    if (arrivedMs < warmUpMs) return;
    endings[ending] += 1;
    if (ending === 'answered') latencies.push(nowMs - arrivedMs + service.delayMs);
  };
  const replicas = Array.from({ length: count }, () => new Replica(shape, service.picture.meanMs, onEnd));
  const choose = createBalancer(balancer, replicas, createRandom(seed, 1));
  const nextRequest = drawRequests(service, seed);
  let usedBefore: Used[] | undefined;
  for (const nowMs of arrivals(load, createRandom(seed, 0))) {
    if (nowMs >= warmUpMs) usedBefore ??= usedUntil(replicas, warmUpMs);
    if (nowMs >= endMs) break;
    replicas[choose(nowMs)]?.arrive(nextRequest(nowMs));
  }
  const used = usedUntil(replicas, endMs).map((now, i) => difference(now, usedBefore?.[i]));
  // Whoever came in time is answered to the end, however late.
  for (const replica of replicas) replica.advance(Number.MAX_SAFE_INTEGER);
  const offered = endings.answered + endings.overloaded + endings.late;
  const countedMs = endMs - warmUpMs;
  return {
    offered,
    perSecond: (1_000 * endings.answered) / countedMs,
    latencyMs: percentiles(latencies),
    refused: { overloaded: endings.overloaded / offered, late: endings.late / offered },
    utilisation: sum(used.map(({ http, pictures }) => http + pictures)) / (countedMs * count * shape.cores),
    httpUtilisation: Math.max(...used.map(({ http }) => http)) / countedMs,
  };
}

type Used = Readonly<{ http: number; pictures: number }>;

function usedUntil(replicas: readonly Replica[], ms: number): Used[] {
  return replicas.map((replica) => {
    replica.advance(ms);
    return { ...replica.usedMs };
  });
}

function difference(now: Used, before: Used = { http: 0, pictures: 0 }): Used {
  return { http: now.http - before.http, pictures: now.pictures - before.pictures };
}

function drawRequests({ picture, request, repeated }: Service, seed: number): (nowMs: number) => Request {
  const [pictureMs, httpMs] = [
    drawDurations(picture, createRandom(seed, 2)),
    drawDurations(request, createRandom(seed, 3)),
  ];
  const chance = createRandom(seed, 4);
  return (arrivedMs) => ({
    arrivedMs,
    httpMs: httpMs(),
    pictureMs: chance() < repeated ? 0 : pictureMs(),
  });
}

function percentiles(values: readonly number[]): Outcome['latencyMs'] {
  const sorted = Float64Array.from(values).sort();
  // The smallest value that so many are not above.
  const at = (share: number) => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
  return { mean: sum(values) / values.length, p50: at(0.5), p99: at(0.99) };
}

function sum(values: readonly number[]): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}
