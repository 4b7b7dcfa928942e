import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { patches, SIDE, tinyLoss, tinyNetwork } from '../../test/tiny-network.ts';
import { ADAMW } from '../nn/optimiser.ts';
import { initialiseWeights } from '../nn/parameters.ts';
import { createRandom } from '../nn/random.ts';
import { type Tensor, tensor } from '../nn/tensor.ts';
import { type TrainingStep, writeTrainingStep } from '../nn/training-step.ts';
import { type LoopPorts, type LoopSettings, runLoop } from './loop.ts';

const BATCH = 8;
const settings: LoopSettings = {
  name: 'tiny',
  steps: 10,
  warmup: 3,
  learningRate: 0.02,
  floor: 0.1,
  adamW: ADAMW,
  averageDecay: 0.9,
  checkpointEvery: 4,
  data: 'noise',
};

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'tampinha-loop-'));
});
afterAll(() => rm(root, { recursive: true }));

function newStep(): TrainingStep {
  const weights = initialiseWeights((g, scope) => tinyNetwork(g, scope, g.input('x', [1, 1, SIDE, SIDE])), 3);
  const frozen = (name: string): boolean => name === 'conv.bias';
  return writeTrainingStep(weights, (g, scope) => tinyLoss(g, scope, BATCH), {
    adamW: ADAMW,
    frozen,
    rate: () => 1,
  });
}

/** A run in the folder; `stopAfter` aborts during that step, as Ctrl-C would. */
async function run(
  folder: string,
  options: { stopAfter?: number; settings?: LoopSettings; batch?: LoopPorts['batch'] } = {},
): Promise<Map<string, Tensor> | null> {
  const stop = new AbortController();
  return runLoop(newStep(), options.settings ?? settings, {
    folder: join(root, folder),
    threads: 1,
    batch: options.batch ?? (async (step) => patches(BATCH, createRandom(9, step))),
    onStep: (done) => {
      if (done === options.stopAfter) stop.abort();
    },
    signal: stop.signal,
  });
}

interface Line {
  readonly step: number;
  readonly learningRate: number;
  readonly loss: number;
}

async function log(folder: string): Promise<Line[]> {
  const text = await readFile(join(root, folder, 'tiny.log.jsonl'), 'utf8');
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
    .map(({ step, learningRate, loss }) => ({ step, learningRate, loss }));
}

describe('runLoop', () => {
  it('stopped and resumed twice ends bit for bit where an uninterrupted run ends', async () => {
    const whole = await run('whole');
    expect(await run('parts', { stopAfter: 5 })).toBeNull();
    expect(await run('parts', { stopAfter: 6 })).toBeNull();
    const parts = await run('parts');
    expect(parts).toEqual(whole);
    const checkpoint = (folder: string): Promise<Buffer> => readFile(join(root, folder, 'tiny.checkpoint'));
    expect((await checkpoint('parts')).equals(await checkpoint('whole'))).toBe(true);
    expect(await log('parts')).toEqual(await log('whole'));
    expect((await log('whole')).map(({ step }) => step)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  it('goes on from the last checkpoint when the process just died', async () => {
    const whole = await run('undisturbed');
    const dies = async (step: number): Promise<Record<string, Tensor>> => {
      if (step === 6) throw new Error('power cut');
      return patches(BATCH, createRandom(9, step));
    };
    await expect(run('died', { batch: dies })).rejects.toThrow('power cut');
    expect(await run('died')).toEqual(whole);
  });

  it('gives a finished run again without a step, and a stop at the last step is no stop', async () => {
    const first = await run('finished', { stopAfter: 10 });
    expect(first).not.toBeNull();
    expect(await run('finished')).toEqual(first);
    expect(await log('finished')).toHaveLength(10);
  });

  it('does not go on from a run with another learning rate', async () => {
    await run('changed', { stopAfter: 2 });
    await expect(run('changed', { settings: { ...settings, learningRate: 0.03 } })).rejects.toThrow(
      'belongs to a run with other settings',
    );
  });

  it('stops at the first loss that is no number, and names the step', async () => {
    const batch = async (step: number): Promise<Record<string, Tensor>> => {
      const { x, ...rest } = patches(BATCH, createRandom(9, step));
      return step === 2 ? { ...rest, x: tensor(x.dims, x.data.fill(Number.NaN)) } : { ...rest, x };
    };
    await expect(run('nan', { batch })).rejects.toThrow('tiny: the loss is NaN at step 2');
  });
});
