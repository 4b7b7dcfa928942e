// Whether the answers of the span are spread as they were when the model was tested.

import type { JSX } from 'preact';
import type { Statistics } from '../../../contract/statistics.ts';
import { VERDICTS } from '../../../contract/verdict.ts';
import { useTexts } from '../../text/context.ts';
import { type Drift, driftOf, FEWEST, rebinned } from './drift.ts';
import { decimal } from './numbers.ts';
import type { Reference } from './reference.ts';
import { histogramOf, MEASURED, type Measured } from './series.ts';
import { TEXTS } from './texts.ts';

interface DriftPanelProps {
  readonly statistics: Statistics;
  readonly reference: Reference | null;
}

export function DriftPanel({ statistics, reference }: DriftPanelProps): JSX.Element {
  const { say } = useTexts(TEXTS);
  return (
    <section class="figure drift" aria-labelledby="drift">
      <h2 id="drift">{say('drift')}</h2>
      {reference === null ? (
        <p>{say('driftNoReference')}</p>
      ) : (
        <Compared statistics={statistics} reference={reference} />
      )}
    </section>
  );
}

function Compared({
  statistics,
  reference,
}: DriftPanelProps & { readonly reference: Reference }): JSX.Element {
  const { say } = useTexts(TEXTS);
  const { verdicts } = statistics.total;
  const drifts = [
    ...MEASURED.map((measured) => ({
      name: say(measured),
      drift: driftOfMeasured(statistics, measured, reference),
    })),
    {
      name: say('driftVerdicts'),
      drift: driftOf(
        VERDICTS.map((verdict) => verdicts[verdict]),
        VERDICTS.map((verdict) => reference.verdicts[verdict]),
      ),
    },
  ];
  const changed = drifts.some(
    ({ drift }) => drift !== null && drift !== 'unmeasured' && drift.level !== 'none',
  );
  return (
    <>
      <p>{say('driftLead', { split: reference.split })}</p>
      <dl>
        {drifts.map(({ name, drift }) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>
              <Level drift={drift} />
            </dd>
          </div>
        ))}
      </dl>
      {changed && <p class="drift-advice">{say('driftAdvice')}</p>}
    </>
  );
}

/** Null where there are too few answers; the card may not have been measured with it. */
type Found = Drift | 'unmeasured' | null;

function driftOfMeasured(statistics: Statistics, measured: Measured, reference: Reference): Found {
  const histogram = histogramOf(statistics, measured);
  const expected = rebinned(reference[measured] ?? [], histogram.length);
  return expected === null ? 'unmeasured' : driftOf(histogram, expected);
}

function Level({ drift }: { readonly drift: Found }): JSX.Element {
  const { say, language } = useTexts(TEXTS);
  if (drift === 'unmeasured') return <>{say('driftUnmeasured')}</>;
  if (drift === null) return <>{say('drift_unknown', { fewest: FEWEST })}</>;
  const { psi, chance, level } = drift;
  const numbers = { psi: decimal(psi, language), chance: decimal(chance, language) };
  return (
    <>
      <strong class={`drift-${level}`}>{say(`drift_${level}`)}</strong> {say('driftNumber', numbers)}
    </>
  );
}
