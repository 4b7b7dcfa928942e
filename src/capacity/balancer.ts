import type { Random } from '../nn/random.ts';
import type { Replica } from './replica.ts';

/** Who gets the next request: by chance (as kube-proxy does), one after the other, or whoever has least to answer. */
export const BALANCERS = ['random', 'round-robin', 'least-connections'] as const;
export type Balancer = (typeof BALANCERS)[number];

/** Gives the number of the replica for a request that comes now; it has then been advanced to that moment. */
export function createBalancer(
  balancer: Balancer,
  replicas: readonly Replica[],
  random: Random,
): (nowMs: number) => number {
  let turn = -1;
  const inTurn = () => {
    turn = (turn + 1) % replicas.length;
    return turn;
  };
  if (balancer === 'least-connections') return (nowMs) => leastOpen(replicas, inTurn(), nowMs);
  const choose = balancer === 'random' ? () => Math.floor(random() * replicas.length) : inTurn;
  return (nowMs) => {
    const chosen = choose();
    replicas[chosen]?.advance(nowMs);
    return chosen;
  };
}

/** Among equals the first from `start` on, so that not always the same one gets what comes to an idle service. */
function leastOpen(replicas: readonly Replica[], start: number, nowMs: number): number {
  for (const replica of replicas) replica.advance(nowMs);
  let best = start;
  for (let step = 1; step < replicas.length; step += 1) {
    const candidate = (start + step) % replicas.length;
    const open = replicas[candidate]?.open ?? Number.POSITIVE_INFINITY;
    if (open < (replicas[best]?.open ?? Number.POSITIVE_INFINITY)) best = candidate;
  }
  return best;
}
