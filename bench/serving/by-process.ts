// What a picture costs the server as it is run: its own process, and those that look at pictures.
//
//     node bench/serving/by-process.ts [--pictures 60] [--rounds 3] [--network tiny]
//
// Processor time, by turns with the bare loop. Every picture is one that nobody has sent before. With `--network tiny` a
// model of a few weights stands in for the bundled one: enough for what the server's own process takes.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ownCpuSeconds, startTampinha, type Target } from '../load/targets.ts';
import { writeTinyModel } from '../tiny-model.ts';
import { measureFloor } from './floor.ts';
import { benchPictures, uniqueCopy } from './pictures.ts';

const CONNECTIONS = 8;
const FLOOR_SECONDS = 4;

const { values } = parseArgs({
  options: {
    pictures: { type: 'string', default: '60' },
    rounds: { type: 'string', default: '3' },
    network: { type: 'string', default: 'default' },
  },
});
const [pictures, rounds] = [Number(values.pictures), Number(values.rounds)];
const tiny = values.network === 'tiny';

const modelsDir = await mkdtemp(join(tmpdir(), 'tampinha-by-process-'));
if (tiny) await writeTinyModel(modelsDir);
const target = await startTampinha({ env: tiny ? { MODELS_DIR: modelsDir, MODEL: 'tiny' } : {} });
console.log('| picture | CPU ms, all | server | processes | bare loop |');
console.log('|---|---|---|---|---|');
let copies = 0;
for (const [which, { name, bytes }] of (await benchPictures()).entries()) {
  await send(target, bytes);
  for (let round = 0; round < rounds; round += 1) {
    const [all, server] = [target.cpuSeconds(), ownCpuSeconds(target.pid)];
    await send(target, bytes);
    const perPicture = (seconds: number) => (1_000 * seconds) / pictures;
    const [allMs, serverMs] = [
      perPicture(target.cpuSeconds() - all),
      perPicture(ownCpuSeconds(target.pid) - server),
    ];
    const floor = tiny ? '–' : (await measureFloor(which, 1, FLOOR_SECONDS)).cpuMs.toFixed(1);
    const cells = [name, allMs.toFixed(1), serverMs.toFixed(1), (allMs - serverMs).toFixed(1), floor];
    console.log(`| ${cells.join(' | ')} |`);
  }
}
await target.stop();
await rm(modelsDir, { recursive: true });

async function send({ url }: Target, jpeg: Uint8Array): Promise<void> {
  let left = pictures;
  const connection = async () => {
    for (; left > 0; ) {
      left -= 1;
      copies += 1;
      const body = Uint8Array.from(uniqueCopy(jpeg, copies));
      const reply = await fetch(`${url}/v1/predictions`, {
        method: 'POST',
        body,
        headers: { 'content-type': 'image/jpeg' },
      });
      if (!reply.ok) throw new Error(await reply.text());
      await reply.arrayBuffer();
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, connection));
}
