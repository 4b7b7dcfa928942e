// A whole training on a handful of pictures: what comes out is a model that loads, answers and says what it is.

import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AnnotatedPicture } from '../dataset/index.ts';
import { checkGolden, loadArtefact, readMouthWeights } from '../engine/artefact.ts';
import type { Weights } from '../nn/parameters.ts';
import { pretrainedStart } from './mouth-start.ts';
import type { RunPorts } from './run-ports.ts';
import { RUN_FILE, runKey, type TrainOptions, train } from './train.ts';
import type { MouthSettings } from './train-mouth.ts';
import { TrainingError } from './training-error.ts';
import { type Part, validate, withSeed } from './validate.ts';

const samples = join(import.meta.dirname, '../../samples');
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tampinha-train-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const ports = (name: string, signal = new AbortController().signal): RunPorts => ({
  folder: join(folder, name),
  threads: 1,
  workers: 1,
  cache: join(folder, 'cache'),
  signal,
  onProgress: () => undefined,
});

async function options(recipe: TrainOptions['recipe']): Promise<TrainOptions> {
  const pictures = await scanSamples();
  const mouth = { cx: 0.5, cy: 0.2, d: 0.2, angle: 0 };
  const annotations = pictures
    .filter(({ label }) => label === 'open' || label === 'closed')
    .map(({ file, label }): [string, AnnotatedPicture] => [
      file,
      { file, crowd: false, mouths: [{ ...mouth, state: label === 'open' ? 'open' : 'closed' }] },
    ]);
  return {
    recipe,
    name: 'tiny',
    created: '2026-01-01T00:00:00.000Z',
    samples: pictures,
    manifestSha256: 'none',
    contents: new Map(pictures.map(({ path, file }) => [path, `the hash of ${file}`])),
    annotations: new Map(annotations),
    holdOut: { by: 'group', fold: 0, folds: 2, seed: 1 },
    extra: [],
    heldOutElsewhere: [],
    golden: [{ name: 'open-1.jpg', bytes: await readFile(join(samples, 'open-1.jpg')) }],
  };
}

/** The rendered samples as a data set: their names say their labels. */
async function scanSamples() {
  const names = ['open-1', 'open-2', 'closed-1', 'closed-2', 'none-1', 'none-2'];
  return names.map((name) => ({
    file: `${name}.jpg`,
    path: join(samples, `${name}.jpg`),
    label: name.startsWith('open')
      ? ('open' as const)
      : name.startsWith('closed')
        ? ('closed' as const)
        : ('none' as const),
    group: name,
    source: 'samples',
    kind: '',
    beer: true,
    notes: '',
  }));
}

const SETTINGS: MouthSettings = {
  seed: 1,
  finderSteps: 2,
  finderBatch: 2,
  readerSteps: 2,
  readerBatch: 2,
  observedPictures: 4,
};

const bundled = join(import.meta.dirname, '../../models/default');

const halved = (weights: Weights): Weights =>
  new Map([...weights].map(([name, { dims, data }]) => [name, { dims, data: data.map(Math.f16round) }]));

/** The largest difference between weights whose names end so. */
function furthest(before: Weights, after: Weights, ending: string): number {
  const differences = [...before].map(([name, { data }]) => {
    const other = after.get(name)?.data ?? new Float32Array();
    return name.endsWith(ending) ? data.reduce((most, w, i) => Math.max(most, Math.abs(w - other[i])), 0) : 0;
  });
  return Math.max(...differences);
}

describe('train', () => {
  it('stops on request, goes on, and writes a model that keeps its golden answers and tells its origin', async () => {
    const start = await pretrainedStart();
    const all = await options({ arch: 'mouth', settings: SETTINGS, start });
    const stop = new AbortController();
    expect(await train(all, { ...ports('mouth', stop.signal), onProgress: () => stop.abort() })).toBeNull();
    const card = await train(all, ports('mouth'));
    const model = join(folder, 'mouth');
    const classifier = await loadArtefact(model, { threads: 1 });
    await checkGolden(model, classifier);
    expect(classifier.card).toEqual(card);
    expect(card).toMatchObject({
      architecture: { arch: 'mouth' },
      training: { finderSteps: 2, start: start.from },
      licences: [{ licence: 'Apache-2.0' }],
    });
    const report = await readFile(join(folder, 'mouth', 'report.html'), 'utf8');
    expect(report).toContain('finder: loss');
  });

  it('goes on from a finished model without touching its finder where no mouth was clicked', async () => {
    const before = await readMouthWeights(bundled);
    const start = { ...before, from: 'the model before', licences: [] };
    const all = await options({ arch: 'mouth', settings: SETTINGS, start });
    await train({ ...all, annotations: new Map() }, ports('further'));
    const after = await readMouthWeights(join(folder, 'further'));
    // What a run leaves for the next is in half precision, whatever integers it wrote beside it.
    expect(furthest(halved(before.finder), after.finder, '')).toBe(0);
    expect(furthest(halved(before.reader), after.reader, 'head.dense.weight')).toBeGreaterThan(1e-5);
    const rounded = join(folder, 'rounded');
    await cp(join(folder, 'further'), rounded, { recursive: true });
    await rm(join(rounded, 'training'), { recursive: true });
    const integers = await readMouthWeights(rounded);
    // Written anew, on grids of other pictures: weights keep their steps, biases move by parts of one.
    expect(furthest(before.finder, integers.finder, '.weight')).toBeLessThan(1e-6);
    expect(furthest(before.finder, integers.finder, '.bias')).toBeLessThan(0.01);
    expect(furthest(after.reader, integers.reader, '')).toBeGreaterThan(0.001);
  });

  it('needs a finder that was trained where no mouth was clicked', async () => {
    const all = await options({ arch: 'mouth', settings: SETTINGS, start: await pretrainedStart() });
    await expect(train({ ...all, annotations: new Map() }, ports('blind'))).rejects.toThrow(TrainingError);
  });

  it('validates: every picture is answered once by a run that left it out, and finished runs stay', async () => {
    const recipe = { arch: 'seed-cnn', settings: { seed: 1, epochs: 1, batch: 2 } } as const;
    const { holdOut: _, heldOutElsewhere: __, ...all } = await options(recipe);
    const wanted = { ...all, by: 'group', folds: 2, seeds: [3], jobs: 2 } as const;
    const trained: string[] = [];
    const trainPart = async ({ seed, holdOut, folder: part }: Part) => {
      const seeded = { ...all, recipe: withSeed(recipe, seed), holdOut, heldOutElsewhere: [] };
      await train(seeded, { ...ports('folds'), folder: part });
      trained.push(part);
    };
    const validatePorts = { folder: join(folder, 'folds'), trainPart, signal: new AbortController().signal };
    const validations = await validate(wanted, validatePorts);
    const files = all.samples.map(({ file }) => file).sort();
    expect(validations?.map(({ seed }) => seed)).toEqual([3]);
    for (const { results } of validations ?? []) {
      expect(results.rows.map(({ file }) => file).sort()).toEqual(files);
      expect(results.split).toContain('2 runs');
    }
    expect(trained).toHaveLength(2);
    expect(await validate(wanted, validatePorts)).toEqual(validations);
    expect(trained).toHaveLength(2);
  });

  it('does not take a part for finished that is made of something else', async () => {
    const recipe = { arch: 'seed-cnn', settings: { seed: 1, epochs: 1, batch: 2 } } as const;
    const { holdOut: _, heldOutElsewhere: __, ...all } = await options(recipe);
    const wanted = { ...all, by: 'group', folds: 2, seeds: [3], jobs: 1 } as const;
    const idle = {
      folder: join(folder, 'idle'),
      trainPart: async () => {},
      signal: new AbortController().signal,
    };
    await expect(validate(wanted, idle)).rejects.toThrow('another run');
  });

  it('does not go on with other contents, annotations or added pictures under the same names', async () => {
    const recipe = { arch: 'seed-cnn', settings: { seed: 1, epochs: 2, batch: 2 } } as const;
    const all = await options(recipe);
    const contents = new Map([...all.contents.keys()].map((path) => [path, 'another picture']));
    const annotations = new Map([...all.annotations].slice(1));
    const extra = [{ samples: all.samples.slice(0, 1), annotations: new Map() }];
    const others = [
      { ...all, contents },
      { ...all, annotations },
      { ...all, extra },
      { ...all, extra: [{ samples: all.samples.slice(1, 2), annotations: new Map() }] },
      { ...all, extra: [{ samples: all.samples.slice(0, 1), annotations: all.annotations }] },
    ];
    expect(new Set([all, ...others].map(runKey)).size).toBe(6);

    const stop = new AbortController();
    const stopping = { ...ports('other', stop.signal), onProgress: () => stop.abort() };
    expect(await train(all, stopping)).toBeNull();
    await expect(train({ ...all, contents }, ports('other'))).rejects.toThrow('other settings');
    expect(await train(all, ports('other'))).not.toBeNull();
    expect(await readFile(join(folder, 'other', RUN_FILE), 'utf8')).toBe(runKey(all));
  });

  it('refuses a split that leaves one state without a picture', async () => {
    const recipe = { arch: 'seed-cnn', settings: { seed: 1, epochs: 1, batch: 2 } } as const;
    const all = await options(recipe);
    const closed = { ...all, samples: all.samples.filter(({ label }) => label === 'closed') };
    await expect(train(closed, ports('closed'))).rejects.toThrow(TrainingError);
  });
});
