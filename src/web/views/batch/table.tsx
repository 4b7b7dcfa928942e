// The table of a batch: chosen by verdict and confidence, sorted by its columns, a page at a time.

import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { useTexts } from '../../text/context.ts';
import type { Item } from './batch.ts';
import { OneItem } from './one-item.tsx';
import { Row } from './row.tsx';
import {
  CONFIDENCE_NAMES,
  chosenRows,
  FIRST_LOOK,
  KINDS,
  kindCounts,
  type Look,
  type Order,
  PAGE_ROWS,
  pageCount,
} from './rows.ts';
import { TEXTS } from './texts.ts';

interface TableProps {
  readonly items: readonly Item[];
  readonly onRetry: (id: number) => void;
}

export function Table({ items, onRetry }: TableProps): JSX.Element {
  const { say } = useTexts(TEXTS);
  const [look, setLook] = useState(FIRST_LOOK);
  const [openedId, setOpenedId] = useState<number | null>(null);
  const rows = chosenRows(items, look);
  // Rows may have gone from a choice while its last page was open.
  const page = Math.min(look.page, pageCount(rows.length) - 1);
  const opened = items.find(({ id }) => id === openedId);
  const place = rows.findIndex(({ id }) => id === openedId);
  const stepTo = (to: Item | undefined): (() => void) | null =>
    to === undefined ? null : () => setOpenedId(to.id);
  const shown = rows.slice(page * PAGE_ROWS, (page + 1) * PAGE_ROWS);
  return (
    <section class="batch-table" aria-label={say('table')}>
      <Choice items={items} look={look} onLook={setLook} />
      {rows.length === 0 ? (
        <p class="batch-none">{say('noneChosen')}</p>
      ) : (
        <table>
          <thead>
            <tr>
              <th scope="col">{say('column_picture')}</th>
              <Sorter order="name" {...{ look }} onLook={setLook} />
              <Sorter order="verdict" {...{ look }} onLook={setLook} />
              <Sorter order="confidence" {...{ look }} onLook={setLook} />
              <th scope="col" class="column-bottles">
                {say('column_bottles')}
              </th>
            </tr>
          </thead>
          <tbody>
            {shown.map((item) => (
              <Row key={item.id} item={item} onOpen={({ id }) => setOpenedId(id)} onRetry={onRetry} />
            ))}
          </tbody>
        </table>
      )}
      <Pages rows={rows.length} page={page} onPage={(to) => setLook({ ...look, page: to })} />
      {opened !== undefined && (
        <OneItem
          item={opened}
          onBefore={stepTo(place > 0 ? rows[place - 1] : undefined)}
          onAfter={stepTo(place < 0 ? undefined : rows[place + 1])}
          onClose={() => setOpenedId(null)}
        />
      )}
    </section>
  );
}

interface LookProps {
  readonly look: Look;
  readonly onLook: (look: Look) => void;
}

function Choice({ items, look, onLook }: LookProps & Pick<TableProps, 'items'>): JSX.Element {
  const { say } = useTexts(TEXTS);
  const counts = kindCounts(items);
  return (
    <div class="batch-choice">
      <fieldset class="batch-kinds">
        <legend class="visually-hidden">{say('show')}</legend>
        {KINDS.filter((kind) => kind === 'all' || kind === look.kind || counts[kind] > 0).map((kind) => (
          <button
            key={kind}
            type="button"
            class={`batch-kind is-${kind}`}
            aria-pressed={kind === look.kind}
            onClick={() => onLook({ ...look, kind, page: 0 })}
          >
            {say(`kind_${kind}`)} <b>{counts[kind]}</b>
          </button>
        ))}
      </fieldset>
      <label class="batch-band">
        {say('confidence')}{' '}
        <select
          value={look.band}
          onChange={({ currentTarget: { value } }) => {
            const band = CONFIDENCE_NAMES.find((name) => name === value) ?? 'any';
            onLook({ ...look, band, page: 0 });
          }}
        >
          {CONFIDENCE_NAMES.map((name) => (
            <option key={name} value={name}>
              {say(`band_${name}`)}
            </option>
          ))}
        </select>
      </label>
    </div>
  );
}

interface SorterProps extends LookProps {
  readonly order: Exclude<Order, 'given'>;
}

/** First up, then down, then as given. */
function Sorter({ order, look, onLook }: SorterProps): JSX.Element {
  const { say } = useTexts(TEXTS);
  const sorted = look.order === order;
  const direction = sorted ? (look.descending ? 'descending' : 'ascending') : 'none';
  const turn = (): Look => {
    if (!sorted) return { ...look, order, descending: false, page: 0 };
    return look.descending
      ? { ...look, order: 'given', descending: false, page: 0 }
      : { ...look, descending: true, page: 0 };
  };
  const column = say(`column_${order}`);
  return (
    <th scope="col" class={`column-${order}`} aria-sort={direction}>
      <button type="button" title={say('sorted', { column })} onClick={() => onLook(turn())}>
        {column}
        <span class="sort-mark" aria-hidden="true" />
      </button>
    </th>
  );
}

interface PagesProps {
  readonly rows: number;
  readonly page: number;
  readonly onPage: (page: number) => void;
}

function Pages({ rows, page, onPage }: PagesProps): JSX.Element | null {
  const { say } = useTexts(TEXTS);
  if (rows <= PAGE_ROWS) return null;
  const [from, to] = [page * PAGE_ROWS + 1, Math.min(rows, (page + 1) * PAGE_ROWS)];
  return (
    <div class="batch-pages">
      <button
        class="button button-small"
        type="button"
        disabled={page === 0}
        onClick={() => onPage(page - 1)}
      >
        {say('before')}
      </button>
      <span>{say('rows', { from, to, all: rows })}</span>
      <button
        class="button button-small"
        type="button"
        disabled={to === rows}
        onClick={() => onPage(page + 1)}
      >
        {say('after')}
      </button>
    </div>
  );
}
