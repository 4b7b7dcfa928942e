// What the server has been doing: for whoever runs it.

import { Fragment, type JSX } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import { useSpeech, useTexts } from '../../text/context.ts';
import { failureText } from '../../text/failure-text.ts';
import { DriftPanel } from './drift-panel.tsx';
import '../view-parts.css';
import './dashboard.css';
import { localeOf } from '../../text/format.ts';
import { Errors, Latency, MeanOverTime, Spread, Verdicts } from './figures.tsx';
import { ModelPanel } from './model-panel.tsx';
import { referenceOf } from './reference.ts';
import { MEASURED } from './series.ts';
import { RANGE_NAMES, type Range } from './statistics.ts';
import { TEXTS } from './texts.ts';
import { Tiles } from './tiles.tsx';
import { useCard } from './use-card.ts';
import { REFRESH_SECONDS, useStatistics, type Watched } from './use-statistics.ts';

export function View(): JSX.Element {
  const { say } = useTexts(TEXTS);
  const [range, setRange] = useState<Range>('day');
  const [model, setModel] = useState<string | null>(null);
  const [paused, setPaused] = useState(false);
  const watched = useStatistics(range, model, paused);
  const card = useCard();
  const reference = useMemo(() => referenceOf(card), [card]);
  const { statistics } = watched;
  return (
    <main class="dashboard" aria-busy={statistics === null}>
      <header class="view-header">
        <h1 tabIndex={-1}>{say('title')}</h1>
        <p>{say('lead')}</p>
      </header>
      <div class="dashboard-tools">
        <fieldset class="segments">
          <legend class="visually-hidden">{say('range')}</legend>
          {RANGE_NAMES.map((name) => (
            <button key={name} type="button" aria-pressed={name === range} onClick={() => setRange(name)}>
              {say(`range_${name}`)}
            </button>
          ))}
        </fieldset>
        <Models watched={watched} model={model} onModel={setModel} />
        <Freshness watched={watched} paused={paused} onPaused={setPaused} />
      </div>
      {statistics === null && watched.failure === null && <p role="status">{say('loading')}</p>}
      {statistics !== null && (
        <>
          <Tiles statistics={statistics} />
          <div class="figures">
            <Verdicts {...{ statistics, reference }} range={watched.range} />
            <Latency {...{ statistics, reference }} range={watched.range} />
            {MEASURED.map((measured) => (
              <Fragment key={measured}>
                <Spread {...{ measured, statistics, reference }} range={watched.range} />
                <MeanOverTime {...{ measured, statistics, reference }} range={watched.range} />
              </Fragment>
            ))}
            <Errors {...{ statistics, reference }} range={watched.range} />
            <DriftPanel {...{ statistics, reference }} />
          </div>
          {card !== undefined && <ModelPanel card={card} />}
        </>
      )}
    </main>
  );
}

interface ModelsProps {
  readonly watched: Watched;
  readonly model: string | null;
  readonly onModel: (model: string | null) => void;
}

/** Which model's answers: asked where several have answered. */
function Models({ watched: { statistics }, model, onModel }: ModelsProps): JSX.Element | null {
  const { say } = useTexts(TEXTS);
  // While one is chosen the others are not in the answer: those seen before stay on offer.
  const [seen, setSeen] = useState<readonly string[]>([]);
  const found = Object.keys(statistics?.total.models ?? {});
  const fresh = found.filter((id) => !seen.includes(id));
  if (fresh.length > 0) setSeen([...seen, ...fresh]);
  if (seen.length < 2) return null;
  return (
    <label class="pick">
      {say('model')}{' '}
      <select
        value={model ?? ''}
        onChange={({ currentTarget: { value } }) => onModel(value === '' ? null : value)}
      >
        <option value="">{say('allModels', { count: seen.length })}</option>
        {seen.map((id) => (
          <option key={id} value={id}>
            {id}
          </option>
        ))}
      </select>
    </label>
  );
}

interface FreshnessProps {
  readonly watched: Watched;
  readonly paused: boolean;
  readonly onPaused: (paused: boolean) => void;
}

function Freshness({ watched, paused, onPaused }: FreshnessProps): JSX.Element {
  const { say, language } = useTexts(TEXTS);
  const speech = useSpeech();
  const { statistics, failure, refresh } = watched;
  const time =
    statistics &&
    new Intl.DateTimeFormat(localeOf(language), { timeStyle: 'medium' }).format(new Date(statistics.to));
  return (
    <div class="freshness">
      {failure !== null && (
        <p class="freshness-failed" role="alert">
          {say('failed')} {failureText(failure, speech)}{' '}
          <button class="button button-small" type="button" onClick={refresh}>
            {say('retry')}
          </button>
        </p>
      )}
      {time !== null && (
        <p>
          {say(paused ? 'updatedPaused' : 'updated', { time, seconds: REFRESH_SECONDS })}{' '}
          <button class="button button-small" type="button" onClick={() => onPaused(!paused)}>
            {say(paused ? 'go' : 'pause')}
          </button>
        </p>
      )}
    </div>
  );
}
