// Pictures that have been seen before, and a steady rate of both kinds.
import { benchPictures } from '../serving/pictures.ts';
import { type Outcome, send } from './generator.ts';
import { startTampinha } from './targets.ts';

/** The same 100 KB again and again, as fast as it is answered. */
export async function repeated(seconds: number): Promise<void> {
  const [{ name, bytes }] = await benchPictures();
  const target = await startTampinha();
  await send({ url: target.url, jpeg: bytes, unique: 0, seconds: 3 });
  const before = target.cpuSeconds();
  const outcome = await send({ url: target.url, jpeg: bytes, unique: 0, seconds, connections: 16 });
  const cpuMs = (1_000 * (target.cpuSeconds() - before)) / outcome.answered;
  console.log(`identical pictures, ${name}: ${inWords(outcome)}, ${cpuMs.toFixed(2)} CPU ms an answer`);
  await target.stop();
}

/** By the clock: an answer that is late does not keep the next question from being asked. */
export async function atRate(seconds: number, rate: number, unique: number): Promise<void> {
  const target = await startTampinha();
  for (const { name, bytes } of await benchPictures()) {
    const outcome = await send({ url: target.url, jpeg: bytes, unique, seconds, rate });
    console.log(`${rate} a second of ${name}, ${100 * unique} % of them new: ${inWords(outcome)}`);
  }
  await target.stop();
}

export function inWords({ perSecond, statuses, errors, latency }: Outcome): string {
  const { p50, p99, max } = latency;
  const answers = Object.entries(statuses).map(([status, count]) => `${count} × ${status}`);
  return `${perSecond.toFixed(1)}/s answered (${answers.join(', ')}, ${errors} errors), p50 ${p50} ms, p99 ${p99} ms, max ${max} ms`;
}
