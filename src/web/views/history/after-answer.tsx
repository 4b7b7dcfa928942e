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
    Promise.all([import('./feedback.tsx'), import('./remember.ts')]).then(
      ([{ Feedback }, { remember }]) => {
        setAsking(() => Feedback);
        remember(picture.name, picture.blob, prediction);
      },
      // Without the network the rest of the page still works, and the verdict stands.
      () => undefined,
    );
  }, [picture, prediction]);
  return <div class="after-answer">{Asking !== null && <Asking prediction={prediction} />}</div>;
}
