// What training fixes about pictures and cards then carry; serving reads the card, never this file.

import type { NetworkInput } from '../model/card.ts';
import { SEED_CNN_SIZE } from '../model/seed-cnn.ts';

/** The pretrained trunk was trained on −1…1. */
export const NORMALISATION = { mean: 127.5, scale: 127.5 } as const;
/** Mid-grey around pictures that are not square. */
export const FILL = [114, 114, 114] as const;
/** Longest side of a decoded picture: enough for the reader's crops of small mouths. */
export const MAX_SIDE = 1280;

export const FINDER_SIZE = 256;
export const READER_SIZE = 128;

const mouthInput = (size: number): NetworkInput => ({
  size,
  fit: 'letterbox',
  fill: [...FILL],
  ...NORMALISATION,
});
export const FINDER_INPUT = mouthInput(FINDER_SIZE);
export const READER_INPUT = mouthInput(READER_SIZE);

/** As the seed project fed it: no regard for the aspect, values 0–1. */
export const SEED_INPUT: NetworkInput = {
  size: SEED_CNN_SIZE,
  fit: 'stretch',
  fill: [0, 0, 0],
  mean: 0,
  scale: 255,
};
