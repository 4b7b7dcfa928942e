import { describe, expect, it } from 'vitest';
import { createSession } from '../engine/session.ts';
import { Graph, type Value } from './graph.ts';
import { encodeModel } from './onnx.ts';
import {
  ADAMW,
  type AdamWSettings,
  adamW,
  averagingShare,
  clipFactor,
  learningRateAt,
  movingAverage,
} from './optimiser.ts';
import { createRandom, normal } from './random.ts';
import type { Tensor } from './tensor.ts';

const scalar = (value: number): Tensor => ({ dims: [], data: Float32Array.of(value) });
const vector = (values: readonly number[]): Tensor => ({
  dims: [values.length],
  data: Float32Array.from(values),
});

describe('learningRateAt', () => {
  const schedule = { peak: 0.8, steps: 13, warmup: 4, floor: 0.25 };

  it('rises in equal steps, peaks, is midway halfway down, and ends on the floor', () => {
    const rates = [0, 1, 3, 4, 8, 12, 40].map((step) => learningRateAt(step, schedule));
    [0.2, 0.4, 0.8, 0.8, 0.5, 0.2, 0.2].forEach((expected, i) => {
      expect(rates[i]).toBeCloseTo(expected, 12);
    });
  });

  it('starts at the peak without warm-up, and survives a run of one step', () => {
    expect(learningRateAt(0, { ...schedule, warmup: 0 })).toBe(0.8);
    expect(learningRateAt(0, { ...schedule, steps: 1, warmup: 1 })).toBe(0.8);
    expect(learningRateAt(0, { ...schedule, steps: 1, warmup: 0 })).toBe(0.8);
  });
});

describe('averagingShare', () => {
  it('takes the first weights whole, then forgets ever slower until the decay is reached', () => {
    expect([0, 10, 90, 990, 9990].map((step) => averagingShare(step, 0.99))).toEqual([
      1,
      0.5,
      0.1,
      expect.closeTo(0.01, 12),
      expect.closeTo(0.01, 12),
    ]);
  });
});

/** AdamW by the letter of Loshchilov & Hutter 2019, algorithm 2, one number at a time in 64 bits. */
function referenceAdamW(settings: AdamWSettings, start: number, rate: number, decays: boolean) {
  let [weight, mean, square, t] = [start, 0, 0, 0];
  return (gradient: number, learningRate: number): number => {
    t += 1;
    mean = settings.beta1 * mean + (1 - settings.beta1) * gradient;
    square = settings.beta2 * square + (1 - settings.beta2) * gradient ** 2;
    const unbiasedMean = mean / (1 - settings.beta1 ** t);
    const unbiasedSquare = square / (1 - settings.beta2 ** t);
    const step = unbiasedMean / (Math.sqrt(unbiasedSquare) + settings.epsilon);
    const decay = decays ? settings.weightDecay * weight : 0;
    weight -= learningRate * rate * (step + decay);
    return weight;
  };
}

describe('adamW', () => {
  it.each([
    {
      name: 'with decay',
      settings: { ...ADAMW, weightDecay: 0.1, clipNorm: Infinity },
      decays: true,
      rate: 1,
    },
    { name: 'without decay', settings: { ...ADAMW, clipNorm: Infinity }, decays: false, rate: 1 },
    {
      name: 'clipped, at a quarter of the rate',
      settings: { ...ADAMW, clipNorm: 0.7 },
      decays: true,
      rate: 0.25,
    },
  ])('follows the scalar algorithm over 20 steps, $name', async ({ settings, decays, rate }) => {
    const start = [0.5, -2, 1e-3, 30];
    const size = [start.length];
    const g = new Graph();
    const input = (name: string): Value => g.input(name, size);
    const gradient = input('gradient');
    const { factor, norm } = clipFactor(g, [gradient], settings.clipNorm);
    const [learningRate, correction1, correction2] = ['learningRate', 'correction1', 'correction2'].map(
      (name) => g.input(name, []),
    );
    const before = { weight: input('weight'), mean: input('mean'), square: input('square') };
    const scalars = { learningRate, correction1, correction2 };
    const after = adamW(g, before, gradient, factor, scalars, settings, { rate, decays });
    g.output('weight2', after.weight);
    g.output('mean2', after.mean);
    g.output('square2', after.square);
    g.output('norm', norm);
    const session = await createSession(encodeModel(g.toModel('adamW')), { threads: 1 });

    const references = start.map((weight) => referenceAdamW(settings, weight, rate, decays));
    let state = { weight: vector(start), mean: vector([0, 0, 0, 0]), square: vector([0, 0, 0, 0]) };
    const random = createRandom(2);
    for (let t = 1; t <= 20; t++) {
      // From far above the limit to far below it, so that clipping switches on and off.
      const raw = start.map(() => Math.fround(normal(random) * 10 ** (1 - t / 5)));
      const length = Math.hypot(...raw);
      const clip = Math.min(1, settings.clipNorm / (length + 1e-6));
      const lr = Math.fround(0.03 * (1 - t / 25));
      const result = await session.run({
        ...state,
        gradient: vector(raw),
        learningRate: scalar(lr),
        correction1: scalar(1 / (1 - settings.beta1 ** t)),
        correction2: scalar(1 / (1 - settings.beta2 ** t)),
      });
      const expected = references.map((step, i) => step(raw[i] * clip, lr));
      expect(result.norm.data[0] / length).toBeCloseTo(1, 5);
      expected.forEach((value, i) => {
        const error = Math.abs(result.weight2.data[i] - value) / Math.max(0.01, Math.abs(value));
        expect(error, `step ${t}, weight ${i}`).toBeLessThan(2e-6);
      });
      state = { weight: result.weight2, mean: result.mean2, square: result.square2 };
    }
  });
});

describe('clipFactor', () => {
  const build = async (clipNorm: number, first: readonly number[], second: readonly number[]) => {
    const g = new Graph();
    const gradients = [g.input('a', [first.length]), g.input('b', [second.length])];
    const { factor, norm } = clipFactor(g, gradients, clipNorm);
    g.output('factor', factor);
    g.output('norm', norm);
    const session = await createSession(encodeModel(g.toModel('clip')), { threads: 1 });
    const result = await session.run({ a: vector(first), b: vector(second) });
    return [result.norm.data[0], result.factor.data[0]];
  };

  it('measures all gradients together: 3, 4 and 12 are 13 long', async () => {
    expect(await build(6.5, [3, 4], [12])).toEqual([13, expect.closeTo(0.5, 6)]);
  });

  it('leaves short gradients, and none at all, as they are', async () => {
    expect(await build(100, [3, 4], [12])).toEqual([13, 1]);
    expect(await build(1, [0, 0], [0])).toEqual([0, 1]);
    expect(await build(Infinity, [3, 4], [12])).toEqual([13, 1]);
  });
});

describe('movingAverage', () => {
  it('goes its share of the way', async () => {
    const g = new Graph();
    const [average, weight] = [g.input('average', [2]), g.input('weight', [2])];
    g.output('next', movingAverage(g, average, weight, g.input('share', [])));
    const session = await createSession(encodeModel(g.toModel('average')), { threads: 1 });
    const feeds = { average: vector([1, -2]), weight: vector([3, 2]), share: scalar(0.25) };
    expect([...(await session.run(feeds)).next.data]).toEqual([1.5, -1]);
  });
});
