// Small drawings of the model's page: a share with its interval, the reliability plot, the band of doubt.

import type { JSX } from 'preact';
import { useTexts } from '../../text/context.ts';
import { percent } from '../../text/format.ts';
import { decimal, precise, share } from '../dashboard/numbers.ts';
import {
  FIGURE_STATES,
  type FigureName,
  type Measured,
  type Named,
  type Proportion,
  type ReliabilityBin,
} from './card.ts';
import { TEXTS } from './texts.ts';

interface RowProps {
  readonly name: FigureName;
  readonly proportion: Proportion;
}

/** One figure of a measurement: words, number, a dot with its interval. */
export function FigureRow({ name, proportion }: RowProps): JSX.Element {
  const { say, language } = useTexts(TEXTS);
  const { value, count, of, interval } = proportion;
  const [low, high] = interval;
  return (
    <div class={`measure is-${FIGURE_STATES[name] ?? 'plain'}`}>
      <dt>{say(`figure_${name}`)}</dt>
      <dd>
        <strong>{precise(value, language)}</strong>
        <Whisker {...proportion} />
        <span>
          {say('proportion', { count, of })} ·{' '}
          {say('interval', { low: precise(low, language), high: precise(high, language) })}
        </span>
      </dd>
    </div>
  );
}

/** From 0 on the left to 1 on the right. */
function Whisker({ value, interval: [low, high] }: Proportion): JSX.Element {
  return (
    <svg class="whisker" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">
      <rect class="whisker-scale" width="100" height="6" rx="0.5" />
      <rect class="whisker-interval" x={100 * low} width={100 * Math.max(0.004, high - low)} height="6" />
      <rect class="whisker-value" x={100 * value - 0.35} width="0.7" height="6" />
    </svg>
  );
}

/** The figures of one measurement as a table. */
export function Accuracies({ measured }: { readonly measured: Measured }): JSX.Element {
  const { say } = useTexts(TEXTS);
  return (
    <table class="numbers">
      <caption>
        {say('measuredOn')} <span lang="en">{measured.split}</span>
      </caption>
      <thead>
        <tr>
          <th scope="col">{say('measure')}</th>
          <th scope="col">{say('measureShare')}</th>
          <th scope="col">{say('sliceCount')}</th>
          <th scope="col">{say('sliceInterval')}</th>
        </tr>
      </thead>
      <tbody>
        {measured.figures.map(({ name, proportion }) => (
          <ProportionRow key={name} name={say(`figure_${name}`)} proportion={proportion} />
        ))}
      </tbody>
    </table>
  );
}

function ProportionRow({ name, proportion: { value, count, of, interval } }: Named): JSX.Element {
  const { say, language } = useTexts(TEXTS);
  const [low, high] = interval;
  return (
    <tr>
      <th scope="row">{name === '' ? '–' : name}</th>
      <td>{precise(value, language)}</td>
      <td>{say('proportion', { count, of })}</td>
      <td>{say('interval', { low: precise(low, language), high: precise(high, language) })}</td>
    </tr>
  );
}

interface SlicesProps {
  readonly id: string;
  readonly title: string;
  readonly slices: readonly Named[];
}

export function Slices({ id, title, slices }: SlicesProps): JSX.Element | null {
  const { say } = useTexts(TEXTS);
  if (slices.length === 0) return null;
  return (
    <div class="slices">
      <h3 id={id}>{title}</h3>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reached by keyboard */}
      <section class="scrolls" aria-labelledby={id} tabIndex={0}>
        <table class="numbers">
          <thead>
            <tr>
              <th scope="col">{say('slice')}</th>
              <th scope="col">{say('sliceRight')}</th>
              <th scope="col">{say('sliceCount')}</th>
              <th scope="col">{say('sliceInterval')}</th>
            </tr>
          </thead>
          <tbody>
            {slices.map((slice) => (
              <ProportionRow key={slice.name} {...slice} />
            ))}
          </tbody>
        </table>
      </section>
    </div>
  );
}

const SIDE = 240;

/** Given probability to the right, share that was true upwards; a point's area is its number of pictures. */
export function Reliability({ bins }: { readonly bins: readonly ReliabilityBin[] }): JSX.Element {
  const { say, language } = useTexts(TEXTS);
  const most = Math.max(...bins.map(({ count }) => count));
  const at = (value: number): number => value * SIDE;
  return (
    <>
      <p>{say('reliabilitySummary')}</p>
      <svg class="reliability" viewBox={`-34 -10 ${SIDE + 48} ${SIDE + 44}`} aria-hidden="true">
        {[0, 0.25, 0.5, 0.75, 1].map((tick) => (
          <g key={tick}>
            <path class="grid" d={`M${at(tick)} 0V${SIDE}M0 ${at(tick)}H${SIDE}`} />
            <text x={at(tick)} y={SIDE + 18} text-anchor="middle">
              {share(tick, language)}
            </text>
            <text x={-6} y={SIDE - at(tick) + 4} text-anchor="end">
              {share(tick, language)}
            </text>
          </g>
        ))}
        <path class="honest" d={`M0 ${SIDE}L${SIDE} 0`} />
        {bins.map(({ count, meanPOpen, shareOpen }) => (
          <circle
            key={meanPOpen}
            cx={at(meanPOpen)}
            cy={SIDE - at(shareOpen)}
            r={3 + 7 * Math.sqrt(count / most)}
          />
        ))}
      </svg>
      <details class="details">
        <summary>
          {say('asTable')} <span class="visually-hidden">{say('reliability')}</span>
        </summary>
        <table class="numbers">
          <thead>
            <tr>
              <th scope="col">{say('reliabilityGiven')}</th>
              <th scope="col">{say('reliabilityTrue')}</th>
              <th scope="col">{say('reliabilityCount')}</th>
            </tr>
          </thead>
          <tbody>
            {bins.map(({ count, meanPOpen, shareOpen }) => (
              <tr key={meanPOpen}>
                <th scope="row">{share(meanPOpen, language)}</th>
                <td>{share(shareOpen, language)}</td>
                <td>{count}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </>
  );
}

interface BandProps {
  readonly band: readonly [number, number];
  readonly calibration: { readonly temperature: number; readonly bias: number } | null;
}

/** Between which probabilities it does not decide, from closed on the left to open on the right. */
export function Band({ band: [low, high], calibration }: BandProps): JSX.Element {
  const { say, language } = useTexts(TEXTS);
  return (
    <>
      <svg class="bar band" viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true">
        <rect class="bar-closed" width={100 * low} height="1" />
        <rect class="band-uncertain" x={100 * low} width={100 * (high - low)} height="1" />
        <rect class="bar-open" x={100 * high} width={100 * (1 - high)} height="1" />
      </svg>
      <ul class="probabilities" aria-hidden="true">
        <li class="is-closed">{say('decidesClosed')}</li>
        <li class="is-uncertain">{say('decidesUncertain')}</li>
        <li class="is-open">{say('decidesOpen')}</li>
      </ul>
      <p>{say('decidesSummary', { low: percent(low, language), high: percent(high, language) })}</p>
      {calibration !== null && (
        <p class="quiet">
          {say('calibration', {
            temperature: decimal(calibration.temperature, language),
            bias: decimal(calibration.bias, language),
          })}
        </p>
      )}
    </>
  );
}
