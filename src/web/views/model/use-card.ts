// The card of the model that answers now, and the other models there are.

import { useEffect, useState } from 'preact/hooks';
import type { ModelInfo } from '../../../contract/model-info.ts';
import { isModelInfo } from '../../api/answer.ts';
import { type Failure, failureOf } from '../../api/failure.ts';
import { keyStore } from '../../api/key.ts';
import { requestJson } from '../../api/request.ts';
import { useStore } from '../../store.ts';

export type CardState =
  | { readonly state: 'loading' }
  | { readonly state: 'failed'; readonly failure: Failure }
  | { readonly state: 'there'; readonly card: unknown; readonly others: readonly ModelInfo[] };

/** With a way to ask again. */
export function useCard(): [CardState, () => void] {
  const [state, setState] = useState<CardState>({ state: 'loading' });
  const [attempt, setAttempt] = useState(0);
  const { key } = useStore(keyStore);
  useEffect(() => {
    const leaving = new AbortController();
    const { signal } = leaving;
    Promise.all([
      requestJson('/v1/model', hasCard, { signal }),
      requestJson('/v1/models', hasModels, { signal }),
    ]).then(
      ([{ card }, { models }]) =>
        setState({ state: 'there', card, others: models.filter(({ active }) => !active) }),
      (error: unknown) => {
        if (!signal.aborted) setState({ state: 'failed', failure: failureOf(error) });
      },
    );
    return () => leaving.abort();
  }, [attempt, key]);
  return [state, () => setAttempt((before) => before + 1)];
}

function hasCard(answer: unknown): answer is { readonly card: unknown } {
  return typeof answer === 'object' && answer !== null && 'card' in answer;
}

function hasModels(answer: unknown): answer is { readonly models: readonly ModelInfo[] } {
  if (typeof answer !== 'object' || answer === null || !('models' in answer)) return false;
  return Array.isArray(answer.models) && answer.models.every(isModelInfo);
}
