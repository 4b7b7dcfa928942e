// The parts of the model's page, from top to bottom.

import type { ComponentChildren, JSX } from 'preact';
import type { ModelInfo } from '../../../contract/model-info.ts';
import { useTexts } from '../../text/context.ts';
import { decimal, precise, whole } from '../dashboard/numbers.ts';
import { when } from '../history/when.ts';
import type { CardFacts, Measured } from './card.ts';
import { Band, FigureRow, Reliability, Slices } from './parts.tsx';
import { TEXTS } from './texts.ts';

type Facts = { readonly facts: CardFacts };

interface SectionProps {
  readonly id: string;
  readonly title: string;
  readonly wide?: boolean;
  readonly children: ComponentChildren;
}

function Section({ id, title, wide = false, children }: SectionProps): JSX.Element {
  return (
    <section class={wide ? 'card-part is-wide' : 'card-part'} aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      {children}
    </section>
  );
}

export function Identity({ facts }: Facts): JSX.Element {
  const { say, language } = useTexts(TEXTS);
  const { id, name, version, created, architecture } = facts;
  const rows: readonly (readonly [string, string])[] = [
    [say('name'), `${name} ${version}`],
    [say('id'), id],
    [say('created'), created === '' ? '' : when(created, language)],
    [say('architecture'), say(architecture === 'mouth' ? 'arch_mouth' : 'arch_seed')],
  ];
  return (
    <Section id="identity" title={say('identity')}>
      <dl class="facts">
        {rows.map(([term, value]) => (
          <div key={term}>
            <dt>{term}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <p>
        <a href="/v1/model">{say('wholeCard')}</a>
      </p>
    </Section>
  );
}

export function HowGood({ facts: { measured } }: Facts): JSX.Element {
  const { say } = useTexts(TEXTS);
  return (
    <Section id="how-good" title={say('howGood')} wide>
      {measured.length === 0 && <p>{say('notMeasured')}</p>}
      {measured.map((one, index) => (
        <Measurement key={one.split} measured={one} id={`measured-${index}`} />
      ))}
      {measured.length > 0 && <p class="quiet">{say('exact')}</p>}
    </Section>
  );
}

interface MeasurementProps {
  readonly id: string;
  readonly measured: Measured;
}

function Measurement({ id, measured }: MeasurementProps): JSX.Element {
  const { say, language } = useTexts(TEXTS);
  const { split, figures, balancedAccuracy, auc, calibrationError, bySource, byKind } = measured;
  const scores: readonly (readonly [string, string | null])[] = [
    [say('balancedAccuracy'), balancedAccuracy === null ? null : precise(balancedAccuracy, language)],
    [say('auc'), auc === null ? null : decimal(auc, language)],
    [say('calibrationError'), calibrationError === null ? null : precise(calibrationError, language)],
  ];
  return (
    <div class="measurement">
      <p>
        {say('measuredOn')} <span lang="en">{split}</span>
      </p>
      <dl class="measures">
        {figures.map((figure) => (
          <FigureRow key={figure.name} {...figure} />
        ))}
      </dl>
      <dl class="facts">
        {scores.map(([name, value]) =>
          value === null ? null : (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ),
        )}
      </dl>
      <Slices id={`${id}-source`} title={say('bySource')} slices={bySource} />
      <Slices id={`${id}-kind`} title={say('byKind')} slices={byKind} />
      {bySource.length + byKind.length === 0 && <p class="quiet">{say('noSlices')}</p>}
    </div>
  );
}

export function Honest({ facts: { measured } }: Facts): JSX.Element {
  const { say } = useTexts(TEXTS);
  const bins = measured.find(({ reliability }) => reliability.length > 0)?.reliability ?? [];
  return (
    <Section id="reliability" title={say('reliability')}>
      {bins.length === 0 ? <p>{say('noReliability')}</p> : <Reliability bins={bins} />}
    </Section>
  );
}

export function Decides({ facts: { band, calibration } }: Facts): JSX.Element | null {
  const { say } = useTexts(TEXTS);
  if (band === null) return null;
  return (
    <Section id="decides" title={say('decides')}>
      <Band band={band} calibration={calibration} />
    </Section>
  );
}

/** The labels that have words of their own; any other is shown as the card names it. */
const COUNTED = ['open', 'closed', 'mixed', 'unclear', 'none', 'clicked', 'added'] as const;

export function Learned({ facts }: Facts): JSX.Element {
  const { say, language } = useTexts(TEXTS);
  const { counts, origins, trainingSplit, manifest, training } = facts;
  const nameOf = (label: string): string => {
    const known = COUNTED.find((one) => one === label);
    return known === undefined ? label : say(`count_${known}`);
  };
  return (
    <Section id="learned" title={say('learned')}>
      {trainingSplit !== '' && (
        <p>
          {say('learnedSplit')} <span lang="en">{trainingSplit}</span>
        </p>
      )}
      <h3>{say('learnedCounts')}</h3>
      <dl class="facts">
        {counts
          .filter(({ count }) => count > 0)
          .map(({ name, count }) => (
            <div key={name}>
              <dt>{nameOf(name)}</dt>
              <dd>{whole(count, language)}</dd>
            </div>
          ))}
      </dl>
      <details class="details">
        <summary>{say('origins', { count: origins.length })}</summary>
        <ul class="origins">
          {origins.map((origin) => (
            <li key={origin}>{origin}</li>
          ))}
        </ul>
      </details>
      <details class="details">
        <summary>{say('settings')}</summary>
        <p class="quiet">
          {say('manifest')}: <code>{manifest}</code>
        </p>
        <pre>{JSON.stringify(training, null, 2)}</pre>
      </details>
    </Section>
  );
}

export function Failures({ facts: { knownFailures } }: Facts): JSX.Element {
  const { say } = useTexts(TEXTS);
  return (
    <Section id="failures" title={say('failures')}>
      {knownFailures.length === 0 ? (
        <p>{say('noFailures')}</p>
      ) : (
        <ul class="lines is-warning" lang="en">
          {knownFailures.map((failure) => (
            <li key={failure}>{failure}</li>
          ))}
        </ul>
      )}
    </Section>
  );
}

export function Uses(): JSX.Element {
  const { say, texts } = useTexts(TEXTS);
  return (
    <Section id="uses" title={say('uses')}>
      <Lines lines={texts.intended} kind="is-fine" />
      <h3>{say('notFor')}</h3>
      <Lines lines={texts.unsuitable} kind="is-warning" />
    </Section>
  );
}

function Lines({ lines, kind }: { readonly lines: readonly string[]; readonly kind: string }): JSX.Element {
  return (
    <ul class={`lines ${kind}`}>
      {lines.map((line) => (
        <li key={line}>{line}</li>
      ))}
    </ul>
  );
}

export function Licences({ facts: { licences } }: Facts): JSX.Element {
  const { say } = useTexts(TEXTS);
  return (
    <Section id="licences" title={say('licences')}>
      <dl class="licences" lang="en">
        {licences.map(({ what, licence, from }) => (
          <div key={what}>
            <dt>{what}</dt>
            <dd>
              <strong>{licence}</strong> · {from}
            </dd>
          </div>
        ))}
      </dl>
    </Section>
  );
}

export function Others({ models }: { readonly models: readonly ModelInfo[] }): JSX.Element | null {
  const { say } = useTexts(TEXTS);
  if (models.length === 0) return null;
  return (
    <Section id="others" title={say('others')}>
      <ul class="origins">
        {models.map(({ id, name, version }) => (
          <li key={id}>
            {name} {version} <code>{id}</code>
          </li>
        ))}
      </ul>
    </Section>
  );
}
