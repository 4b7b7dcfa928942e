import type { Prices } from './prices.ts';

// What a million pictures cost: processor time that was measured, times prices that were read.

export interface Workload {
  /** Processor time of a picture that nobody has sent before, in ms, all processes of the server together. */
  readonly cpuMs: number;
  /** Processor time of a picture that is answered from the cache, in ms. */
  readonly cachedCpuMs: number;
  /** Share of the pictures that is answered from the cache, 0 to 1. */
  readonly cachedShare: number;
  /** Share of the processor time paid for that is used, over nights and quiet hours, above 0 to 1. */
  readonly utilisation: number;
  /** Memory paid for with each virtual core. */
  readonly gibPerVcpu: number;
  /** At least 1. */
  readonly picturesPerRequest: number;
  readonly answerBytes: number;
  /** Shares out what is paid for by the hour; null leaves that out. */
  readonly picturesPerMonth: number | null;
}

/** For a million pictures, in the currency of the prices. */
export interface Cost {
  readonly vcpuHours: number;
  readonly processor: number;
  readonly memory: number;
  readonly requests: number;
  readonly traffic: number;
  /** The share of a million pictures in what is paid for by the hour; 0 where that is left out. */
  readonly standing: number;
  readonly total: number;
}

const MILLION = 1_000_000;
const MS_PER_HOUR = 3_600_000;
const BYTES_PER_GIB = 2 ** 30;
/** The mean month, as clouds count it. */
export const HOURS_PER_MONTH = 730;

/** Throws a RangeError for a workload that cannot be. */
export function costPerMillion(workload: Workload, prices: Prices): Cost {
  checkWorkload(workload);
  const { cpuMs, cachedCpuMs, cachedShare, utilisation, gibPerVcpu, picturesPerRequest, answerBytes } =
    workload;
  const meanCpuMs = (1 - cachedShare) * cpuMs + cachedShare * cachedCpuMs;
  const vcpuHours = (MILLION * meanCpuMs) / MS_PER_HOUR / utilisation;
  const parts = {
    processor: vcpuHours * prices.vcpuHour,
    memory: vcpuHours * gibPerVcpu * prices.gibHour,
    requests: prices.requestsMillion / picturesPerRequest,
    traffic: ((MILLION * answerBytes) / BYTES_PER_GIB) * prices.trafficGib,
    standing: standingPerMillion(prices, workload.picturesPerMonth),
  };
  return { vcpuHours, ...parts, total: Object.values(parts).reduce((sum, part) => sum + part, 0) };
}

/** What is paid in a month before the first picture comes, in the currency of the prices. */
export function standingPerMonth({ standing }: Prices): number {
  return standing.reduce((sum, { hour, count }) => sum + hour * count * HOURS_PER_MONTH, 0);
}

function standingPerMillion(prices: Prices, picturesPerMonth: number | null): number {
  return picturesPerMonth === null ? 0 : (standingPerMonth(prices) / picturesPerMonth) * MILLION;
}

function checkWorkload(workload: Workload): void {
  const { cachedShare, utilisation, picturesPerRequest, picturesPerMonth } = workload;
  const { cpuMs, cachedCpuMs, gibPerVcpu, answerBytes } = workload;
  const wrong = [
    [cpuMs >= 0 && cachedCpuMs >= 0, 'processor time below 0'],
    [cachedShare >= 0 && cachedShare <= 1, 'the cached share is 0 to 1'],
    [utilisation > 0 && utilisation <= 1, 'utilisation is above 0 and at most 1'],
    [gibPerVcpu >= 0 && answerBytes >= 0, 'memory or answer below 0'],
    [picturesPerRequest >= 1, 'at least one picture a request'],
    [picturesPerMonth === null || picturesPerMonth > 0, 'pictures a month above 0'],
  ] as const;
  const said = wrong.flatMap(([right, what]) => (right ? [] : [what]));
  if (said.length > 0) throw new RangeError(said.join('; '));
}
