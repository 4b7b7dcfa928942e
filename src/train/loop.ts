// The training loop, top to bottom: rate → batch → step → log → checkpoint.

import { appendFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createSession } from '../engine/session.ts';
import { encodeModel } from '../nn/onnx.ts';
import type { AdamWSettings } from '../nn/optimiser.ts';
import { averagingShare, learningRateAt } from '../nn/optimiser.ts';
import type { Tensor } from '../nn/tensor.ts';
import { runTrainingStep, spareState, type TrainingStep, weightsOf } from '../nn/training-step.ts';
import { readCheckpoint, writeCheckpoint } from './checkpoint.ts';

export interface LoopSettings {
  /** Prefix of the run's files: `<name>.log.jsonl` and `<name>.checkpoint`. */
  readonly name: string;
  readonly steps: number;
  readonly warmup: number;
  readonly learningRate: number;
  /** Last learning rate as a share of the peak. */
  readonly floor: number;
  readonly adamW: AdamWSettings;
  /** Of the moving average of the weights. */
  readonly averageDecay: number;
  readonly checkpointEvery: number;
  /** Names what batches are drawn from and how; a run over other data must not go on from a checkpoint. */
  readonly data: string;
}

export interface LoopPorts {
  /** The run's folder. */
  readonly folder: string;
  /** Threads of the engine; 0 for all cores. */
  readonly threads: number;
  /** The batch of a step; the same for the same step, however often it is asked for. */
  readonly batch: (step: number) => Promise<Record<string, Tensor>>;
  readonly onStep: (done: number, of: number, loss: number) => void;
  /** Aborting ends the run after the step under way, with a checkpoint to go on from. */
  readonly signal: AbortSignal;
}

/** Trains to the last step and returns the averaged weights, or null when it was stopped before. */
export async function runLoop(
  step: TrainingStep,
  settings: LoopSettings,
  { folder, threads, batch, onStep, signal }: LoopPorts,
): Promise<Map<string, Tensor> | null> {
  const checkpointPath = join(folder, `${settings.name}.checkpoint`);
  const logPath = join(folder, `${settings.name}.log.jsonl`);
  const fingerprint = JSON.stringify(settings);
  const schedule = { peak: settings.learningRate, ...settings };
  await mkdir(folder, { recursive: true });
  const session = await createSession(encodeModel(step.model), { threads });

  const checkpoint = await readCheckpoint(checkpointPath, fingerprint);
  let state = checkpoint?.state ?? step.initialState;
  let spare = spareState(state);
  await dropLinesFrom(logPath, checkpoint?.step ?? 0);
  const started = performance.now();
  for (let at = checkpoint?.step ?? 0; at < settings.steps; at++) {
    const learningRate = learningRateAt(at, schedule);
    const share = averagingShare(at, settings.averageDecay);
    const { loss, gradientNorm, report } = await runTrainingStep(
      session,
      settings.adamW,
      state,
      spare,
      await batch(at),
      { step: at, learningRate, averagingShare: share },
    );
    if (!Number.isFinite(loss)) throw new Error(`${settings.name}: the loss is ${loss} at step ${at}`);
    [state, spare] = [spare, state];

    const seconds = (performance.now() - started) / 1000;
    const line = { step: at, learningRate, loss, gradientNorm, ...report, seconds };
    await appendFile(logPath, `${JSON.stringify(line)}\n`);
    onStep(at + 1, settings.steps, loss);
    const stopped = signal.aborted;
    if (stopped || (at + 1) % settings.checkpointEvery === 0 || at + 1 === settings.steps) {
      await writeCheckpoint(checkpointPath, { step: at + 1, settings: fingerprint, state });
    }
    if (stopped && at + 1 < settings.steps) return null;
  }
  return weightsOf(step, state, 'averaged');
}

/** Steps after the checkpoint are done again: their lines go, so that the log has each step once. */
async function dropLinesFrom(path: string, step: number): Promise<void> {
  const text = await readFile(path, 'utf8').catch(() => '');
  const kept = text.split('\n').slice(0, step);
  await writeFile(path, kept.map((line) => `${line}\n`).join(''));
}
