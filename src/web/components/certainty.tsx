// How sure the model is, in numbers and bars.

import type { JSX } from 'preact';
import type { ModelInfo } from '../../contract/model-info.ts';
import type { Prediction } from '../../contract/prediction.ts';
import { useSpeech } from '../text/context.ts';
import { percent } from '../text/format.ts';

type Band = ModelInfo['uncertain'];

interface CertaintyProps {
  readonly prediction: Prediction;
  /** Probabilities of "open" between which the model does not decide. */
  readonly band: Band | null;
}

/** A number where there is a verdict to be sure of, a bar, and the probability of each state. */
export function Certainty({ prediction, band }: CertaintyProps): JSX.Element {
  const { say, language } = useSpeech();
  const { verdict, confidence, p_open: pOpen, bottles } = prediction;
  const [mouth] = bottles;
  const leaning = percent(Math.max(pOpen, 1 - pOpen), language);
  return (
    <div class="certainty">
      {verdict === 'uncertain' ? (
        <p>
          {say(pOpen >= 0.5 ? 'leansOpen' : 'leansClosed', { percent: leaning })}{' '}
          {band !== null &&
            say('decidesBeyond', { low: percent(band[0], language), high: percent(band[1], language) })}
        </p>
      ) : (
        <p class="confidence">
          <span id="confidence">{say('confidence')}</span> <strong>{percent(confidence, language)}</strong>
          <meter class="visually-hidden" aria-labelledby="confidence" value={confidence} />
        </p>
      )}
      {verdict === 'no_bottle' ? <Bar value={confidence} /> : <Probabilities pOpen={pOpen} band={band} />}
      {mouth !== undefined && (
        <p class="presence">{say('presence', { percent: percent(mouth.presence, language) })}</p>
      )}
    </div>
  );
}

function Bar({ value }: { readonly value: number }): JSX.Element {
  return (
    <svg class="bar" viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true">
      <rect class="bar-lit" width={100 * value} height="1" />
    </svg>
  );
}

interface ProbabilitiesProps {
  readonly pOpen: number;
  readonly band: Band | null;
}

/** One bar for both states: closed grows from the left, open from the right; it is decided beyond the notches. */
function Probabilities({ pOpen, band }: ProbabilitiesProps): JSX.Element {
  const { say, language } = useSpeech();
  const border = 100 * (1 - pOpen);
  return (
    <>
      <svg class="bar" viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true">
        <rect class="bar-closed" width={border} height="1" />
        <rect class="bar-open" x={border} width={100 - border} height="1" />
        {(band ?? []).map((edge) => (
          <rect key={edge} class="bar-notch" x={100 * (1 - edge) - 0.2} width=".4" height="1" />
        ))}
      </svg>
      <ul class="probabilities" aria-label={say('probabilities')}>
        <li class="is-closed">{say('probabilityClosed', { percent: percent(1 - pOpen, language) })}</li>
        <li class="is-open">{say('probabilityOpen', { percent: percent(pOpen, language) })}</li>
      </ul>
    </>
  );
}
