// What the model is told: the service time, and the cores that the servers really have.
import type { Target } from '../load/targets.ts';
import { at, post } from './open-loop.ts';

export interface Calibration {
  /** Processor time of a picture under full load, all processes of the servers together. */
  readonly cpuMs: number;
  /** Standard deviation of a picture's time by its mean, one at a time. */
  readonly spread: number;
  /** What a picture takes one at a time beyond its processor time. */
  readonly delayMs: number;
  readonly mostPerSecond: number;
  /** That the servers had under full load. */
  readonly cores: number;
}

const ALONE = 60;
const FULL_SECONDS = 15;
/** Enough for every process to have its next picture waiting, too few to be refused. */
const CONNECTIONS = 8;

export async function calibrate(targets: readonly Target[], jpeg: Uint8Array): Promise<Calibration> {
  await fully(targets, jpeg, 3);
  const alone = await oneByOne(targets, jpeg);
  const full = await fully(targets, jpeg, FULL_SECONDS);
  // The slowest are those that a neighbour has held up.
  const usual = alone.ms.filter((ms) => ms <= at(alone.ms, 0.95));
  return {
    cpuMs: full.cpuMs,
    spread: spreadOf(usual),
    delayMs: Math.max(0, at(alone.ms, 0.5) - alone.cpuMs),
    mostPerSecond: full.perSecond,
    cores: (full.perSecond * full.cpuMs) / 1_000,
  };
}

function spreadOf(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return Math.sqrt(variance) / mean;
}

async function oneByOne(targets: readonly Target[], jpeg: Uint8Array) {
  const ms: number[] = [];
  const before = cpuSeconds(targets);
  for (let n = 0; n < ALONE; n += 1) {
    const target = targets[n % targets.length];
    if (!target) continue;
    const begun = performance.now();
    await post(target, jpeg);
    ms.push(performance.now() - begun);
  }
  return { ms, cpuMs: (1_000 * (cpuSeconds(targets) - before)) / ms.length };
}

/** Every connection asks again when it is answered. */
async function fully(targets: readonly Target[], jpeg: Uint8Array, seconds: number) {
  let answered = 0;
  const before = cpuSeconds(targets);
  const begun = performance.now();
  const connection = async (target: Target) => {
    while (performance.now() - begun < 1_000 * seconds) if ((await post(target, jpeg)) === 200) answered += 1;
  };
  const each = CONNECTIONS / targets.length;
  await Promise.all(targets.flatMap((target) => Array.from({ length: each }, () => connection(target))));
  const passed = (performance.now() - begun) / 1_000;
  return {
    perSecond: answered / passed,
    cpuMs: (1_000 * (cpuSeconds(targets) - before)) / answered,
  };
}

function cpuSeconds(targets: readonly Target[]): number {
  return targets.reduce((sum, target) => sum + target.cpuSeconds(), 0);
}
