// The least that a picture costs: decode and classify in a loop, one process a core, no HTTP, no queue, no log.
//
//     node bench/serving/floor.ts [--processes 2] [--seconds 10]
//
// What the server reaches is compared with this (`measureFloor`) on the same cores in the same minutes.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { json } from 'node:stream/consumers';
import { parseArgs } from 'node:util';
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import { decode } from '../../src/decode/index.ts';
import { loadArtefact } from '../../src/engine/artefact.ts';
import { letHeapGrow } from '../../src/server/heap-growth.ts';
import { benchPictures } from './pictures.ts';

const Lap = Type.Object({ pictures: Type.Integer(), seconds: Type.Number(), cpuSeconds: Type.Number() });

export interface Floor {
  readonly perSecond: number;
  /** Processor milliseconds that one picture takes. */
  readonly cpuMs: number;
}

/** Runs the loop in so many processes at once. `which` is an index of `benchPictures`. */
export async function measureFloor(which: number, processes: number, seconds: number): Promise<Floor> {
  const laps = await Promise.all(Array.from({ length: processes }, () => runLoop(which, seconds)));
  const pictures = laps.reduce((sum, lap) => sum + lap.pictures, 0);
  return {
    perSecond: laps.reduce((sum, lap) => sum + lap.pictures / lap.seconds, 0),
    cpuMs: (1_000 * laps.reduce((sum, lap) => sum + lap.cpuSeconds, 0)) / pictures,
  };
}

async function runLoop(which: number, seconds: number) {
  const args = [join(import.meta.dirname, 'floor.ts'), '--loop', String(which), '--seconds', String(seconds)];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const [result] = await Promise.all([json(child.stdout), once(child, 'exit')]);
  return Value.Parse(Lap, result);
}

/** One process's share: prints its lap as JSON. */
async function loop(which: number, seconds: number): Promise<void> {
  const classifier = await loadArtefact(resolve(import.meta.dirname, '../../models/default'), { threads: 1 });
  const { bytes } = (await benchPictures())[which] ?? { bytes: new Uint8Array() };
  const look = async () =>
    classifier.classify((await decode(bytes, { maxSide: classifier.card.maxSide })).image);
  letHeapGrow();
  for (let i = 0; i < 20; i += 1) await look();
  const [begun, usage] = [performance.now(), process.cpuUsage()];
  let pictures = 0;
  for (; performance.now() - begun < 1_000 * seconds; pictures += 1) await look();
  const { user, system } = process.cpuUsage(usage);
  const lap = { pictures, seconds: (performance.now() - begun) / 1_000, cpuSeconds: (user + system) / 1e6 };
  console.log(JSON.stringify(lap));
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      processes: { type: 'string', default: String(availableParallelism()) },
      seconds: { type: 'string', default: '10' },
      loop: { type: 'string' },
    },
  });
  if (values.loop !== undefined) await loop(Number(values.loop), Number(values.seconds));
  else
    for (const [which, { name, bytes }] of (await benchPictures()).entries()) {
      const { perSecond, cpuMs } = await measureFloor(
        which,
        Number(values.processes),
        Number(values.seconds),
      );
      const facts = `${perSecond.toFixed(1)} pictures/s, ${cpuMs.toFixed(1)} CPU ms a picture`;
      console.log(`${name} (${bytes.length} bytes), ${values.processes} processes: ${facts}`);
    }
}
