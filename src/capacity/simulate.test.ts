import { describe, expect, it } from 'vitest';
import type { Balancer } from './balancer.ts';
import { type Scenario, simulate } from './simulate.ts';

const MS = 100;
const NEVER = 1e9;

/** A queue as in textbooks: nothing but pictures of 100 ms in the mean, room for all of them, no deadline. */
function textbook(
  perSecond: number,
  processes: number,
  spread: number,
  more: Partial<Scenario> = {},
): Scenario {
  return {
    load: { perSecond, burst: { factor: 1, seconds: 0, everySeconds: 60 } },
    service: {
      picture: { meanMs: MS, spread },
      request: { meanMs: 0, spread: 0 },
      repeated: 0,
      delayMs: 0,
    },
    replica: { cores: processes, processes, queueLength: NEVER, deadlineMs: NEVER },
    ...{ replicas: 1, balancer: 'random', seed: 1 },
    ...{ seconds: 120_000 / perSecond, warmUpSeconds: 10_000 / perSecond },
    ...more,
  };
}

/** Mean time in an M/M/c queue, by Erlang's C formula (Erlang 1917; Kleinrock, Queueing Systems I, 3.5), in ms. */
function erlangC(perSecond: number, servers: number): number {
  const load = (perSecond * MS) / 1_000;
  let [term, sum] = [1, 1];
  for (let n = 1; n < servers; n += 1) {
    term *= load / n;
    sum += term;
  }
  const last = (term * load) / servers / (1 - load / servers);
  return MS + ((last / (sum + last)) * MS) / (servers - load);
}

const near = (value: number, expected: number, relative: number) =>
  expect(Math.abs(value / expected - 1), `${value} beside ${expected}`).toBeLessThan(relative);

describe('the simulation, beside closed forms', () => {
  it('knows Erlang’s own table: two servers at 80 % wait 1.78 service times, ten 0.2', () => {
    expect(erlangC(16, 2) / MS - 1).toBeCloseTo(1.778, 3);
    expect(erlangC(80, 10) / MS - 1).toBeCloseTo(0.2046, 4);
  });

  it.each([
    [5, 1],
    [8, 1],
    [16, 2],
    [32, 4],
    [72, 8],
  ])('is M/M/c: %i a second on %i servers', (perSecond, servers) => {
    const { latencyMs, utilisation } = simulate(textbook(perSecond, servers, 1));
    near(latencyMs.mean, erlangC(perSecond, servers), 0.04);
    near(utilisation, (perSecond * MS) / 1_000 / servers, 0.01);
  });

  it('has the percentiles of M/M/1, whose time in the queue is exponential', () => {
    const { latencyMs } = simulate(textbook(7, 1, 1));
    const mean = MS / (1 - 0.7);
    near(latencyMs.p50, mean * Math.log(2), 0.04);
    near(latencyMs.p99, mean * Math.log(100), 0.05);
  });

  it.each([0, 0.5, 2])('is M/G/1 (Pollaczek and Khinchine) at spread %f, M/D/1 among them', (spread) => {
    const share = 0.7;
    const waiting = (share * MS * (1 + spread ** 2)) / (2 * (1 - share));
    near(simulate(textbook(7, 1, spread)).latencyMs.mean, MS + waiting, spread > 1 ? 0.08 : 0.03);
  });

  it('loses what M/M/c/K loses: no queue is Erlang’s B', () => {
    // 20 erlangs on 20 servers without a queue lose 15.9 % (Erlang's B table). Here at most one waits.
    const scenario = textbook(200, 20, 1);
    const { refused } = simulate({ ...scenario, replica: { ...scenario.replica, queueLength: 1 } });
    near(refused.overloaded, erlangLoss(20, 20, 1), 0.03);
  });

  it('is so many M/M/1 queues when chance balances, and better when it does not', () => {
    const mean = (balancer: Balancer) =>
      simulate(textbook(32, 1, 1, { replicas: 4, balancer, seconds: 2_500, warmUpSeconds: 200 })).latencyMs
        .mean;
    const [random, inTurn, least] = [mean('random'), mean('round-robin'), mean('least-connections')];
    near(random, erlangC(8, 1), 0.06);
    expect(inTurn).toBeLessThan(0.85 * random);
    // Never better than one queue for all.
    expect(least).toBeLessThan(inTurn);
    expect(least).toBeGreaterThan(erlangC(32, 4));
  });
});

/** Share refused by M/M/c with room for so many to wait, from its birth and death equations. */
function erlangLoss(erlangs: number, servers: number, room: number): number {
  let [weight, sum] = [1, 1];
  for (let n = 1; n <= servers + room; n += 1) {
    weight *= erlangs / Math.min(n, servers);
    sum += weight;
  }
  return weight / sum;
}

describe('the simulation of the server', () => {
  const scenario: Scenario = {
    load: { perSecond: 30, burst: { factor: 1, seconds: 0, everySeconds: 60 } },
    service: {
      picture: { meanMs: 46, spread: 0.2 },
      request: { meanMs: 2, spread: 0.2 },
      repeated: 0,
      delayMs: 3,
    },
    replica: { cores: 2, processes: 2, queueLength: 256, deadlineMs: 10_000 },
    ...{ replicas: 1, balancer: 'random', seconds: 500, warmUpSeconds: 50, seed: 1 },
  };
  const change = (change: Partial<Scenario>) => simulate({ ...scenario, ...change });

  it('gives the same again for the same seed, and something else for another', () => {
    expect(simulate(scenario)).toEqual(simulate(scenario));
    expect(change({ seed: 2 })).not.toEqual(simulate(scenario));
  });

  it('takes a single picture for what it takes', () => {
    const { latencyMs } = change({ load: { ...scenario.load, perSecond: 0.1 }, seconds: 50_000 });
    near(latencyMs.mean, 46 + 2 + 3, 0.01);
  });

  it('never answers more than its cores can, however much comes', () => {
    const { perSecond, utilisation, latencyMs, refused } = change({
      load: { ...scenario.load, perSecond: 120 },
      replica: { ...scenario.replica, deadlineMs: 1_000 },
    });
    // Two cores, of which 120 requests take 2 ms each, and 46 ms a picture.
    const most = (2_000 - 120 * 2) / 46;
    near(perSecond, most, 0.01);
    near(utilisation, 1, 0.01);
    near(refused.overloaded + refused.late, 1 - most / 120, 0.02);
    // Whoever is admitted is answered about in time; what a picture takes strays.
    expect(latencyMs.p99).toBeLessThan(1_150);
  });

  it('shares the cores between the thread for HTTP and the processes', () => {
    // 250 a second, nine of ten from the cache, take 250 · (2 + 0.1 · 46) ms of 2,000.
    const mixed = {
      load: { ...scenario.load, perSecond: 250 },
      service: { ...scenario.service, repeated: 0.9 },
    };
    const { utilisation, latencyMs } = change(mixed);
    near(utilisation, 0.825, 0.02);
    const roomy = change({ ...mixed, replica: { ...scenario.replica, cores: 3 } });
    expect(latencyMs.p99).toBeGreaterThan(1.2 * roomy.latencyMs.p99);
    // The thread for HTTP alone: 500 a second, of which nine of ten are from the cache.
    const cached = change({
      load: { ...scenario.load, perSecond: 450 },
      service: { ...scenario.service, repeated: 1 },
    });
    near(cached.httpUtilisation, 0.9, 0.02);
    near(cached.perSecond, 450, 0.01);
  });

  it('lets a queue take a burst that is over before the deadline', () => {
    const bursts = { factor: 3, seconds: 5, everySeconds: 60 };
    const calm = simulate(scenario);
    const { refused, latencyMs } = change({ load: { perSecond: 20, burst: bursts } });
    expect(refused).toEqual({ overloaded: 0, late: 0 });
    expect(latencyMs.p99).toBeGreaterThan(5 * calm.latencyMs.p50);
    const impatient = change({
      load: { perSecond: 20, burst: bursts },
      replica: { ...scenario.replica, deadlineMs: 500 },
    });
    expect(impatient.refused.overloaded).toBeGreaterThan(0.02);
  });
});
