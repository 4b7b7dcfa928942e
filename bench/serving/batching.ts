// Whether several pictures in one run of a network cost less than one after the other, on one core.
//
//     node bench/serving/batching.ts [--rounds 30]
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { createSession } from '../../src/engine/session.ts';

const MODEL = resolve(import.meta.dirname, '../../models/default');
const NETWORKS = [
  { name: 'finder', side: 256 },
  { name: 'reader', side: 128 },
];
const BATCHES = [1, 2, 4, 8];

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '30' } } });

for (const { name, side } of NETWORKS) {
  const network = await createSession(await readFile(`${MODEL}/${name}.onnx`), { threads: 1 });
  const runs = BATCHES.map((pictures) => {
    const data = new Float32Array(pictures * 3 * side * side).map(() => 2 * Math.random() - 1);
    return { pictures, x: { dims: [pictures, 3, side, side], data }, cpu: [] as number[] };
  });
  // In turns, so that a busy minute meets every size alike.
  for (let round = 0; round < Number(values.rounds); round += 1)
    for (const { x, cpu, pictures } of runs) {
      const before = process.cpuUsage();
      await network.run({ x });
      const { user, system } = process.cpuUsage(before);
      cpu.push((user + system) / 1_000 / pictures);
    }
  for (const { pictures, cpu } of runs) {
    const median = cpu.toSorted((a, b) => a - b)[cpu.length >> 1] ?? Number.NaN;
    console.log(`${name}, ${pictures} in a run: ${median.toFixed(2)} CPU ms a picture`);
  }
}
