// Another model again and again while pictures come in: no request may fail, and memory must come back. Without a cache,
// which would fill meanwhile and be taken for what the models left behind; measured after as much load before as after.
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { benchPictures } from '../serving/pictures.ts';
import { send } from './generator.ts';
import { memoryInWords } from './overload.ts';
import { inWords } from './rates.ts';
import { startTampinha, type Target } from './targets.ts';

const MODELS = ['one', 'two'] as const;
const PAUSE_MS = 1_000;
/** Spans of load at the same models, before the first change and after the last. */
const SPANS = 4;

export async function swap(times: number): Promise<object> {
  const modelsDir = await mkdtemp(join(tmpdir(), 'tampinha-models-'));
  const bundled = resolve(import.meta.dirname, '../../models/default');
  for (const name of MODELS) await cp(bundled, join(modelsDir, name), { recursive: true });
  const target = await serve(modelsDir);
  const [{ bytes }] = await benchPictures();
  const load = { url: target.url, jpeg: bytes, unique: 1, seconds: 5, connections: 4 };
  /** Resident bytes after each span of load. */
  const level = async (): Promise<number[]> => {
    const bytes: number[] = [];
    for (let i = 0; i < SPANS; i++) {
      await send(load);
      bytes.push(target.residentBytes());
    }
    return bytes;
  };
  const before = await level();

  let swapped = 0;
  let refused = 0;
  const resident: number[] = [];
  const swapping = (async () => {
    while (swapped + refused < times) {
      const { ok } = await activate(target, swapped + 1);
      if (ok) swapped += 1;
      else refused += 1;
      await sleep(PAUSE_MS);
      resident.push(target.residentBytes());
    }
  })();
  while (swapped + refused < times) console.log(inWords(await send(load)));
  await swapping;
  const after = await level();
  console.log(`${swapped} swaps, ${refused} refused. Resident memory`);
  for (const [when, samples] of Object.entries({ before, meanwhile: resident, after }))
    console.log(`  ${when}: ${memoryInWords(samples)}`);
  await target.stop();
  const quiet = await quietly(modelsDir, times);
  await rm(modelsDir, { recursive: true });
  return { swapped, refused, before, resident, after, quiet };
}

const serve = (modelsDir: string): Promise<Target> =>
  startTampinha({ env: { MODELS_DIR: modelsDir, MODEL: MODELS[0], CACHE_MB: '0' } });

const activate = ({ url }: Target, turn: number): Promise<Response> =>
  fetch(`${url}/v1/models/${MODELS[turn % MODELS.length]}/activate`, { method: 'POST' });

/** The same without load: heaps that grow with the pictures would hide what a change leaves behind. */
async function quietly(modelsDir: string, times: number) {
  const target = await serve(modelsDir);
  const measure = async () => {
    const text = await (await fetch(`${target.url}/metrics`)).text();
    const [, used = 'NaN'] = /^nodejs_heap_size_used_bytes (\S+)$/m.exec(text) ?? [];
    return { resident: target.residentBytes(), heapInUse: Number(used) };
  };
  const before = await measure();
  for (let i = 1; i <= times; i++) await activate(target, i);
  await sleep(3_000);
  const after = await measure();
  const inWords = ({ resident, heapInUse }: typeof before) =>
    `${(resident / 1e6).toFixed(0)} MB resident, ${(heapInUse / 1e6).toFixed(1)} MB of the server's heap in use`;
  console.log(`${times} swaps without load: before ${inWords(before)}; after ${inWords(after)}`);
  await target.stop();
  return { before, after };
}
