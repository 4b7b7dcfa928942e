// What becomes of a fresh verdict: the picture goes on the browser's shelf. Never fails: a browser that keeps nothing
// has no history, and the verdict stands.

import type { Prediction } from '../../../contract/prediction.ts';
import { keep } from './shelf.ts';
import { thumbnailOf } from './thumbnail.ts';

const onTheWay = new Map<string, Promise<void>>();

export function remember(name: string, picture: Blob, prediction: Prediction): Promise<void> {
  const { id } = prediction;
  const kept = onTheWay.get(id) ?? keepWithThumbnail(name, picture, prediction);
  onTheWay.set(id, kept);
  return kept.finally(() => onTheWay.delete(id));
}

/** Resolves once the prediction is on the shelf, if it is on its way there: a quick answer must find it. */
export async function remembered(id: string): Promise<void> {
  await onTheWay.get(id);
}

async function keepWithThumbnail(name: string, picture: Blob, prediction: Prediction): Promise<void> {
  const thumbnail = await thumbnailOf(picture).catch(() => null);
  await keep({ id: prediction.id, name, picture, thumbnail, prediction, given: null }).catch(() => undefined);
}
