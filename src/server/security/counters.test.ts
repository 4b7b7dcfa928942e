import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectShared, type Shared } from '../redis/shared.ts';
import { redisIsHere, type TestRedis, testRedis } from '../redis/test-redis.ts';
import { systemClock } from '../system.ts';
import { processCounters, sharedCounters } from './counters.ts';

describe('counts of one process', () => {
  it('begin anew when their window has ended', async () => {
    let elapsed = 0;
    const counters = processCounters({ now: () => new Date(elapsed), elapsed: () => elapsed });
    expect(await counters.add('a', 60_000)).toEqual({ count: 1, remainingMs: 60_000 });
    elapsed = 59_999;
    expect(await counters.add('a', 60_000)).toEqual({ count: 2, remainingMs: 1 });
    expect(await counters.add('b', 60_000)).toMatchObject({ count: 1 });
    expect(await counters.read('a')).toEqual({ count: 2, remainingMs: 1 });
    elapsed = 60_000;
    expect(await counters.read('a')).toEqual({ count: 0, remainingMs: 0 });
    expect(await counters.add('a', 60_000)).toEqual({ count: 1, remainingMs: 60_000 });
  });

  it('hold no more names than they may', async () => {
    const counters = processCounters({ now: () => new Date(0), elapsed: () => 0 });
    for (let i = 0; i < 100_001; i += 1) await counters.add(`from:${i}`, 1_000);
    expect(await counters.read('from:0')).toMatchObject({ count: 0 });
    expect(await counters.read('from:100000')).toMatchObject({ count: 1 });
  });
});

describe.skipIf(!redisIsHere)('counts on Redis', () => {
  let redis: TestRedis;
  let changes: boolean[];
  let shared: Shared;
  beforeAll(async () => {
    redis = await testRedis();
    changes = [];
    shared = connectShared({
      url: redis.url,
      clock: systemClock,
      patienceMs: 250,
      onChange: (there) => changes.push(there),
    });
    await until(() => shared.available);
  });
  afterAll(async () => {
    shared.close();
    await redis.close();
  });

  it('are exact across processes that count at the same time', async () => {
    const main = join(import.meta.dirname, 'counting-process.ts');
    const args = [main, redis.url, 'shared-limit', '400', '500'];
    const runs = Array.from({ length: 3 }, () => promisify(execFile)(process.execPath, args));
    const within = (await Promise.all(runs)).map(({ stdout }) => Number(stdout));
    expect(within.reduce((sum, n) => sum + n)).toBe(500);
  });

  it('end with their window', async () => {
    const counters = sharedCounters(shared, systemClock);
    expect(await counters.add('short', 150)).toMatchObject({ count: 1 });
    expect((await counters.add('short', 150)).count).toBe(2);
    await until(async () => (await counters.read('short')).count === 0);
    expect(await counters.add('short', 150)).toMatchObject({ count: 1 });
  });

  it('go on in the process while Redis is dead, or alive but silent, and are shared again afterwards', async () => {
    const counters = sharedCounters(shared, systemClock);
    await counters.add('name', 60_000);
    await redis.kill();
    await until(() => !shared.available);
    expect(await counters.add('name', 60_000)).toMatchObject({ count: 1 });
    expect(await counters.add('name', 60_000)).toMatchObject({ count: 2 });

    await redis.start();
    await until(() => shared.available);
    expect(await counters.add('other', 60_000)).toMatchObject({ count: 1 });

    redis.pause();
    expect(await counters.add('other', 60_000)).toMatchObject({ count: 1 });
    expect(shared.available).toBe(false);
    redis.resume();
    await until(async () => (await counters.add('third', 60_000)) && shared.available);
    expect((await counters.add('other', 60_000)).count).toBeGreaterThanOrEqual(2);
    expect(changes.filter((there, i) => there === changes[i - 1])).toEqual([]);
  });
});

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 20));
}
