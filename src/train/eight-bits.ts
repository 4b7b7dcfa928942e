// What training leaves behind is served with integer convolutions, twice as fast. Their grids must span what
// flows through the networks at work, so both look at training pictures as they will look at others.

import { readFile } from 'node:fs/promises';
import { decode } from '../decode/index.ts';
import { createSession } from '../engine/session.ts';
import { look } from '../model/classifier.ts';
import { exportInEightBits, staysFloat, wideModel } from '../model/export.ts';
import { readMouths } from '../model/read-mouths.ts';
import { encodeModel } from '../nn/onnx.ts';
import type { Weights } from '../nn/parameters.ts';
import { activationsOf, type Observations, withOutputs } from '../nn/quantise.ts';
import { createRandom } from '../nn/random.ts';
import type { Session, Tensor } from '../nn/tensor.ts';
import { FINDER_SIZE, MAX_SIDE, READER_SIZE } from './constants.ts';
import { MOUTH_ARCHITECTURE } from './mouth-architecture.ts';
import { createDraw, type TrainingPicture } from './pictures.ts';
import type { RunPorts } from './run-ports.ts';

const SIZES = { finder: FINDER_SIZE, reader: READER_SIZE } as const;

/** Writes both networks; `count` training pictures, drawn evenly over labels and sources, are observed. */
export async function inEightBits(
  weights: Readonly<Record<'finder' | 'reader', Weights>>,
  pictures: readonly TrainingPicture[],
  { seed, count }: { seed: number; count: number },
  { threads, onProgress }: RunPorts,
): Promise<Record<'finder' | 'reader', Uint8Array>> {
  const [finder, reader] = await Promise.all([
    watch('finder', weights.finder, threads),
    watch('reader', weights.reader, threads),
  ]);
  const random = createRandom(seed, 8);
  const draw = createDraw(
    pictures,
    ({ label }) => label,
    ({ source }) => source,
    { open: 1, closed: 1, none: 1 },
  );
  for (let done = 1; done <= count; done += 1) {
    const { image } = await decode(await readFile(draw(random).path), { maxSide: MAX_SIDE });
    const { mouths } = await look(MOUTH_ARCHITECTURE, finder.session, image);
    await readMouths(MOUTH_ARCHITECTURE, reader.session, image, mouths);
    onProgress('observe', done, count, null);
  }
  return {
    finder: exportInEightBits('finder', weights.finder, SIZES.finder, finder.observed()),
    reader: exportInEightBits('reader', weights.reader, SIZES.reader, reader.observed()),
  };
}

/** The network, and what every activation of it has been so far. */
async function watch(network: 'finder' | 'reader', weights: Weights, threads: number) {
  const model = wideModel(network, weights, SIZES[network]);
  const activations = activationsOf(model, staysFloat);
  const session = await createSession(encodeModel(withOutputs(model, activations)), { threads });
  const observers = new Map(activations.map((name) => [name, createObserver()]));
  const run: Session['run'] = async (feeds) => {
    const results = await session.run(feeds);
    const values: Readonly<Record<string, Tensor>> = { ...feeds, ...results };
    for (const [name, observer] of observers) observer.see(values[name]);
    return results;
  };
  const observed = (): Observations =>
    new Map([...observers].map(([name, observer]) => [name, observer.observed()]));
  return { session: { ...session, run }, observed };
}

function createObserver() {
  let [low, high, pixels] = [0, 0, 0];
  let sums = new Float64Array();
  return {
    /** values (N, C, H, W) */
    see({ dims: [count, channels, height, width], data }: Tensor): void {
      const area = height * width;
      if (sums.length === 0) sums = new Float64Array(channels);
      // Plane by plane, without a closure: tens of millions of values a picture come through here.
      for (let plane = 0; plane < count * channels; plane += 1) {
        let sum = 0;
        for (let i = plane * area; i < (plane + 1) * area; i += 1) {
          const value = data[i];
          sum += value;
          if (value < low) low = value;
          else if (value > high) high = value;
        }
        sums[plane % channels] += sum;
      }
      pixels += count * area;
    },
    observed: () => ({ low, high, means: sums.map((sum) => sum / pixels) }),
  };
}
