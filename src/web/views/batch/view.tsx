// Hundreds of files or a folder: a queue with its progress, and a table of what became of each.

import type { JSX } from 'preact';
import { useCallback, useMemo } from 'preact/hooks';
import { DropOverlay } from '../../components/drop-overlay.tsx';
import { useDrop } from '../../intake/drop.ts';
import { useKeys } from '../../keys.ts';
import { useStore } from '../../store.ts';
import { useTexts } from '../../text/context.ts';
import { type Batch, countOf } from './batch.ts';
import './batch.css';
import { BATCH_KEYS } from './batch-keys.ts';
import { type Found, fromDrop } from './folders.ts';
import { BATCH_FILES_ID, Intake } from './intake.tsx';
import { Progress } from './progress.tsx';
import { batchStore } from './runner.ts';
import { Table } from './table.tsx';
import { TEXTS } from './texts.ts';

export { KEY_LINES } from './batch-keys.ts';

const { dispatch } = batchStore;

function take({ picked, leftOut }: Found): void {
  dispatch({ type: 'added', picked, leftOut });
}

export function View(): JSX.Element {
  const { say } = useTexts(TEXTS);
  const batch = useStore(batchStore);
  const { all, done } = countOf(batch);
  const going = done < all;
  const dragging = useDrop(
    useCallback((dropped) => {
      fromDrop(dropped).then(take);
    }, []),
  );
  useKeys(BATCH_KEYS, {
    files: () => document.getElementById(BATCH_FILES_ID)?.click(),
    pause: () => {
      if (going) dispatch({ type: batch.paused ? 'resumed' : 'paused' });
    },
    retry: () => dispatch({ type: 'retried' }),
  });
  const empty = batch.items.length === 0;
  return (
    <main class="batch" data-empty={empty}>
      <div class="batch-top">
        <header class="view-header">
          <h1 tabIndex={-1}>{say('title')}</h1>
          <p>{say('lead')}</p>
        </header>
        <Intake onFound={take} large={empty} />
      </div>
      {batch.leftOut > 0 && (
        <p class="batch-left-out">
          {batch.leftOut === 1 ? say('leftOutOne') : say('leftOut', { count: batch.leftOut })}
        </p>
      )}
      {!empty && <Progress batch={batch} dispatch={dispatch} />}
      {!empty && <Table items={batch.items} onRetry={(id) => dispatch({ type: 'retried', id })} />}
      <Announcement batch={batch} />
      {dragging && <DropOverlay title={say('dropNow')} detail={say('dropNowDetail')} />}
    </main>
  );
}

/** Every tenth of the way and the end: more would drown everything else. */
function Announcement({ batch }: { readonly batch: Batch }): JSX.Element {
  const { say, language } = useTexts(TEXTS);
  const { all, done, judged, failed } = countOf(batch);
  const tenth = Math.floor((10 * done) / Math.max(1, all));
  const text = useMemo(() => {
    if (tenth === 0) return '';
    return done === all ? say('saidFinished', { judged, failed }) : say('saidProgress', { done, all });
  }, [tenth, all, language]);
  return (
    <p class="visually-hidden" role="status">
      {text}
    </p>
  );
}
