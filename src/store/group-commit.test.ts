import { expect, it } from 'vitest';
import { GroupCommit } from './group-commit.ts';

it('commits together what arrived together, and what arrived meanwhile next', async () => {
  const groups: number[][] = [];
  const group = new GroupCommit<number>(async (rows) => {
    groups.push([...rows]);
    if (groups.length === 1) later.push(group.add(4), group.add(5));
  });
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
  const group = new GroupCommit<number>(async (rows) => void sizes.push(rows.length), 2);
  await Promise.all([1, 2, 3, 4, 5].map((row) => group.add(row)));
  expect(sizes).toEqual([2, 2, 1]);
});

it('reports nothing before it is committed', async () => {
  const order: string[] = [];
  const group = new GroupCommit<number>(async () => {
    await new Promise((resolve) => setImmediate(resolve));
    order.push('committed');
  });
  await group.add(1).then(() => order.push('acknowledged'));
  expect(order).toEqual(['committed', 'acknowledged']);
});

it('goes on after a failure', async () => {
  const group = new GroupCommit<number>(async ([row]) => {
    if (row === 1) throw new Error('disk full');
  });
  await expect(group.add(1)).rejects.toThrow('disk full');
  await expect(group.add(2)).resolves.toBeUndefined();
});
