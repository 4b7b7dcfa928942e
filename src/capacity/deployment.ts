import { meanRate } from './arrivals.ts';
import type { Balancer } from './balancer.ts';
import { type Cost, costPerMillion, HOURS_PER_MONTH } from './cost.ts';
import { foresee, type Goal, meanCpuMs, type Plan, plan, type Question, Unreachable } from './plan.ts';
import type { Prices } from './prices.ts';
import { type Records, records } from './records.ts';

// A question in the words of whoever plans a deployment, and its whole answer.

export interface DeploymentQuestion {
  /** Requests a second at the busiest time of the day, between bursts. */
  readonly perSecond: number;
  readonly burst: { readonly factor: number; readonly seconds: number; readonly everySeconds: number };
  /** Share of the requests whose picture has been seen before, 0 to 1. */
  readonly repeated: number;
  /** What the whole day brings, as a share of what the busiest time would bring all day, above 0 to 1. */
  readonly dayShare: number;
  /** Processor time of a new picture and of a repeated one, all of it, in ms. */
  readonly pictureCpuMs: number;
  readonly repeatedCpuMs: number;
  /** Standard deviation of these by their mean. */
  readonly spread: number;
  readonly delayMs: number;
  readonly cores: number;
  readonly processes: number;
  readonly queueLength: number;
  readonly deadlineMs: number;
  readonly balancer: Balancer;
  readonly goal: Goal;
  /** Asks what so many do, instead of how many are needed. */
  readonly replicas: number | null;
  /** Beyond those needed: for the loss of one, and for roll-outs. */
  readonly spare: number;
  readonly rowBytes: number;
  readonly answerBytes: number;
  readonly keepSeconds: number;
  /** Of the places to compare. */
  readonly prices: readonly Prices[];
  readonly gibPerCore: number;
  readonly seed: number;
}

export interface Deployment extends Plan {
  readonly spare: number;
  /** With the spare ones. */
  readonly cores: number;
  readonly records: Records;
  /** One for each list of prices. */
  readonly costs: readonly DeploymentCost[];
}

/** A million pictures, without and with what is paid for by the hour. */
export interface DeploymentCost {
  readonly place: string;
  readonly currency: string;
  /** As many cores all day as the busiest time needs. */
  readonly allDay: Cost;
  /** Cores that come and go with the load, as full as at the busiest time. */
  readonly withTheLoad: Cost;
}

/** Throws Unreachable when the goal cannot be reached, or prices are asked for and the replicas given are too few. */
export function planDeployment(question: DeploymentQuestion): Deployment {
  const simulated = toSimulation(question);
  const { replicas: given, goal } = question;
  const found = given ? { replicas: given, outcome: foresee(simulated, given) } : plan(simulated, goal);
  const { replicas, outcome } = found;
  const cores = (replicas + question.spare) * question.cores;
  return {
    ...{ replicas, outcome, cores, spare: question.spare },
    records: records({ ...question, perSecond: question.dayShare * meanRate(question) }),
    costs: question.prices.map((prices) => costOf(question, simulated, cores, prices)),
  };
}

function toSimulation(question: DeploymentQuestion): Question {
  const { perSecond, burst, balancer, seed, repeated, spread, delayMs } = question;
  const { cores, processes, queueLength, deadlineMs, repeatedCpuMs } = question;
  return {
    load: { perSecond, burst },
    service: {
      picture: { meanMs: question.pictureCpuMs - repeatedCpuMs, spread },
      request: { meanMs: repeatedCpuMs, spread },
      ...{ repeated, delayMs },
    },
    replica: { cores, processes, queueLength, deadlineMs },
    ...{ balancer, seed },
  };
}

function costOf(
  question: DeploymentQuestion,
  { service }: Question,
  cores: number,
  prices: Prices,
): DeploymentCost {
  const busiest = (meanRate(question) * meanCpuMs(service)) / 1_000 / cores;
  if (busiest > 1)
    throw new Unreachable(
      `${cores} cores would have to be busy ${(100 * busiest).toFixed(0)} % of the time, so they have no cost of a million pictures: more replicas, or no prices`,
    );
  const perMonth = question.dayShare * meanRate(question) * HOURS_PER_MONTH * 3_600;
  const workload = {
    ...{ cpuMs: question.pictureCpuMs, cachedCpuMs: question.repeatedCpuMs, cachedShare: question.repeated },
    ...{
      gibPerVcpu: question.gibPerCore,
      picturesPerRequest: 1,
      answerBytes: 1_000,
      picturesPerMonth: perMonth,
    },
  };
  return {
    place: `${prices.name}, ${prices.region}`,
    currency: prices.currency,
    allDay: costPerMillion({ ...workload, utilisation: question.dayShare * busiest }, prices),
    withTheLoad: costPerMillion({ ...workload, utilisation: busiest }, prices),
  };
}
