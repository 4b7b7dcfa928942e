// Which pictures `train` and `validate` learn from; what of a folder is left out is said, not kept silent.
import type { FileIdentity } from '../dataset/index.ts';
import { describeFailure } from '../evaluate/failure.ts';
import type { TrainOptions } from '../train/train.ts';
import { readAnnotations } from './read-annotations.ts';
import { readSamples } from './read-samples.ts';
import { type Terminal, UsageError } from './terminal.ts';
import type { Show, TrainingOptions } from './training-options.ts';

export type TrainingPictures = Pick<
  TrainOptions,
  'samples' | 'manifestSha256' | 'contents' | 'annotations' | 'extra'
>;

/** Throws a UsageError for what cannot be trained on. */
export async function readTrainingPictures(
  options: Pick<TrainingOptions, 'data' | 'with' | 'annotations' | 'only'>,
  { stderr }: Terminal,
  show: Show,
): Promise<TrainingPictures> {
  const { identify, manifestHash, regroup, withoutTwinsOf } = await import('../dataset/index.ts');
  const leaveOut = (folder: string, why: string, files: readonly string[]): void => {
    if (files.length === 0) return;
    stderr.write(`${folder}: ${files.length} left out, ${why}; the first is ${files[0]}\n`);
  };
  const readable = (folder: string, identities: readonly FileIdentity[]): FileIdentity[] => {
    const broken = identities.filter(({ error }) => error !== undefined);
    const because = describeFailure(broken[0]?.error).message;
    leaveOut(folder, `since they cannot be read (${because})`, broken.map(fileOf));
    return identities.filter(({ error }) => error === undefined);
  };

  const { samples, annotations } = await readFolder(options.data, options.annotations);
  const chosen = samples.filter(({ group }) => group.startsWith(options.only ?? ''));
  if (chosen.length === 0)
    throw new UsageError(`${options.data}: no picture has a group that begins with ${options.only}`);
  // Whatever is misspelt is said before the first picture is read.
  const added = await Promise.all((options.with ?? []).map((folder) => readFolder(folder)));
  const identities = await identify(chosen, (done) => show('compare', done, chosen.length, null));
  const known = readable(options.data, identities);
  const files = new Set(known.map(fileOf));

  const extra: TrainOptions['extra'][number][] = [];
  const contents = new Map(contentsOf(known));
  for (const [i, part] of added.entries()) {
    const folder = options.with?.[i] ?? '';
    const stage = `compare ${i + 1} of ${added.length} added`;
    const read = readable(
      folder,
      await identify(part.samples, (done) => show(stage, done, part.samples.length, null)),
    );
    // What is added is never held out: a picture that is held out must not come back with it.
    const own = withoutTwinsOf(known, read);
    const kept = new Set(own);
    leaveOut(
      folder,
      `since ${options.data} has them too or nearly so`,
      read.filter((one) => !kept.has(one)).map(fileOf),
    );
    for (const [path, sha256] of contentsOf(own)) contents.set(path, sha256);
    extra.push({ samples: own.map(({ sample }) => sample), annotations: part.annotations });
  }
  return {
    samples: regroup(identities).samples.filter(({ file }) => files.has(file)),
    manifestSha256: manifestHash(identities),
    contents,
    annotations,
    extra,
  };
}

async function readFolder(folder: string, annotations?: string) {
  const samples = await readSamples(folder);
  return { samples, annotations: await readAnnotations(folder, samples, annotations) };
}

const fileOf = ({ sample }: FileIdentity): string => sample.file;

const contentsOf = (identities: readonly FileIdentity[]): [path: string, sha256: string][] =>
  identities.flatMap(({ sample, sha256 }): [string, string][] =>
    sha256 === null ? [] : [[sample.path, sha256]],
  );
