// A worker for the batch loader's tests: batch `index` is four numbers from the seed and the index.
import { setTimeout as wait } from 'node:timers/promises';
import { serveBatches } from './batch-worker.ts';

serveBatches(async (index, data) => {
  const seed = typeof data === 'object' && data !== null && 'seed' in data ? Number(data.seed) : Number.NaN;
  // Later batches are quicker, so threads finish out of order.
  await wait((7 * index) % 5);
  if (index === 13) throw new RangeError('batch 13 is unlucky');
  if (index === 66) process.exit(3);
  const values = Float32Array.from({ length: 4 }, (_, i) => seed * 1000 + index * 10 + i);
  return { value: values, transfer: [values.buffer] };
});
