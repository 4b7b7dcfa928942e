// Beside the video: how fast it goes, how often each verdict was reached, and how frames become one verdict.

import type { JSX } from 'preact';
import { StateIcon } from '../../components/state.tsx';
import { useTexts } from '../../text/context.ts';
import { localeOf } from '../../text/format.ts';
import { LONG_SIDE } from './frame-loop.ts';
import { COUNTED, type Live, paceOf } from './live-state.ts';
import { TIME_CONSTANT_MS } from './smoothing.ts';
import { TEXTS } from './texts.ts';

export function Figures({ live }: { readonly live: Live }): JSX.Element {
  const { say, language } = useTexts(TEXTS);
  const pace = paceOf(live.marks);
  const rate = new Intl.NumberFormat(localeOf(language), { maximumFractionDigits: 1 });
  return (
    <dl class="live-figures">
      <div>
        <dt>{say('rate')}</dt>
        <dd>{pace === null ? '–' : rate.format(pace.rate)}</dd>
      </div>
      <div>
        <dt>{say('latency')}</dt>
        <dd>{pace === null ? '–' : say('milliseconds', { ms: Math.round(pace.latency) })}</dd>
      </div>
    </dl>
  );
}

interface CountsProps {
  readonly live: Live;
  readonly onRecount: () => void;
}

export function Counts({ live, onRecount }: CountsProps): JSX.Element {
  const { say } = useTexts(TEXTS);
  return (
    <section class="live-counts" aria-labelledby="live-counts">
      <h2 id="live-counts">{say('changes')}</h2>
      <ul>
        {COUNTED.map((verdict) => (
          <li key={verdict} class={`is-${verdict}`} data-verdict={verdict}>
            <StateIcon state={verdict} />
            <span>{say(`verdict_${verdict}`)}</span>
            <strong>{live.counts[verdict]}</strong>
          </li>
        ))}
      </ul>
      <button class="button button-small" type="button" onClick={onRecount}>
        {say('recount')}
      </button>
    </section>
  );
}

export function Method(): JSX.Element {
  const { say, language } = useTexts(TEXTS);
  const seconds = new Intl.NumberFormat(localeOf(language)).format(TIME_CONSTANT_MS / 1_000);
  return (
    <details class="details live-method">
      <summary>{say('how')}</summary>
      <ul>
        <li>{say('howOne')}</li>
        <li>{say('howMean', { seconds })}</li>
        <li>{say('howTwice')}</li>
        <li>{say('howSent', { side: LONG_SIDE })}</li>
      </ul>
    </details>
  );
}
