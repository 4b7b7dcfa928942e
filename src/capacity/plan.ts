import { type Load, meanRate } from './arrivals.ts';
import { type Outcome, type Scenario, type Service, simulate } from './simulate.ts';

/** What the service has promised. */
export interface Goal {
  /** 99 of a hundred answers come within it, in ms. */
  readonly p99Ms: number;
  /** At most this share of the requests is refused for lack of room, 0 to 1. */
  readonly refused: number;
}

/** A scenario whose replicas and length are to be found. */
export type Question = Omit<Scenario, 'replicas' | 'seconds' | 'warmUpSeconds'>;

export interface Plan {
  /** The fewest that keep the promise. */
  readonly replicas: number;
  readonly outcome: Outcome;
}

/** What was asked for cannot be: a promise that no number of replicas keeps, a price of work that is not done. */
export class Unreachable extends Error {
  override readonly name = 'Unreachable';
}

/** Requests in a simulation: enough for hundreds beyond the 99th percentile. */
const REQUESTS = 25_000;
const PERIODS = 3;
/** Of more replicas than this only so many are simulated, with their share of the load. */
const SLICE = 5;

/** Processor time of a mean request, in ms. */
export function meanCpuMs({ picture, request, repeated }: Service): number {
  return request.meanMs + (1 - repeated) * picture.meanMs;
}

/** The outcome with so many replicas. More than five are told by five of them with their share of the load. */
export function foresee(question: Question, replicas: number): Outcome {
  const simulated = Math.min(replicas, SLICE);
  const load = shareOf(question.load, simulated / replicas);
  const { factor, everySeconds } = load.burst;
  const enough = Math.max(60, REQUESTS / meanRate(load));
  // A burst is followed from before its beginning until its queue has gone, several times.
  const seconds = factor > 1 ? Math.max(PERIODS, Math.ceil(enough / everySeconds)) * everySeconds : enough;
  const warmUpSeconds = factor > 1 ? everySeconds : enough / 10;
  const outcome = simulate({ ...question, load, replicas: simulated, seconds, warmUpSeconds });
  return { ...outcome, perSecond: (outcome.perSecond * replicas) / simulated };
}

function shareOf(load: Load, share: number): Load {
  return { ...load, perSecond: load.perSecond * share };
}

/** The fewest replicas that reach the goal. Throws Unreachable. */
export function plan(question: Question, goal: Goal): Plan {
  const tried = new Map<number, Outcome>();
  const reached = (replicas: number): boolean => {
    const outcome = tried.get(replicas) ?? foresee(question, replicas);
    tried.set(replicas, outcome);
    const { refused, latencyMs } = outcome;
    return refused.overloaded + refused.late <= goal.refused && latencyMs.p99 <= goal.p99Ms;
  };
  const fewest = lowerBound(question);
  let enough = fewest;
  while (!reached(enough)) {
    if (enough > 100 * fewest) throw new Unreachable(why(tried.get(enough), goal));
    enough *= 2;
  }
  let tooFew = enough === fewest ? fewest - 1 : enough / 2;
  while (enough - tooFew > 1) {
    const middle = Math.floor((tooFew + enough) / 2);
    if (reached(middle)) enough = middle;
    else tooFew = middle;
  }
  return { replicas: enough, outcome: tried.get(enough) ?? foresee(question, enough) };
}

/** With fewer than this, work would pile up even if it were spread evenly over time. */
function lowerBound({ load, service, replica }: Question): number {
  return Math.max(1, Math.ceil((meanRate(load) * meanCpuMs(service)) / 1_000 / replica.cores));
}

function why(outcome: Outcome | undefined, goal: Goal): string {
  const p99 = outcome?.latencyMs.p99.toFixed(0);
  return `no number of replicas answers within ${goal.p99Ms} ms: with hardly any load the 99th percentile is ${p99} ms`;
}
