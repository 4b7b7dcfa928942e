// What both networks start from: a pretrained trunk, or a finished model.

import type { Card } from '../model/card.ts';
import type { Weights } from '../nn/parameters.ts';
import { PRETRAINED, readPretrained } from './pretrained/ssd-mobilenet.ts';

/** Weights that a network asks for and that are not here are drawn. */
export interface MouthStart {
  readonly finder: Weights;
  readonly reader: Weights;
  /** In words, for the card. */
  readonly from: string;
  readonly licences: Card['licences'];
}

/** Heads are drawn; trunks and the bottle detector come from the npm package. */
export async function pretrainedStart(): Promise<MouthStart> {
  const { trunk, detector } = await readPretrained();
  return {
    finder: new Map([...trunk, ...detector]),
    reader: trunk,
    from: PRETRAINED.what,
    licences: [{ ...PRETRAINED }],
  };
}
