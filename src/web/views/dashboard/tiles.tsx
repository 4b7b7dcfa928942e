// The few numbers that come first.

import type { JSX } from 'preact';
import type { Statistics } from '../../../contract/statistics.ts';
import { useTexts } from '../../text/context.ts';
import { duration, share, whole } from './numbers.ts';
import { errorRate } from './statistics.ts';
import { TEXTS } from './texts.ts';

interface Tile {
  readonly name: string;
  readonly value: string;
  readonly note: string;
}

const NONE = '–';

export function Tiles({ statistics: { total } }: { readonly statistics: Statistics }): JSX.Element {
  const { say, language } = useTexts(TEXTS);
  const { answered, refused, cached, verdicts, latency, feedback } = total;
  const count = (value: number): string => whole(value, language);
  const part = (value: number, of: number): string => (of === 0 ? NONE : share(value / of, language));
  const decided = feedback.agrees + feedback.disagrees;
  const refusedShare = errorRate(total);
  const tiles: readonly Tile[] = [
    {
      name: say('tileAnswers'),
      value: count(answered),
      note: cached === 0 ? '' : say('tileAnswersNote', { cached: count(cached) }),
    },
    {
      name: say('tileUndecided'),
      value: part(verdicts.uncertain + verdicts.no_bottle, answered),
      note: say('tileUndecidedNote', {
        uncertain: count(verdicts.uncertain),
        none: count(verdicts.no_bottle),
      }),
    },
    {
      name: say('tileLatency'),
      value: latency === null ? NONE : duration(latency.p95, language),
      note: latency === null ? '' : say('tileLatencyNote', { p50: duration(latency.p50, language) }),
    },
    {
      name: say('tileErrors'),
      value: refusedShare === null ? NONE : share(refusedShare, language),
      note: say('tileErrorsNote', { refused: count(refused), asked: count(answered + refused) }),
    },
    {
      name: say('tileAgreement'),
      value: part(feedback.agrees, decided),
      note: say('tileAgreementNote', { agrees: count(feedback.agrees), decided: count(decided) }),
    },
  ];
  return (
    <dl class="tiles">
      {tiles.map(({ name, value, note }) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>
            <strong>{value}</strong>
            {note !== '' && <span>{note}</span>}
          </dd>
        </div>
      ))}
    </dl>
  );
}
