// How the mouth networks look, as it is trained, measured and written on their card.

import type { MouthArchitecture } from '../model/card.ts';
import { FINDER_STRIDE } from '../model/mouth.ts';
import { EVEN_PRESENCE } from '../model/presence.ts';
import { FINDER_INPUT, READER_INPUT } from './constants.ts';

/** Everything about the networks that their card must carry; thresholds come from held-out pictures later. */
export const MOUTH_ARCHITECTURE: MouthArchitecture = {
  arch: 'mouth',
  finder: FINDER_INPUT,
  finderStride: FINDER_STRIDE,
  reader: READER_INPUT,
  placeZooms: [[3.5]],
  readerZooms: [2.2, 3.2],
  stateDoubt: { below: 3, bareZooms: [2.2, 3.2] },
  maxMouths: 8,
  finderThreshold: 0.3,
  doubt: { below: 0.6, mouths: 3, threshold: 0.1 },
  presence: EVEN_PRESENCE,
  presenceThreshold: 0,
  sureThreshold: 0,
};
