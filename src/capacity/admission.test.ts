// The simulated queue beside the server's own, picture by picture.
import { expect, it } from 'vitest';
import { createRandom } from '../nn/random.ts';
import { WorkQueue } from '../server/work-queue.ts';
import { drawDurations } from './duration.ts';
import { type Ending, Replica, type ReplicaShape, type Request } from './replica.ts';

const MEAN_MS = 50;
/** What the server takes a picture for before it has seen one: 50 ms, then 100 (cost-model.ts), the first counting less. */
const BEFOREHAND_MS = (0.98 * 50 + 100) / 1.98;

function requests(perSecond: number, spread: number, count: number): Request[] {
  const [gap, picture] = [
    drawDurations({ meanMs: 1_000 / perSecond, spread: 1 }, createRandom(1)),
    drawDurations({ meanMs: MEAN_MS, spread }, createRandom(2)),
  ];
  let arrivedMs = 0;
  return Array.from({ length: count }, () => {
    arrivedMs += gap();
    return { arrivedMs, httpMs: 0, pictureMs: picture() };
  });
}

function simulated(shape: ReplicaShape, asked: readonly Request[]): Ending[] {
  const endings = new Map<Request, Ending>();
  const replica = new Replica(shape, BEFOREHAND_MS, (request, ending) => endings.set(request, ending));
  for (const request of asked) {
    replica.advance(request.arrivedMs);
    replica.arrive(request);
  }
  replica.advance(Number.MAX_SAFE_INTEGER);
  return asked.map((request) => endings.get(request) ?? 'late');
}

/** The same requests through the queue that the server has, on a clock that stands still between events. */
async function real(shape: ReplicaShape, asked: readonly Request[]): Promise<Ending[]> {
  let now = 0;
  const { processes: concurrency, queueLength: longest, deadlineMs } = shape;
  const queue = new WorkQueue({ concurrency, longest, deadlineMs, clock: { elapsed: () => now } });
  const atWork: { at: number; end: () => void }[] = [];
  const settle = () => new Promise(setImmediate);
  /** Lives on until that moment, one end after the other. */
  const advance = async (to: number) => {
    for (;;) {
      const [next] = atWork.sort((a, b) => a.at - b.at);
      if (!next || next.at > to) break;
      atWork.shift();
      now = next.at;
      next.end();
      await settle();
    }
    now = to;
  };
  const endings = asked.map((): Ending => 'late');
  const all: Promise<void>[] = [];
  for (const [i, { arrivedMs, pictureMs }] of asked.entries()) {
    await advance(arrivedMs);
    const done = queue.run(() => new Promise<void>((end) => void atWork.push({ at: now + pictureMs, end })));
    const note = (ending: Ending) => {
      endings[i] = ending;
    };
    all.push(
      done.then(
        () => note('answered'),
        (error: { code?: string }) => note(error.code === 'OVERLOADED' ? 'overloaded' : 'late'),
      ),
    );
    await settle();
  }
  await advance(Number.MAX_SAFE_INTEGER);
  await Promise.all(all);
  return endings;
}

const count = (endings: readonly Ending[], wanted: Ending) => endings.filter((one) => one === wanted).length;

it.each([
  // Length, deadline, load: a short queue, a short deadline, both with pictures that stray.
  [1, 3, 100_000, 30, 0.5],
  [2, 256, 300, 60, 0.5],
  [4, 256, 500, 120, 1],
])('refuses whom the server refuses: %i processes, %i may wait, %i ms', async (...given) => {
  const [processes, queueLength, deadlineMs, perSecond, spread] = given;
  const shape = { cores: processes, processes, queueLength, deadlineMs };
  const asked = requests(perSecond, spread, 1_500);
  const [here, there] = [simulated(shape, asked), await real(shape, asked)];
  expect(count(there, 'overloaded')).toBeGreaterThan(100);
  // Not all of them: sums in another order differ in the last bit, and one picture more or less moves others.
  const same = here.filter((ending, i) => ending === there[i]).length;
  expect(same / asked.length).toBeGreaterThan(0.99);
  for (const ending of ['answered', 'overloaded'] as const)
    expect(Math.abs(count(here, ending) / count(there, ending) - 1)).toBeLessThan(0.01);
});
