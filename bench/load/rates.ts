// Pictures that have been seen before, and a steady rate of both kinds.
import { benchPictures } from '../serving/pictures.ts';
import { type Outcome, send } from './generator.ts';
import { startTampinha } from './targets.ts';

/** The same 100 KB again and again, as fast as it is answered. */
export async function repeated(seconds: number): Promise<object> {
  const [{ name, bytes }] = await benchPictures();
  const target = await startTampinha();
  await send({ url: target.url, jpeg: bytes, unique: 0, seconds: 3 });
  const before = target.cpuSeconds();
  const outcome = await send({ url: target.url, jpeg: bytes, unique: 0, seconds, connections: 16 });
  const cpuMs = (1_000 * (target.cpuSeconds() - before)) / outcome.answered;
  console.log(`identical pictures, ${name}: ${inWords(outcome)}, ${cpuMs.toFixed(2)} CPU ms an answer`);
  await target.stop();
  return { ...outcome, cpuMs };
}

/** By the clock: an answer that is late does not keep the next question from being asked. */
export async function atRates(seconds: number, rates: readonly number[], unique: number) {
  const target = await startTampinha();
  const rows: object[] = [];
  for (const { name, bytes } of await benchPictures())
    for (const rate of rates) {
      const outcome = await send({ url: target.url, jpeg: bytes, unique, seconds, rate });
      console.log(`${rate} a second of ${name}, ${100 * unique} % of them new: ${inWords(outcome)}`);
      rows.push({ picture: name, rate, ...outcome });
    }
  await target.stop();
  return rows;
}

export function inWords({ perSecond, statuses, errors, latency }: Outcome): string {
  const { p50, p99, max } = latency;
  const answers = Object.entries(statuses).map(([status, count]) => `${count} × ${status}`);
  return `${perSecond.toFixed(1)}/s answered (${answers.join(', ')}, ${errors} errors), p50 ${p50} ms, p99 ${p99} ms, max ${max} ms`;
}
