// Twice of what the server can do: who is answered is answered in time, the rest is refused at once, memory stays.
import { setTimeout as sleep } from 'node:timers/promises';
import { benchPictures } from '../serving/pictures.ts';
import { type Outcome, send } from './generator.ts';
import { inWords } from './rates.ts';
import { startTampinha } from './targets.ts';

const DEADLINE_MS = 1_000;

export async function overload(seconds: number): Promise<object> {
  const [{ name, bytes }] = await benchPictures();
  const saturated = await saturate(bytes);
  const rate = Math.max(2, Math.round(2 * saturated.perSecond));
  console.log(`${name}, deadline ${DEADLINE_MS} ms. Saturated: ${inWords(saturated)}`);
  const target = await startTampinha({ env: { REQUEST_DEADLINE_MS: String(DEADLINE_MS) } });
  const load = { url: target.url, jpeg: bytes, unique: 1 };

  let withoutRetryAfter = 0;
  const resident: number[] = [];
  const sampling = setInterval(() => resident.push(target.residentBytes()), 1_000);
  const outcome = await send({
    ...load,
    ...{ seconds, rate },
    onAnswer: (status, _body, headers) => {
      const names = Object.keys(headers).map((header) => header.toLowerCase());
      if (status === 503 && !names.includes('retry-after')) withoutRetryAfter += 1;
    },
  });
  clearInterval(sampling);
  console.log(
    `${rate} a second for ${seconds} s: ${inWords(outcome)}; 503 without Retry-After: ${withoutRetryAfter}`,
  );
  console.log(`Resident memory: ${memoryInWords(resident)}`);

  await sleep(2_000);
  const after = await send({ ...load, seconds: 5, connections: 1 });
  console.log(`Afterwards, one at a time: ${inWords(after)}`);
  await target.stop();
  return { rate, saturated, outcome, withoutRetryAfter, after, residentEachSecond: resident };
}

/** What a server answers that has all the time in the world. */
async function saturate(jpeg: Uint8Array): Promise<Outcome> {
  const target = await startTampinha({ env: { REQUEST_DEADLINE_MS: '60000' } });
  const outcome = await send({ url: target.url, jpeg, unique: 1, seconds: 10, connections: 8 });
  await target.stop();
  return outcome;
}

/** How far it strays after the first part, in which everything is used for the first time. */
export function memoryInWords(samples: readonly number[]): string {
  const settled = samples.slice(Math.ceil(samples.length / 4));
  const [low, high, last] = [Math.min(...settled), Math.max(...settled), settled.at(-1) ?? Number.NaN];
  const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(0)} MB`;
  return `${megabytes(low)} to ${megabytes(high)} after the first quarter, ${megabytes(last)} at the end`;
}
