import { describe, expect, it } from 'vitest';
import { foresee, meanCpuMs, plan, type Question, Unreachable } from './plan.ts';

const question: Question = {
  load: { perSecond: 100, burst: { factor: 1, seconds: 10, everySeconds: 60 } },
  service: {
    picture: { meanMs: 48, spread: 0.3 },
    request: { meanMs: 2, spread: 0.3 },
    repeated: 0,
    delayMs: 0,
  },
  replica: { cores: 4, processes: 4, queueLength: 256, deadlineMs: 10_000 },
  ...{ balancer: 'least-connections', seed: 1 },
};
const goal = { p99Ms: 500, refused: 0.001 };

describe('plan', () => {
  it('finds the fewest replicas that keep the promise', () => {
    const { replicas, outcome } = plan(question, goal);
    // 100 pictures of 50 ms are 5 cores: one replica of four cannot, two can.
    expect(replicas).toBe(2);
    expect(outcome.latencyMs.p99).toBeLessThanOrEqual(500);
    expect(foresee(question, 1).refused.overloaded).toBeGreaterThan(0.1);
  });

  it('needs more for a burst, fewer for what has been seen before', () => {
    const ordinary = plan({ ...question, load: { ...question.load, perSecond: 400 } }, goal).replicas;
    const burst = { ...question.load.burst, factor: 3 };
    const bursting = plan({ ...question, load: { perSecond: 400, burst } }, goal).replicas;
    const service = { ...question.service, repeated: 0.5 };
    const cached = plan({ ...question, service, load: { ...question.load, perSecond: 400 } }, goal).replicas;
    expect(ordinary).toBeGreaterThanOrEqual(6);
    expect(bursting).toBeGreaterThan(1.8 * ordinary);
    expect(cached).toBeLessThan(ordinary);
  });

  it('tells many replicas by some of them', () => {
    const many = { ...question, load: { ...question.load, perSecond: 4_000 } };
    const { replicas, outcome } = plan(many, goal);
    // Two hundred cores’ work.
    expect(replicas).toBeGreaterThanOrEqual(50);
    expect(replicas).toBeLessThan(65);
    expect(outcome.utilisation).toBeCloseTo((4_000 * 0.05) / (4 * replicas), 1);
  });

  it('says when a promise cannot be kept', () => {
    expect(() => plan(question, { ...goal, p99Ms: 40 })).toThrow(Unreachable);
  });
});

it('counts what a mean request costs', () => {
  expect(meanCpuMs(question.service)).toBe(50);
  expect(meanCpuMs({ ...question.service, repeated: 0.75 })).toBe(14);
});
