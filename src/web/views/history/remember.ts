// What Try calls when an answer is there: the picture goes on the browser's shelf. Never fails: a browser that keeps
// nothing has no history, and the verdict stands.

import type { Prediction } from '../../../contract/prediction.ts';
import { keep } from './shelf.ts';
import { thumbnailOf } from './thumbnail.ts';

export async function remember(name: string, picture: Blob, prediction: Prediction): Promise<void> {
  const thumbnail = await thumbnailOf(picture);
  await keep({ id: prediction.id, name, picture, thumbnail, prediction, given: null }).catch(() => undefined);
}
