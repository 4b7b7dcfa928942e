// A whole training: split, train, write, measure on what was held out, decide, write again, report.

import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type AnnotatedPicture, foldsByGroup, leakyRandomSplit, type Sample } from '../dataset/index.ts';
import { loadArtefact, UNROUNDED, writeArtefact } from '../engine/artefact.ts';
import {
  crossFit,
  type Decision,
  fitDecisionIfPossible,
  RAW_DECISION,
  splitOf,
} from '../evaluate/decision.ts';
import { evaluateDataset } from '../evaluate/evaluate-dataset.ts';
import { readMeasured } from '../evaluate/measured.ts';
import { type LogLine, parseTrainingLog } from '../evaluate/report/training-curves.ts';
import type { Results, Row } from '../evaluate/results.ts';
import { metricsOf, referenceOf, type Summary, summarise } from '../evaluate/summary.ts';
import { writeEvaluation } from '../evaluate/write-evaluation.ts';
import type { Card } from '../model/card.ts';
import { MAX_SIDE } from './constants.ts';
import { MOUTH_ARCHITECTURE } from './mouth-architecture.ts';
import type { MouthStart } from './mouth-start.ts';
import type { TrainingPicture } from './pictures.ts';
import type { RunPorts } from './run-ports.ts';
import { type MouthSettings, trainMouth } from './train-mouth.ts';
import { SEED_ARCHITECTURE, type SeedCnnSettings, trainSeedCnn } from './train-seed-cnn.ts';
import { TrainingError } from './training-error.ts';

/** One of `folds` parts is kept from training. `random` leaks frames of one scene; only for the baseline. */
export interface HoldOut {
  readonly by: 'source' | 'group' | 'random';
  readonly fold: number;
  readonly folds: number;
  readonly seed: number;
}

export type Recipe =
  | { readonly arch: 'mouth'; readonly settings: MouthSettings; readonly start: MouthStart }
  | { readonly arch: 'seed-cnn'; readonly settings: SeedCnnSettings };

export interface ExtraData {
  readonly samples: readonly Sample[];
  readonly annotations: ReadonlyMap<string, AnnotatedPicture>;
}

export interface TrainOptions {
  readonly recipe: Recipe;
  readonly name: string;
  /** ISO 8601. */
  readonly created: string;
  /** Scenes already regrouped, so that near-identical pictures share a group. */
  readonly samples: readonly Sample[];
  readonly manifestSha256: string;
  /** SHA-256 of every picture's file, those of `extra` too, by path. */
  readonly contents: ReadonlyMap<string, string>;
  readonly annotations: ReadonlyMap<string, AnnotatedPicture>;
  /** Learned from in every run and never held out, such as rendered frames. */
  readonly extra: readonly ExtraData[];
  /** Null trains on everything; then `heldOutElsewhere` says how good the recipe is. */
  readonly holdOut: HoldOut | null;
  /** Raw results of runs of the same recipe, each picture answered by a run that did not train on it. */
  readonly heldOutElsewhere: readonly Results[];
  readonly golden: readonly { readonly name: string; readonly bytes: Uint8Array }[];
}

/**
 * A run's folder is the model itself, with report.html and the rows behind it. Below it: what the run needed on
 * its way (logs, checkpoints, weights not rounded yet), and the answers as the networks gave them, before anything was decided.
 */
export const RUN_FOLDERS = { training: UNROUNDED, raw: 'raw' } as const;

/** What a finished run was made of; a run that is wanted and would be made of the same need not be made again. */
export const RUN_FILE = 'run.json';

export function runKey(options: RunKeyOptions): string {
  const { recipe, holdOut } = options;
  // How it looks counts as well: other zooms are measured again, without training again.
  const looks = recipe.arch === 'mouth' ? MOUTH_ARCHITECTURE : SEED_ARCHITECTURE;
  const start = recipe.arch === 'mouth' ? recipe.start.from : null;
  const data = createHash('sha256')
    .update(JSON.stringify(knownOf(options)))
    .digest('hex');
  return JSON.stringify({ settings: recipe.settings, start, looks, holdOut, data });
}

export type RunKeyOptions = Pick<
  TrainOptions,
  'recipe' | 'holdOut' | 'samples' | 'annotations' | 'extra' | 'contents'
>;

/** Everything that a run learns from or is measured on: which pictures, what they show, what is known of them. */
function knownOf({ samples, annotations, extra, contents }: RunKeyOptions) {
  return [{ samples, annotations }, ...extra].map((part) =>
    part.samples.map(({ file, path, label, group, source }) => [
      ...[file, label, group, source],
      ...[contents.get(path), part.annotations.get(file) ?? null],
    ]),
  );
}

/** Returns the finished card, or null when the run was stopped and can be resumed. */
export async function train(options: TrainOptions, ports: RunPorts): Promise<Card | null> {
  const card = await trainAndMeasure(options, ports);
  if (card) await writeFile(join(ports.folder, RUN_FILE), runKey(options));
  return card;
}

async function trainAndMeasure(options: TrainOptions, ports: RunPorts): Promise<Card | null> {
  const { recipe, samples, holdOut } = options;
  const { train: learned, test: heldOut } = divide(samples, holdOut);
  for (const state of ['open', 'closed']) {
    if (!learned.some(({ label }) => label === state)) {
      throw new TrainingError(
        `no ${state} picture is left to train on${holdOut ? ': hold out another part, or none' : ''}`,
      );
    }
  }
  const pictures = [{ samples: learned, annotations: options.annotations }, ...options.extra].flatMap(
    (part) => part.samples.map((sample) => trainingPicture(sample, part.annotations, options.contents)),
  );
  const training = join(ports.folder, RUN_FOLDERS.training);
  const networks = await trainNetworks(recipe, pictures, { ...ports, folder: training });
  if (!networks) return null;

  const write = (decision: Decision, measured: readonly Measurement[]): Promise<Card> =>
    writeArtefact(ports.folder, draftCard(options, learned, decision, measured), networks, options.golden);
  await write(RAW_DECISION, []);
  const raw = holdOut ? [await measure(heldOut, describeSplit(holdOut), ports)] : options.heldOutElsewhere;
  if (raw.length === 0) return write(RAW_DECISION, []);

  // The seed's network says what it says: no calibration, no way to be uncertain, no way to see no bottle.
  const decision = recipe.arch === 'mouth' ? fitDecisionIfPossible(raw.flatMap(({ rows }) => rows)) : null;
  const honest = decision ? crossFitted(raw) : raw.map((results) => ({ results, decided: true }));
  const card = await write(decision ?? RAW_DECISION, honest);
  const paths = new Map(samples.map(({ file, path }) => [file, path]));
  const pathOf = (file: string): string => paths.get(file) ?? file;
  if (holdOut) {
    await writeEvaluation(join(ports.folder, RUN_FOLDERS.raw), { results: raw[0], pathOf, mistakes: 0 });
  }
  const trainingLog = await readLogs(recipe.arch, training);
  await writeEvaluation(ports.folder, {
    results: honest[0].results,
    references: await readMeasured(),
    trainingLog,
    pathOf,
  });
  return card;
}

interface Measurement {
  readonly results: Results;
  /** Whether the answers were decided as the card decides. */
  readonly decided: boolean;
}

/** All together, so that a source is decided by what was fitted on every other source of every run. */
function crossFitted(raw: readonly Results[]): Measurement[] {
  const fitted = crossFit(raw.flatMap((results) => results.rows));
  let start = 0;
  return raw.map((results) => {
    const rows = fitted.rows.slice(start, start + results.rows.length);
    start += rows.length;
    const split = splitOf(results.split, fitted);
    return { results: { ...results, split, rows }, decided: fitted.decided };
  });
}

function divide(
  samples: readonly Sample[],
  holdOut: HoldOut | null,
): { train: readonly Sample[]; test: readonly Sample[] } {
  if (!holdOut) return { train: samples, test: [] };
  const { by, fold, folds, seed } = holdOut;
  const parts =
    by === 'random' ? randomFolds(samples, folds, seed) : foldsByGroup(samples, { by, folds, seed });
  return { train: parts.flatMap((part, i) => (i === fold ? [] : part)), test: parts[fold] ?? [] };
}

function randomFolds(samples: readonly Sample[], folds: number, seed: number): Sample[][] {
  const order = leakyRandomSplit(samples, { fraction: 0, seed }).train;
  return Array.from({ length: folds }, (_, fold) => order.filter((_sample, i) => i % folds === fold));
}

function describeSplit({ by, fold, folds, seed }: HoldOut): string {
  const kept = {
    source: 'whole sources left out',
    group: 'whole scenes left out',
    random: 'random split: leaks scenes',
  }[by];
  return `${kept}, part ${fold + 1} of ${folds}, seed ${seed}`;
}

function trainNetworks(
  recipe: Recipe,
  pictures: readonly TrainingPicture[],
  ports: RunPorts,
): Promise<Record<string, Uint8Array> | null> {
  return recipe.arch === 'mouth'
    ? trainMouth(pictures, recipe.settings, recipe.start, ports)
    : trainSeedCnn(pictures, recipe.settings, ports);
}

function trainingPicture(
  { file, path, label, source }: Sample,
  annotations: ReadonlyMap<string, AnnotatedPicture>,
  contents: ReadonlyMap<string, string>,
): TrainingPicture {
  const known = annotations.get(file);
  const sha256 = contents.get(path);
  if (sha256 === undefined) throw new Error(`nothing is known of what ${path} holds`);
  const mouths = known?.mouths.map(({ cx, cy, d, angle, state }) => ({
    x: cx,
    y: cy,
    diameter: d,
    angle,
    state,
    exact: true,
  }));
  return { path, sha256, label, source, mouths: mouths ?? null, crowded: known?.crowd ?? false };
}

/** Asks the written files about the pictures that were kept back. */
async function measure(samples: readonly Sample[], split: string, ports: RunPorts): Promise<Results> {
  const classifier = await loadArtefact(ports.folder, { threads: 1 });
  const onRow = (_row: Row, done: number): void => ports.onProgress('held out', done, samples.length, null);
  return evaluateDataset({ samples, classifier, split, onRow });
}

function draftCard(
  { recipe, name, created, manifestSha256, holdOut, annotations, extra }: TrainOptions,
  learned: readonly Sample[],
  decision: Decision,
  measured: readonly Measurement[],
): Omit<Card, 'id'> {
  const architecture =
    recipe.arch === 'mouth'
      ? {
          ...MOUTH_ARCHITECTURE,
          presence: decision.presence,
          presenceThreshold: decision.presenceThreshold,
          sureThreshold: decision.sureThreshold,
        }
      : SEED_ARCHITECTURE;
  const counts = Object.fromEntries(
    [...Map.groupBy(learned, ({ label }) => label)].map(([label, part]) => [label, part.length]),
  );
  const telling = measured.filter(({ results }) => hasBothStates(results.rows));
  const [first] = telling;
  const { split, rows } = first?.results ?? { split: '', rows: [] };
  const added = extra.flatMap(({ samples }) => samples);
  return {
    name,
    version: '1',
    created,
    labels: ['open', 'closed'],
    architecture,
    maxSide: MAX_SIDE,
    calibration: decision.calibration,
    thresholds: decision.thresholds,
    data: {
      manifestSha256,
      counts: {
        ...counts,
        clicked: learned.filter(({ file }) => annotations.has(file)).length,
        added: added.length,
      },
      split: holdOut
        ? describeSplit(holdOut)
        : 'nothing held out; metrics are of the same recipe on held-out sources',
      origins: [...new Set([...learned, ...added].map(({ source }) => source))].sort(),
    },
    metrics: telling.map(({ results, decided }) => metricsOf(results.split, results.rows, decided)),
    // Verdicts and confidences of another decision would make every answer look like a drift.
    ...(first?.decided && { reference: referenceOf(split, rows) }),
    training: {
      arch: recipe.arch,
      ...recipe.settings,
      ...(recipe.arch === 'mouth' && { start: recipe.start.from }),
    },
    licences: recipe.arch === 'mouth' ? recipe.start.licences : [],
    knownFailures: worstSources(summarise(rows).bySource),
  };
}

const hasBothStates = (rows: readonly Row[]): boolean =>
  ['open', 'closed'].every((state) => rows.some(({ label, answer }) => label === state && answer));

/** Where it fails most, in words, from the measurement itself. */
function worstSources(bySource: Summary['bySource']): string[] {
  return Object.entries(bySource)
    .flatMap(([source, { accuracy }]) => (accuracy && accuracy.of >= 10 ? [{ source, accuracy }] : []))
    .sort((one, other) => one.accuracy.value - other.accuracy.value)
    .slice(0, 3)
    .map(
      ({ source, accuracy }) =>
        `${source}: ${accuracy.of - accuracy.count} of ${accuracy.of} bottles read wrongly`,
    );
}

/** The networks' logs as one, each number under its network's name. */
async function readLogs(arch: Recipe['arch'], folder: string): Promise<LogLine[]> {
  const names = arch === 'mouth' ? ['finder', 'reader'] : ['seed-cnn'];
  const logs = await Promise.all(
    names.map(async (name) => {
      const lines = parseTrainingLog(
        await readFile(join(folder, `${name}.log.jsonl`), 'utf8').catch(() => ''),
      );
      return lines.map(({ step, seconds: _seconds, ...numbers }) => ({
        step,
        ...Object.fromEntries(Object.entries(numbers).map(([key, value]) => [`${name}: ${key}`, value])),
      }));
    }),
  );
  return logs.flat();
}
