// The last pictures of this browser: to look at again, to answer "Acertou?", to take away as training data.

import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { addressOf } from '../../router.ts';
import { useTexts } from '../../text/context.ts';
import { fileSize } from '../../text/format.ts';
import { HISTORY_ADDRESS, useEntryAddress } from './address.ts';
import { Card } from './card.tsx';
import { Clear } from './clear.tsx';
import { HISTORY_BOUNDS, type HistoryEntry } from './entry.ts';
import { Export } from './export.tsx';
import { FILTER_NAMES, FILTERS, type Filter } from './filters.ts';
import '../view-parts.css';
import './history.css';
import { OneEntry } from './one-entry.tsx';
import { TEXTS } from './texts.ts';
import { type Shelf, useEntries } from './use-entries.ts';

export { KEY_LINES } from './history-keys.ts';

export function View(): JSX.Element {
  const shelf = useEntries();
  const chosen = useEntryAddress();
  if (shelf.state === 'there' && chosen !== null) return <Opened entries={shelf.entries} id={chosen} />;
  return <Everything shelf={shelf} />;
}

interface OpenedProps {
  readonly entries: readonly HistoryEntry[];
  readonly id: string;
}

function Opened({ entries, id }: OpenedProps): JSX.Element {
  const { say } = useTexts(TEXTS);
  const index = entries.findIndex((entry) => entry.id === id);
  const entry = entries[index];
  if (entry === undefined) {
    return (
      <main class="view-message">
        <h1 tabIndex={-1}>{say('title')}</h1>
        <p>{say('gone')}</p>
        <a class="button" href={HISTORY_ADDRESS}>
          {say('back')}
        </a>
      </main>
    );
  }
  return <OneEntry key={id} entry={entry} newer={entries[index - 1]} older={entries[index + 1]} />;
}

function Everything({ shelf }: { readonly shelf: Shelf }): JSX.Element {
  const { say, language } = useTexts(TEXTS);
  const bounds = { count: HISTORY_BOUNDS.entries, size: fileSize(HISTORY_BOUNDS.bytes, language) };
  const entries = shelf.state === 'there' ? shelf.entries : [];
  return (
    <main class="history" aria-busy={shelf.state === 'loading'}>
      <header class="view-header">
        <h1 tabIndex={-1}>{say('title')}</h1>
        <p>{say('lead', bounds)}</p>
      </header>
      {shelf.state === 'blocked' && <p role="alert">{say('blocked')}</p>}
      {shelf.state === 'there' && entries.length === 0 && <Nothing />}
      {entries.length > 0 && (
        <>
          <div class="history-tools">
            <Export entries={entries} />
            <Clear count={entries.length} />
          </div>
          <Grid entries={entries} />
        </>
      )}
    </main>
  );
}

function Nothing(): JSX.Element {
  const { say } = useTexts(TEXTS);
  return (
    <div class="history-nothing">
      <p>{say('empty')}</p>
      <a class="button button-primary" href={addressOf('try')}>
        {say('toTry')}
      </a>
    </div>
  );
}

function Grid({ entries }: { readonly entries: readonly HistoryEntry[] }): JSX.Element {
  const { say } = useTexts(TEXTS);
  const [filter, setFilter] = useState<Filter>('all');
  const shown = entries.filter(FILTERS[filter]);
  return (
    <section aria-label={say('title')}>
      <fieldset class="segments history-filters">
        <legend class="visually-hidden">{say('filter')}</legend>
        {FILTER_NAMES.map((name) => (
          <button key={name} type="button" aria-pressed={name === filter} onClick={() => setFilter(name)}>
            {say(`filter_${name}`, { count: entries.filter(FILTERS[name]).length })}
          </button>
        ))}
      </fieldset>
      {shown.length === 0 && <p class="quiet">{say('noneSuch')}</p>}
      <ul class="cards">
        {shown.map((entry) => (
          <Card key={entry.id} entry={entry} />
        ))}
      </ul>
    </section>
  );
}
