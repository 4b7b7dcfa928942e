// Pictures that come by chance, whether or not earlier ones are answered, to one of several servers by chance.
import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { arrivals } from '../../src/capacity/arrivals.ts';
import { createRandom } from '../../src/nn/random.ts';
import type { Target } from '../load/targets.ts';
import { uniqueCopy } from '../serving/pictures.ts';

export interface Calls {
  readonly sent: number;
  readonly answered: number;
  readonly refused: number;
  /** Of those answered, from the moment at which they came. */
  readonly p50Ms: number;
  readonly p99Ms: number;
}

const agent = new Agent({ keepAlive: true });
let copies = 0;

export async function callOpenly(
  targets: readonly Target[],
  jpeg: Uint8Array,
  perSecond: number,
  seconds: number,
): Promise<Calls> {
  const burst = { factor: 1, seconds: 0, everySeconds: 60 };
  const chance = createRandom(2);
  const calls: Promise<{ status: number; ms: number }>[] = [];
  const begun = performance.now();
  for (const due of arrivals({ perSecond, burst }, createRandom(1))) {
    if (due > 1_000 * seconds) break;
    await sleep(Math.max(0, begun + due - performance.now()));
    const target = targets[Math.floor(chance() * targets.length)];
    if (target)
      calls.push(post(target, jpeg).then((status) => ({ status, ms: performance.now() - begun - due })));
  }
  const done = await Promise.all(calls);
  const answered = done.filter(({ status }) => status === 200).map(({ ms }) => ms);
  return {
    sent: done.length,
    answered: answered.length,
    refused: done.filter(({ status }) => status === 503).length,
    p50Ms: at(answered, 0.5),
    p99Ms: at(answered, 0.99),
  };
}

/** A picture that nobody has sent before. Resolves with the status when the whole answer is there. */
export function post({ url }: Target, jpeg: Uint8Array): Promise<number> {
  copies += 1;
  const body = uniqueCopy(jpeg, copies);
  const headers = { 'content-type': 'image/jpeg', 'content-length': body.length };
  return new Promise((resolve, reject) => {
    const asked = request(`${url}/v1/predictions`, { method: 'POST', agent, headers }, (response) => {
      response.resume();
      response.once('end', () => resolve(response.statusCode ?? 0));
    });
    asked.once('error', reject);
    asked.end(body);
  });
}

export function at(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}
