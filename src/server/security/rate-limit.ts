import type { FastifyReply } from 'fastify';
import { Refusal } from '../../contract/errors.ts';
import type { Counters } from './counters.ts';

const WINDOW_MS = 60_000;

/** Counts a request of whoever bears this name, and says in the answer's headers how many are left. */
export async function limitRate(
  counters: Counters,
  name: string,
  perMinute: number,
  reply: FastifyReply,
): Promise<void> {
  if (perMinute === 0) return;
  const { count, remainingMs } = await counters.add(name, WINDOW_MS);
  const seconds = Math.max(1, Math.ceil(remainingMs / 1_000));
  reply.headers({
    'ratelimit-limit': perMinute,
    'ratelimit-remaining': Math.max(0, perMinute - count),
    'ratelimit-reset': seconds,
  });
  if (count > perMinute) throw new Refusal('RATE_LIMITED', { limit: perMinute, seconds });
}

/** Wrong keys and tokens of one network; beyond that none is looked up, right or wrong. */
const FAILURES_PER_MINUTE = 30;

/** Looking up a made-up key costs more than making one up. */
export async function refuseGuessing(counters: Counters, network: string): Promise<void> {
  const { count, remainingMs } = await counters.read(`wrong:${network}`);
  if (count < FAILURES_PER_MINUTE) return;
  const seconds = Math.max(1, Math.ceil(remainingMs / 1_000));
  throw new Refusal('RATE_LIMITED', { limit: FAILURES_PER_MINUTE, seconds });
}

export async function noteFailure(counters: Counters, network: string): Promise<void> {
  await counters.add(`wrong:${network}`, WINDOW_MS);
}
