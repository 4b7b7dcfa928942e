// For tests: a pool of one process, in a process of its own that runs out of file descriptors while the one is replaced.
//
//     node test-without-descriptors.ts MODEL_FOLDER      (under a low `ulimit -n`)
import { closeSync, openSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { WorkerPool } from './worker-pool.ts';

const [folder = ''] = process.argv.slice(2);
const troubles: unknown[] = [];
const pool = await WorkerPool.start({
  ...{ folder, size: 1, pictureTimeoutMs: 60_000, memoryLimitBytes: 2e9 },
  onReplaced: () => {},
  onTrouble: (error) => troubles.push(error),
});

const taken = takeAllDescriptors();
for (const processId of pool.processes) process.kill(processId, 'SIGKILL');
while (troubles.length === 0) await sleep(10);
for (const descriptor of taken) closeSync(descriptor);

while (pool.processes.length === 0) await sleep(10);
await pool.close();
const [trouble] = troubles;
console.log(JSON.stringify({ cause: trouble instanceof Error ? String(trouble.cause) : null }));

function takeAllDescriptors(): number[] {
  const taken: number[] = [];
  try {
    for (;;) taken.push(openSync('/dev/null', 'r'));
  } catch {
    return taken;
  }
}
