import type { Sample } from '../dataset/index.ts';
import type { Classifier } from '../model/classification.ts';
import { EVIDENCE } from '../model/presence.ts';
import { describeFailure } from './failure.ts';
import { inOrder } from './in-order.ts';
import { predictPicture } from './predict-picture.ts';
import { readPicture } from './read-picture.ts';
import type { Results, Row } from './results.ts';

/** A picture whose truth is known: what an evaluation needs of a sample. */
export type LabelledPicture = Pick<Sample, 'file' | 'path' | 'label' | 'group' | 'source' | 'kind' | 'beer'>;

export interface EvaluateOptions {
  readonly samples: readonly LabelledPicture[];
  readonly classifier: Classifier;
  /** How these pictures were kept apart from the training set, in words. */
  readonly split: string;
  readonly inFlight?: number;
  readonly onRow?: (row: Row, done: number) => void;
}

/** Asks the model about every sample: one row each, in their order, unreadable files included. */
export async function evaluateDataset(options: EvaluateOptions): Promise<Results> {
  const { samples, classifier, split, inFlight = 2, onRow } = options;
  const rows: Row[] = [];
  for await (const row of inOrder(samples, inFlight, (sample) => judge(sample, classifier))) {
    rows.push(row);
    onRow?.(row, rows.length);
  }
  return { model: classifier.card.id, name: classifier.card.name, split, rows };
}

async function judge(sample: LabelledPicture, classifier: Classifier): Promise<Row> {
  const { file, label, group, source, kind, beer } = sample;
  const known = { file, label, group, source, kind, beer };
  try {
    const { answer, classification } = await predictPicture(await readPicture(sample.path), classifier);
    const bottles = answer.bottles.map((bottle, i) => {
      const { evidence } = classification.bottles[i];
      return evidence ? { ...bottle, evidence: EVIDENCE.map((name) => evidence[name]) } : bottle;
    });
    return { ...known, answer: { ...answer, bottles }, error: null };
  } catch (error) {
    return { ...known, answer: null, error: describeFailure(error) };
  }
}
