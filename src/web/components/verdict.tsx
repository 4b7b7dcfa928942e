// The answer: word, sentence, confidence, probabilities, bottles, and what would help.

import type { JSX } from 'preact';
import type { ModelInfo } from '../../contract/model-info.ts';
import type { Prediction } from '../../contract/prediction.ts';
import type { Picture } from '../picture.ts';
import { useSpeech } from '../text/context.ts';
import { percent } from '../text/format.ts';
import { severalBottles } from '../text/several-bottles.ts';
import { Certainty } from './certainty.tsx';
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
        {/* The word above is the verdict already; of several bottles the sentence says the rest. */}
        {(bottles.length < 2 || verdict === 'uncertain') && `${say(`sentence_${verdict}`)} `}
        {severalBottles(bottles, speech)}
      </p>
      <Certainty prediction={prediction} band={model?.uncertain ?? null} />
      {(verdict === 'uncertain' || verdict === 'no_bottle') && <Advice verdict={verdict} />}
      {bottles.length > 0 && <Bottles {...props} />}
    </section>
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
          // How much likelier one state is says little where it is not told.
          const sure = bottle.state === 'uncertain' ? '' : percent(bottle.confidence, language);
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
