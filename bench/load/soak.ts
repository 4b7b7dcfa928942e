// Many requests, one new picture among twenty: does memory come to rest?
import { benchPictures } from '../serving/pictures.ts';
import { send } from './generator.ts';
import { memoryInWords } from './overload.ts';
import { startTampinha } from './targets.ts';

const SLICE_SECONDS = 10;

export async function soak(requests: number): Promise<object> {
  const [{ bytes }] = await benchPictures();
  const target = await startTampinha();
  const resident: number[] = [];
  let done = 0;
  let failed = 0;
  while (done < requests) {
    const outcome = await send({ url: target.url, jpeg: bytes, unique: 0.05, seconds: SLICE_SECONDS });
    done += outcome.answered;
    failed += outcome.errors + Object.values(outcome.statuses).reduce((a, b) => a + b, 0) - outcome.answered;
    resident.push(target.residentBytes());
  }
  console.log(
    `${done} requests, ${failed} not answered with 200. Resident memory: ${memoryInWords(resident)}`,
  );
  await target.stop();
  return { done, failed, sliceSeconds: SLICE_SECONDS, resident };
}
