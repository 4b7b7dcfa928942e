// Saturated throughput beside the bare loop, a plain handler and the seed's server, by turns in the same minutes.
import { measureFloor } from '../serving/floor.ts';
import { benchPictures } from '../serving/pictures.ts';
import { send } from './generator.ts';
import { startFlask, startPlain, startTampinha, type Target } from './targets.ts';

const PROCESSES = 2;
/** Enough for every core to have its next picture waiting, too few for a long queue. */
const CONNECTIONS = 8;
const WARM_UP_SECONDS = 3;

interface Row {
  readonly perSecond: number;
  readonly cpuMs: number;
  /** Processor milliseconds that sending one picture takes, on the same cores. */
  readonly sendMs: number;
}

export async function compare(seconds: number, rounds: number): Promise<readonly object[]> {
  const pictures = await benchPictures();
  const targets = { tampinha: await startTampinha(), plain: await startPlain(), flask: await startFlask() };
  console.log(
    '| picture | what | pictures/s | of the bare loop | CPU ms a picture | and to send it | of the bare loop, sending given back | cores for 1,000/s |',
  );
  console.log('|---|---|---|---|---|---|---|---|');
  const results: object[] = [];
  for (const [which, { name, bytes }] of pictures.entries()) {
    const rows: Record<string, Row[]> = { 'bare loop': [], tampinha: [], plain: [], flask: [] };
    for (const target of Object.values(targets)) await measure(target, bytes, WARM_UP_SECONDS);
    for (let round = 0; round < rounds; round += 1) {
      rows['bare loop']?.push({ ...(await measureFloor(which, PROCESSES, seconds)), sendMs: 0 });
      for (const [what, target] of Object.entries(targets))
        rows[what]?.push(await measure(target, bytes, seconds));
    }
    results.push(...tell(name, rows));
  }
  await Promise.all(Object.values(targets).map((target) => target.stop()));
  return results;
}

/** Every picture is one that nobody has sent before. */
async function measure(target: Target, jpeg: Uint8Array, seconds: number): Promise<Row> {
  const [before, own] = [target.cpuSeconds(), process.cpuUsage()];
  const { answered, perSecond } = await send({
    ...{ url: target.url, jpeg, seconds, unique: 1, connections: CONNECTIONS },
  });
  const { user, system } = process.cpuUsage(own);
  return {
    perSecond,
    cpuMs: (1_000 * (target.cpuSeconds() - before)) / answered,
    sendMs: (user + system) / 1_000 / answered,
  };
}

/** Medians; the shares are medians of the shares of each round, since the machine changes between rounds. */
function tell(picture: string, rows: Readonly<Record<string, readonly Row[]>>): object[] {
  const floor = rows['bare loop'] ?? [];
  return Object.entries(rows).map(([what, list]) => {
    const share = median(list.map(({ perSecond }, i) => perSecond / (floor[i]?.perSecond ?? Number.NaN)));
    const perSecond = median(list.map((row) => row.perSecond));
    const cpuMs = median(list.map((row) => row.cpuMs));
    const sendMs = median(list.map((row) => row.sendMs));
    // What the same cores would answer if pictures came from another machine.
    const withoutSending = (share * (cpuMs + sendMs)) / cpuMs;
    const cells = [
      picture,
      what,
      perSecond.toFixed(1),
      share.toFixed(2),
      cpuMs.toFixed(1),
      sendMs.toFixed(1),
      withoutSending.toFixed(2),
      cpuMs.toFixed(0),
    ];
    console.log(`| ${cells.join(' | ')} |`);
    return { picture, what, perSecond, share, cpuMs, sendMs, withoutSending };
  });
}

function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
