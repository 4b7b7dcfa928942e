// Where a picture is best looked at: on the server's own thread (whose native libraries have threads of their own), in
// worker threads, or in processes. Everything else is equal: the same picture, so many at a time, no HTTP.
//
//     node bench/serving/place.ts [--lanes 2] [--pictures 200] [--rounds 3]
//
// On a machine that others share trust the processor time, and of the rate only how the ways compare: they take turns.
import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { isMainThread, parentPort, Worker } from 'node:worker_threads';
import { loadArtefact } from '../../src/engine/artefact.ts';
import { inProcess } from '../../src/server/inference/look.ts';
import { ModelHost } from '../../src/server/inference/model-host.ts';
import { systemClock } from '../../src/server/system.ts';
import { type BenchPicture, benchPictures } from './pictures.ts';

const MODELS = resolve(import.meta.dirname, '../../models');

/** One way of looking at pictures, ready. */
interface Way {
  look(bytes: Uint8Array): Promise<unknown>;
  /** Processor seconds so far, of all that belongs to it. */
  cpuSeconds(): Promise<number>;
  close(): Promise<void>;
}

const ownCpu = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};

async function onThisThread(): Promise<Way> {
  const inference = inProcess(await loadArtefact(`${MODELS}/default`, { threads: 1 }), systemClock);
  return {
    look: (bytes) => inference.look({ bytes, sha256: '' }),
    cpuSeconds: async () => ownCpu(),
    close: async () => {},
  };
}

async function inThreads(lanes: number): Promise<Way> {
  const idle = await Promise.all(
    Array.from({ length: lanes }, async () => {
      const worker = new Worker(new URL(import.meta.url));
      await new Promise((ready) => worker.once('message', ready));
      return worker;
    }),
  );
  const all = [...idle];
  return {
    async look(bytes) {
      const worker = idle.pop();
      if (!worker) throw new Error('more pictures than threads');
      const answer = new Promise((resolve) => worker.once('message', resolve));
      // Copied once so that it can be handed over: the server's body may be a view of a larger buffer.
      const copy = Uint8Array.from(bytes);
      worker.postMessage(copy, [copy.buffer]);
      await answer;
      idle.push(worker);
    },
    cpuSeconds: async () => ownCpu(),
    close: async () => void (await Promise.all(all.map((worker) => worker.terminate()))),
  };
}

async function inProcesses(lanes: number): Promise<Way> {
  const host = await ModelHost.start({
    ...{ modelsDir: MODELS, dataDir: '/nonexistent', model: 'default', size: lanes },
    ...{ pictureTimeoutMs: 60_000, memoryLimitBytes: 4e9 },
    onTrouble: console.error,
    onDisagreement: () => {},
  });
  return {
    look: (bytes) => host.look({ bytes, sha256: '' }),
    cpuSeconds: async () => ownCpu() + (await cpuOf(host.processes)),
    close: () => host.close(),
  };
}

/** As the kernel counts it, in hundredths (Linux). */
async function cpuOf(processes: readonly number[]): Promise<number> {
  const stats = await Promise.all(processes.map((id) => readFile(`/proc/${id}/stat`, 'utf8')));
  return stats.reduce((sum, stat) => {
    const [, , , , , , , , , , , user, system] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return sum + (Number(user) + Number(system)) / 100;
  }, 0);
}

/** One thread's part: answers what it is sent. */
async function serveThread(): Promise<void> {
  const { look } = inProcess(await loadArtefact(`${MODELS}/default`, { threads: 1 }), systemClock);
  parentPort?.on('message', async (bytes: Uint8Array) =>
    parentPort?.postMessage(await look({ bytes, sha256: '' })),
  );
  parentPort?.postMessage('ready');
}

async function measure(way: Way, { bytes }: BenchPicture, lanes: number, pictures: number) {
  const run = (count: number) => {
    let left = count;
    const lane = async () => {
      for (; left > 0; ) {
        left -= 1;
        await way.look(bytes);
      }
    };
    return Promise.all(Array.from({ length: lanes }, lane));
  };
  await run(10 * lanes);
  const [begun, cpu, thread] = [performance.now(), await way.cpuSeconds(), process.threadCpuUsage()];
  await run(pictures);
  const seconds = (performance.now() - begun) / 1_000;
  const { user, system } = process.threadCpuUsage(thread);
  return {
    perSecond: pictures / seconds,
    cpuMs: (1_000 * ((await way.cpuSeconds()) - cpu)) / pictures,
    threadMs: (user + system) / 1_000 / pictures,
  };
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      lanes: { type: 'string', default: String(availableParallelism()) },
      pictures: { type: 'string', default: '200' },
      rounds: { type: 'string', default: '3' },
    },
  });
  const lanes = Number(values.lanes);
  const ways = {
    'this thread': await onThisThread(),
    'worker threads': await inThreads(lanes),
    processes: await inProcesses(lanes),
  };
  for (const picture of await benchPictures())
    for (let round = 1; round <= Number(values.rounds); round += 1)
      for (const [name, way] of Object.entries(ways)) {
        const { perSecond, cpuMs, threadMs } = await measure(way, picture, lanes, Number(values.pictures));
        const cost = `${cpuMs.toFixed(1)} CPU ms a picture, ${threadMs.toFixed(2)} of them on the server's thread`;
        console.log(`${picture.name}, ${name}: ${cost}; ${perSecond.toFixed(1)} pictures/s`);
      }
  for (const way of Object.values(ways)) await way.close();
}

await (isMainThread ? main() : serveThread());
