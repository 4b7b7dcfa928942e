import { expect, it } from 'vitest';
import { GroupCommit } from './group-commit.ts';

it('commits together what arrived together, and what arrived meanwhile next', async () => {
  const groups: number[][] = [];
  const group = new GroupCommit<number>(async (rows) => {
    groups.push([...rows]);
    if (groups.length === 1) later.push(group.add(4), group.add(5));
  }, isRowFault);
  const later: Promise<void>[] = [];
  await Promise.all([group.add(1), group.add(2), group.add(3)]);
  await Promise.all(later);
  expect(groups).toEqual([
    [1, 2, 3],
    [4, 5],
  ]);
});

it('never makes a group larger than it may be', async () => {
  const sizes: number[] = [];
  const group = new GroupCommit<number>(async (rows) => void sizes.push(rows.length), isRowFault, 2);
  await Promise.all([1, 2, 3, 4, 5].map((row) => group.add(row)));
  expect(sizes).toEqual([2, 2, 1]);
});

it('reports nothing before it is committed', async () => {
  const order: string[] = [];
  const group = new GroupCommit<number>(async () => {
    await new Promise((resolve) => setImmediate(resolve));
    order.push('committed');
  }, isRowFault);
  await group.add(1).then(() => order.push('acknowledged'));
  expect(order).toEqual(['committed', 'acknowledged']);
});

it('goes on after a failure, and asks a database that is down only once for a group', async () => {
  let down = true;
  let attempts = 0;
  const group = new GroupCommit<number>(async () => {
    attempts += 1;
    if (down) throw new Error('disk full');
  }, isRowFault);
  const results = await Promise.allSettled([group.add(1), group.add(2), group.add(3)]);
  expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
  expect(attempts).toBe(1);
  down = false;
  await expect(group.add(4)).resolves.toBeUndefined();
});

it('refuses a wrong row alone', async () => {
  const written: number[] = [];
  const group = new GroupCommit<number>(async (rows) => {
    if (rows.includes(2)) throw new RangeError('wrong row');
    written.push(...rows);
  }, isRowFault);
  const results = await Promise.allSettled([1, 2, 3].map((row) => group.add(row)));
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(written).toEqual([1, 3]);
});

function isRowFault(error: unknown): boolean {
  return error instanceof RangeError;
}
