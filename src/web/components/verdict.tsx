// The answer: word, sentence, confidence, probabilities, bottles, and what would help.

import type { JSX } from 'preact';
import type { ModelInfo } from '../../contract/model-info.ts';
import type { Prediction } from '../../contract/prediction.ts';
import type { Picture } from '../picture.ts';
import { useSpeech } from '../text/context.ts';
import { percent } from '../text/format.ts';
import { severalBottles } from '../text/several-bottles.ts';
import { MouthCrop } from './mouth-crop.tsx';
import { Emblem, StateIcon } from './state.tsx';

interface VerdictProps {
  /** Null until it is known. */
  readonly model: ModelInfo | null;
  readonly picture: Picture;
  readonly prediction: Prediction;
  readonly highlighted: number | null;
  readonly onHighlight: (bottle: number | null) => void;
}

export function Verdict(props: VerdictProps): JSX.Element {
  const speech = useSpeech();
  const { say } = speech;
  const { prediction, model } = props;
  const { verdict, confidence, bottles } = prediction;
  return (
    <section class={`verdict is-${verdict}`} aria-labelledby="outcome">
      <header class="verdict-header">
        <Emblem verdict={verdict} confidence={confidence} />
        <h1 id="outcome" tabIndex={-1}>
          {say(`verdict_${verdict}`)}
        </h1>
      </header>
      <p class="verdict-sentence">
        {say(`sentence_${verdict}`)} {severalBottles(bottles, speech)}
      </p>
      <Certainty prediction={prediction} band={model?.uncertain ?? null} />
      {(verdict === 'uncertain' || verdict === 'no_bottle') && <Advice verdict={verdict} />}
      {bottles.length > 0 && <Bottles {...props} />}
    </section>
  );
}

type Band = ModelInfo['uncertain'];

interface CertaintyProps {
  readonly prediction: Prediction;
  /** Probabilities of "open" between which the model does not decide. */
  readonly band: Band | null;
}

/** How sure: a number where there is a verdict to be sure of, a bar, and the probability of each state. */
function Certainty({ prediction, band }: CertaintyProps): JSX.Element {
  const { say, language } = useSpeech();
  const { verdict, confidence, p_open: pOpen } = prediction;
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

function Advice({ verdict }: { readonly verdict: 'uncertain' | 'no_bottle' }): JSX.Element {
  const { say, texts } = useSpeech();
  return (
    <div class="advice">
      <h2>{say('adviceHeading')}</h2>
      <ul>
        {texts[`advice_${verdict}`].map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
    </div>
  );
}

function Bottles({ picture, prediction, highlighted, onHighlight }: VerdictProps): JSX.Element {
  const { say, language } = useSpeech();
  const several = prediction.bottles.length > 1;
  return (
    <div class="bottles">
      <h2>{say(several ? 'bottles' : 'bottleOne')}</h2>
      <ol onPointerLeave={() => onHighlight(null)}>
        {prediction.bottles.map((bottle, index) => {
          const number = index + 1;
          const sure = percent(bottle.confidence, language);
          const state = say(`one_${bottle.state}`);
          return (
            <li key={bottle.box.join()}>
              <button
                class={`bottle is-${bottle.state}`}
                type="button"
                aria-pressed={highlighted === index}
                onPointerEnter={() => onHighlight(index)}
                onFocus={() => onHighlight(index)}
                onBlur={() => onHighlight(null)}
              >
                <MouthCrop picture={picture} prediction={prediction} bottle={bottle} />
                <span class="bottle-words">
                  {several && <span>{say('bottleNumber', { number })}</span>}
                  <strong>
                    <StateIcon state={bottle.state} />
                    {state} {sure}
                  </strong>
                  <span class="visually-hidden">{say('showBottle')}</span>
                </span>
              </button>
            </li>
          );
        })}
      </ol>
    </div>
  );
}
