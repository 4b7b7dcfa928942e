// Under a fresh verdict: the picture goes into the history, and "Acertou?" is asked. Both come while the answer is
// awaited, not with the page.

import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { Prediction } from '../../../contract/prediction.ts';
import type { Picture } from '../../picture.ts';
import type { Feedback } from './feedback.tsx';
import type { remember } from './remember.ts';

interface AfterAnswerProps {
  /** Another picture needs another component: give it the picture's ticket as its key. */
  readonly picture: Picture;
  /** Null until there is an answer. */
  readonly prediction: Prediction | null;
}

interface Parts {
  readonly Asking: typeof Feedback;
  readonly keep: typeof remember;
}

export function AfterAnswer({ picture, prediction }: AfterAnswerProps): JSX.Element | null {
  const [parts, setParts] = useState<Parts | null>(null);
  useEffect(() => {
    Promise.all([import('./feedback.tsx'), import('./remember.ts')]).then(
      ([{ Feedback: Asking }, { remember: keep }]) => setParts({ Asking, keep }),
      // Without the network the rest of the page still works, and the verdict stands.
      () => undefined,
    );
  }, []);
  useEffect(() => {
    if (prediction !== null) parts?.keep(picture.name, picture.blob, prediction);
  }, [parts, picture, prediction]);
  return parts === null || prediction === null ? null : (
    <parts.Asking key={prediction.id} prediction={prediction} />
  );
}
