// The plots, each with what it says in words.

import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { Statistics } from '../../../contract/statistics.ts';
import { useSpeech, useTexts } from '../../text/context.ts';
import { Figure } from './figure.tsx';
import { axisTime, bucketTime, duration, share, whole } from './numbers.ts';
import type { Reference } from './reference.ts';
import {
  errorsOverTime,
  histogramOf,
  latencyOverTime,
  type Measured,
  meanOf,
  meanOverTime,
  spread,
  UNITS,
  type Unit,
  verdictsOverTime,
} from './series.ts';
import { errorRate, type Range } from './statistics.ts';
import { TEXTS } from './texts.ts';

export interface FiguresProps {
  readonly statistics: Statistics;
  readonly range: Range;
  /** Null where the card has none. */
  readonly reference: Reference | null;
}

/** What figures over time have in common. */
function useTimeAxis(range: Range) {
  const { say, language } = useTexts(TEXTS);
  return {
    time: true,
    atName: say('time'),
    formatAt: (at: number) => axisTime(at, range, language),
    formatPlace: (at: number) => bucketTime(at, range, language),
  };
}

export function Verdicts({ statistics, range }: FiguresProps): JSX.Element {
  const { say, language } = useTexts(TEXTS);
  const { say: sayShared } = useSpeech();
  const axis = useTimeAxis(range);
  const [unit, setUnit] = useState<Unit>('counts');
  const { answered, verdicts } = statistics.total;
  const count = (value: number): string => whole(value, language);
  const peak = statistics.buckets.reduce<Statistics['buckets'][number] | null>(
    (most, bucket) => (bucket.answered > (most?.answered ?? 0) ? bucket : most),
    null,
  );
  const names = {
    open: sayShared('verdict_open'),
    closed: sayShared('verdict_closed'),
    uncertain: sayShared('verdict_uncertain'),
    no_bottle: sayShared('verdict_no_bottle'),
  };
  const { open, closed, uncertain, no_bottle: none } = verdicts;
  const summary = say('verdictsSummary', {
    answered: count(answered),
    open: count(open),
    closed: count(closed),
    uncertain: count(uncertain),
    none: count(none),
  });
  const most =
    peak &&
    say('verdictsPeak', {
      when: bucketTime(Date.parse(peak.start) / 1000, range, language),
      count: count(peak.answered),
    });
  return (
    <Figure
      {...axis}
      id="figure-verdicts"
      title={say('verdicts')}
      summary={answered === 0 ? say('noAnswers') : `${summary} ${most ?? ''}`}
      data={verdictsOverTime(statistics, names, unit)}
      formatValue={unit === 'counts' ? count : (value) => share(value, language)}
      atLeast={unit === 'counts' ? 4 : 1}
    >
      <fieldset class="segments">
        <legend class="visually-hidden">{say('unit')}</legend>
        {UNITS.map((one) => (
          <button key={one} type="button" aria-pressed={one === unit} onClick={() => setUnit(one)}>
            {say(`unit_${one}`)}
          </button>
        ))}
      </fieldset>
    </Figure>
  );
}

export function Latency({ statistics, range }: FiguresProps): JSX.Element {
  const { say, language } = useTexts(TEXTS);
  const axis = useTimeAxis(range);
  const { latency } = statistics.total;
  const format = (milliseconds: number): string => duration(milliseconds, language);
  const summary =
    latency === null
      ? say('noAnswers')
      : say('latencySummary', {
          p50: format(latency.p50),
          p95: format(latency.p95),
          p99: format(latency.p99),
        });
  return (
    <Figure
      {...axis}
      id="figure-latency"
      title={say('latency')}
      summary={summary}
      data={latencyOverTime(statistics)}
      formatValue={format}
      atLeast={10}
    />
  );
}

export function Errors({ statistics, range }: FiguresProps): JSX.Element {
  const { say, language } = useTexts(TEXTS);
  const axis = useTimeAxis(range);
  const { answered, refused, errors } = statistics.total;
  const asked = whole(answered + refused, language);
  const format = (value: number): string => share(value, language);
  const rate = errorRate(statistics.total);
  const summary =
    refused === 0 || rate === null
      ? say('errorsNone', { asked })
      : say('errorsSummary', { refused: whole(refused, language), asked, rate: format(rate) });
  const codes = Object.entries(errors).sort(([, one], [, other]) => other - one);
  return (
    <Figure
      {...axis}
      id="figure-errors"
      title={say('errors')}
      summary={
        <>
          {summary}
          {codes.length > 0 && (
            <span class="codes">
              {say('errorCodes')}:{' '}
              {codes.map(([code, count]) => (
                <span key={code}>
                  <code>{code}</code> {whole(count, language)}
                </span>
              ))}
            </span>
          )}
        </>
      }
      data={errorsOverTime(statistics, say('errors'))}
      formatValue={format}
      atLeast={0.05}
    />
  );
}

interface MeasuredProps extends FiguresProps {
  readonly measured: Measured;
}

export function MeanOverTime({ measured, statistics, range, reference }: MeasuredProps): JSX.Element {
  const { say, language } = useTexts(TEXTS);
  const axis = useTimeAxis(range);
  const format = (value: number): string => share(value, language);
  const tested = reference?.[measured];
  const [now, then] = [statistics.total[measured], tested ? meanOf(tested) : null];
  const mean = now === null ? '' : format(now);
  const said =
    then === null ? say('meanSummary', { mean }) : say('meanBoth', { mean, expected: format(then) });
  return (
    <Figure
      {...axis}
      id={`figure-${measured}`}
      title={say(`${measured}OverTime`)}
      summary={now === null ? say('noAnswers') : said}
      data={meanOverTime(statistics, measured, reference, { now: say('now'), reference: say('reference') })}
      formatValue={format}
      atLeast={1}
    />
  );
}

export function Spread({ measured, statistics, reference }: MeasuredProps): JSX.Element {
  const { say, language } = useTexts(TEXTS);
  const format = (value: number): string => share(value, language);
  const histogram = histogramOf(statistics, measured);
  const bars = histogram.length;
  const span = (at: number): string => `${format(at - 0.5 / bars)} – ${format(at + 0.5 / bars)}`;
  const tested = reference?.[measured] ? say('asTested', { split: reference.split }) : say('notTested');
  return (
    <Figure
      id={`figure-${measured}-spread`}
      title={say(`${measured}Spread`)}
      summary={
        histogram.every((count) => count === 0) ? say('noAnswers') : `${say(`${measured}Shares`)} ${tested}`
      }
      data={spread(statistics, measured, reference, { now: say('now'), reference: say('reference') })}
      time={false}
      atName={say(measured)}
      formatAt={format}
      formatPlace={span}
      formatValue={format}
      atLeast={0.1}
    />
  );
}
