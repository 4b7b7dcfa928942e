import { expect, it, vi } from 'vitest';
import { JobRoom } from './job-room.ts';

/** A store that holds what it is told to, and counts how often it was asked. */
function store(waiting: number, kept: number) {
  return {
    waitingBytes: vi.fn(async () => waiting),
    keptBytes: vi.fn(async () => kept),
  };
}

it('a room is what waits and what is kept, and is measured once for many pictures', async () => {
  const there = store(300, 600);
  const room = new JobRoom(there, 1_000);
  for (let i = 0; i < 10; i++) await room.take(10);
  expect(there.waitingBytes).toHaveBeenCalledTimes(1);
  there.waitingBytes.mockResolvedValue(400);
  await expect(room.take(1)).rejects.toMatchObject({
    code: 'JOBS_FULL',
    values: { limit_bytes: 1_000, seconds: 60 },
  });
});

it('a room refuses nobody by an old measurement', async () => {
  const there = store(1_000, 0);
  const room = new JobRoom(there, 1_000);
  await expect(room.take(1)).rejects.toMatchObject({ code: 'JOBS_FULL' });
  there.waitingBytes.mockResolvedValue(0);
  await room.take(1_000);
});

it('a room sees within a second what other processes take', async () => {
  const now = vi.spyOn(performance, 'now').mockReturnValue(5_000);
  const there = store(0, 0);
  const room = new JobRoom(there, 1_000);
  await room.take(1);
  there.keptBytes.mockResolvedValue(1_000);
  now.mockReturnValue(6_001);
  await expect(room.take(1)).rejects.toMatchObject({ code: 'JOBS_FULL' });
  now.mockRestore();
});
