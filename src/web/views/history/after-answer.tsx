// Under a fresh verdict: the picture goes into the history, and "Acertou?" is asked. Both are loaded once there is an
// answer, not with the page.

import type { FunctionComponent, JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { Prediction } from '../../../contract/prediction.ts';
import type { Picture } from '../../picture.ts';

interface AfterAnswerProps {
  readonly picture: Picture;
  readonly prediction: Prediction;
}

/** Another prediction needs another component: give it the prediction's id as its key. */
export function AfterAnswer({ picture, prediction }: AfterAnswerProps): JSX.Element {
  const [Asking, setAsking] = useState<FunctionComponent<{ prediction: Prediction }> | null>(null);
  useEffect(() => {
    // Without the network the rest of the page still works, and the verdict stands.
    import('./feedback.tsx').then(({ Feedback }) => setAsking(() => Feedback)).catch(() => undefined);
    import('./remember.ts')
      .then(({ remember }) => remember(picture.name, picture.blob, prediction))
      .catch(() => undefined);
  }, [picture, prediction]);
  return <div class="after-answer">{Asking !== null && <Asking prediction={prediction} />}</div>;
}
