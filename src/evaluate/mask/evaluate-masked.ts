// The masking test: a model that looks at the mouth loses its answer with the mouth, and with nothing else.
import type { AnnotatedPicture, Mouth } from '../../dataset/index.ts';
import { decode } from '../../decode/index.ts';
import { answerOf, tenths } from '../../model/answer.ts';
import type { Classifier } from '../../model/classification.ts';
import type { LabelledPicture } from '../evaluate-dataset.ts';
import { describeFailure } from '../failure.ts';
import { readPicture } from '../read-picture.ts';
import type { Results, Row } from '../results.ts';
import { FORMS, type Form, maskPicture } from './mask-picture.ts';

export interface Masked {
  /** The same pictures in each form, in the same order. */
  readonly forms: Readonly<Record<Form, Results>>;
  /** Bottles of known state that could not be asked. */
  readonly leftOut: LeftOut;
}

export interface LeftOut {
  /** Nobody marked a mouth. */
  readonly unmarked: number;
  /** Some of their mouths were not marked, so hiding the others would hide too little. */
  readonly crowded: number;
}

export interface MaskOptions {
  readonly samples: readonly LabelledPicture[];
  readonly mouths: ReadonlyMap<string, AnnotatedPicture>;
  readonly classifier: Classifier;
  /** How these pictures were kept apart from the training set, in words. */
  readonly split: string;
  readonly onPicture?: (done: number) => void;
}

/** Open and closed bottles among the samples whose every mouth is marked. */
export function maskable(
  samples: readonly LabelledPicture[],
  mouths: ReadonlyMap<string, AnnotatedPicture>,
): { readonly chosen: readonly LabelledPicture[]; readonly leftOut: LeftOut } {
  const bottles = samples.filter(({ label }) => label === 'open' || label === 'closed');
  const marked = bottles.filter(({ file }) => (mouths.get(file)?.mouths.length ?? 0) > 0);
  const chosen = marked.filter(({ file }) => !mouths.get(file)?.crowd);
  return {
    chosen,
    leftOut: { unmarked: bottles.length - marked.length, crowded: marked.length - chosen.length },
  };
}

/** Asks the model about every form of every picture that `maskable` chooses. */
export async function evaluateMasked(options: MaskOptions): Promise<Masked> {
  const { classifier, split, onPicture } = options;
  const { chosen, leftOut } = maskable(options.samples, options.mouths);
  const rows: Record<Form, Row[]> = { intact: [], mouth_hidden: [], rest_hidden: [] };
  for (const sample of chosen) {
    const mouths = options.mouths.get(sample.file)?.mouths ?? [];
    for (const row of await judgeForms(sample, mouths, classifier)) rows[row.form].push(row.row);
    onPicture?.(rows.intact.length);
  }
  const resultsOf = (form: Form): Results => ({
    model: classifier.card.id,
    name: `${classifier.card.name}, ${FORM_NAMES[form]}`,
    split,
    rows: rows[form],
  });
  return {
    forms: {
      intact: resultsOf('intact'),
      mouth_hidden: resultsOf('mouth_hidden'),
      rest_hidden: resultsOf('rest_hidden'),
    },
    leftOut,
  };
}

export const FORM_NAMES: Readonly<Record<Form, string>> = {
  intact: 'intact',
  mouth_hidden: 'mouth hidden',
  rest_hidden: 'rest hidden',
};

async function judgeForms(
  sample: LabelledPicture,
  mouths: readonly Mouth[],
  classifier: Classifier,
): Promise<{ readonly form: Form; readonly row: Row }[]> {
  const { file, label, group, source, kind, beer } = sample;
  const known = { file, label, group, source, kind, beer };
  try {
    const picture = await decode(await readPicture(sample.path), { maxSide: classifier.card.maxSide });
    const judged: { form: Form; row: Row }[] = [];
    for (const form of FORMS) {
      const image = maskPicture(picture.image, mouths, form);
      const started = performance.now();
      const classification = await classifier.classify(image);
      const answer = { ...answerOf(classification, picture), ms: tenths(performance.now() - started) };
      judged.push({ form, row: { ...known, answer, error: null } });
    }
    return judged;
  } catch (error) {
    const row = { ...known, answer: null, error: describeFailure(error) };
    return FORMS.map((form) => ({ form, row }));
  }
}
