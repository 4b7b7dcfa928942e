// Another model again and again while pictures come in: no request may fail, and memory must come back.
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { benchPictures } from '../serving/pictures.ts';
import { send } from './generator.ts';
import { memoryInWords } from './overload.ts';
import { inWords } from './rates.ts';
import { startTampinha } from './targets.ts';

const MODELS = ['one', 'two'] as const;
const PAUSE_MS = 1_000;

export async function swap(times: number): Promise<object> {
  const modelsDir = await mkdtemp(join(tmpdir(), 'tampinha-models-'));
  const bundled = resolve(import.meta.dirname, '../../models/default');
  for (const name of MODELS) await cp(bundled, join(modelsDir, name), { recursive: true });
  const target = await startTampinha({ env: { MODELS_DIR: modelsDir, MODEL: MODELS[0] } });
  const [{ bytes }] = await benchPictures();
  const load = { url: target.url, jpeg: bytes, unique: 1, seconds: 5, connections: 4 };
  await send(load);

  let swapped = 0;
  let refused = 0;
  const resident = [target.residentBytes()];
  const swapping = (async () => {
    while (swapped + refused < times) {
      const next = MODELS[(swapped + 1) % MODELS.length];
      const { ok } = await fetch(`${target.url}/v1/models/${next}/activate`, { method: 'POST' });
      if (ok) swapped += 1;
      else refused += 1;
      await sleep(PAUSE_MS);
      resident.push(target.residentBytes());
    }
  })();
  while (swapped + refused < times) console.log(inWords(await send(load)));
  await swapping;
  await sleep(5_000);
  resident.push(target.residentBytes());
  console.log(`${swapped} swaps, ${refused} refused. Resident memory: ${memoryInWords(resident)}`);
  await target.stop();
  await rm(modelsDir, { recursive: true });
  return { swapped, refused, resident };
}
