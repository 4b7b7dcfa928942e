// Labels the answers that need a person, by keyboard: disputed ones first, then the least sure.

import type { JSX } from 'preact';
import { useCallback, useRef, useState } from 'preact/hooks';
import { FEEDBACK_LABELS, type FeedbackLabel } from '../../../contract/feedback-label.ts';
import type { ReviewItem } from '../../../contract/review.ts';
import { DropOverlay } from '../../components/drop-overlay.tsx';
import { StateIcon } from '../../components/state.tsx';
import { useDrop } from '../../intake/drop.ts';
import { useKeys } from '../../keys.ts';
import { useSpeech, useTexts } from '../../text/context.ts';
import { failureText } from '../../text/failure-text.ts';
import { fromDrop } from '../batch/folders.ts';
import { VERDICT_OF } from '../history/labels.ts';
import '../view-parts.css';
import { Export } from './export.tsx';
import { Facts, ItemPicture, Reason } from './item.tsx';
import { type Albums, usePictures } from './pictures.ts';
import './review.css';
import { REVIEW_KEYS } from './review-keys.ts';
import { TEXTS } from './texts.ts';
import { type Review, useReview } from './use-review.ts';

export { KEY_LINES } from './review-keys.ts';

export function View(): JSX.Element {
  const { say } = useTexts(TEXTS);
  const review = useReview();
  const { queue } = review;
  const item = queue.items[queue.position];
  const [hidden, setHidden] = useState(false);
  const albums = usePictures();
  const { add } = albums;
  const dragging = useDrop(
    useCallback(
      (dropped) => {
        fromDrop(dropped).then(({ picked }) => add(picked.map(({ file }) => file)));
      },
      [add],
    ),
  );
  useKeys(REVIEW_KEYS, {
    ...Object.fromEntries(FEEDBACK_LABELS.map((label) => [label, () => review.say(label)])),
    skip: review.skip,
    undo: review.undo,
    hide: () => setHidden((before) => !before),
  });
  return (
    <main class="review" aria-busy={queue.next === undefined && review.failure === null}>
      <header class="view-header">
        <h1 tabIndex={-1}>{say('title')}</h1>
        <p>{say('lead')}</p>
      </header>
      <Troubles review={review} />
      {queue.items.length > 0 && <Progress review={review} />}
      {item === undefined ? (
        <End review={review} />
      ) : (
        <One {...{ review, item, albums, hidden }} onHidden={setHidden} />
      )}
      {queue.next !== undefined && <Export albums={albums} settled={review.settled} />}
      {dragging && <DropOverlay title={say('dropNow')} detail={say('dropNowDetail')} />}
    </main>
  );
}

/** What did not work: the queue itself, or answers on their way back. */
function Troubles({ review }: { readonly review: Review }): JSX.Element | null {
  const { say } = useTexts(TEXTS);
  const speech = useSpeech();
  const { queue, failure, retry } = review;
  const [unsent] = queue.unsent.values();
  const trouble = failure ?? unsent;
  if (trouble === undefined) return null;
  return (
    <p class="review-trouble" role="alert">
      {failure === null ? say('unsent', { count: queue.unsent.size }) : say('failed')}{' '}
      {failureText(trouble, speech)}{' '}
      <button class="button button-small" type="button" onClick={retry}>
        {say('retry')}
      </button>
    </p>
  );
}

function Progress({ review: { queue } }: { readonly review: Review }): JSX.Element {
  const { say } = useTexts(TEXTS);
  const [done, all] = [queue.said.size, queue.items.length];
  const left = all - queue.position;
  return (
    <div class="review-progress">
      <progress value={queue.position} max={Math.max(1, all)} aria-label={say('progress')} />
      <span>{say(queue.next === null ? 'progressValue' : 'progressMore', { done, left })}</span>
    </div>
  );
}

/** Nothing to look at: not yet, not at all, or no longer. */
function End({ review: { queue, failure, undo } }: { readonly review: Review }): JSX.Element | null {
  const { say } = useTexts(TEXTS);
  if (failure !== null) return null;
  if (queue.next !== null) return <p role="status">{say('loading')}</p>;
  if (queue.items.length === 0) return <p role="status">{say('empty')}</p>;
  return (
    <div class="review-end" role="status">
      <p>
        <strong>{say('finished')}</strong> {say('finishedCount', { count: queue.said.size })}
      </p>
      {queue.trail.length > 0 && (
        <button class="button" type="button" onClick={undo}>
          {say('undo')}
        </button>
      )}
    </div>
  );
}

interface OneProps {
  readonly review: Review;
  readonly item: ReviewItem;
  readonly albums: Albums;
  readonly hidden: boolean;
  readonly onHidden: (hidden: boolean) => void;
}

function One({ review, item, albums, hidden, onHidden }: OneProps): JSX.Element {
  const { say } = useTexts(TEXTS);
  const { prediction } = item;
  return (
    <div class="review-one">
      <div class="review-picture">
        <ItemPicture
          key={prediction.id}
          {...{ prediction, albums, hidden }}
          kept={review.queue.kept.has(prediction.id)}
        />
      </div>
      <section class="review-ask" aria-labelledby="review-question">
        <h2 id="review-question">{say('question')}</h2>
        {!hidden && <Reason item={item} />}
        <Answers review={review} />
        <label class="check">
          <input
            type="checkbox"
            checked={hidden}
            onChange={({ currentTarget }) => onHidden(currentTarget.checked)}
          />
          <span>{say('hide')}</span>
        </label>
        <Facts prediction={prediction} />
      </section>
    </div>
  );
}

function Answers({ review }: { readonly review: Review }): JSX.Element {
  const { say } = useTexts(TEXTS);
  const announced = useRef<FeedbackLabel | null>(null);
  const { queue } = review;
  const last = queue.items[queue.trail.at(-1) ?? -1];
  announced.current = (last && queue.said.get(last.prediction.id)) ?? null;
  return (
    <>
      <div class="review-answers">
        {FEEDBACK_LABELS.map((label, index) => (
          <button
            key={label}
            class={`button is-${VERDICT_OF[label]}`}
            type="button"
            data-label={label}
            onClick={() => review.say(label)}
          >
            <span class="key-cap" aria-hidden="true">
              {index + 1}
            </span>
            <StateIcon state={VERDICT_OF[label]} />
            {say(`say_${label}`)}
          </button>
        ))}
      </div>
      <div class="review-steps">
        <button class="button button-small" type="button" onClick={review.skip}>
          <span class="key-cap" aria-hidden="true">
            S
          </span>{' '}
          {say('skip')}
        </button>
        <button
          class="button button-small"
          type="button"
          disabled={queue.trail.length === 0}
          onClick={review.undo}
        >
          <span class="key-cap" aria-hidden="true">
            Z
          </span>{' '}
          {say('undo')}
        </button>
      </div>
      <p class="visually-hidden" role="status">
        {announced.current !== null &&
          `${queue.said.size}. ${say('announced', { label: say(`label_${announced.current}`) })}`}
      </p>
    </>
  );
}
