// The card of the model that answers now.

import { useEffect, useState } from 'preact/hooks';
import { requestJson } from '../../api/request.ts';

/** Undefined until it is known, and where it cannot be had: the figures say so themselves. */
export function useCard(): unknown {
  const [card, setCard] = useState<unknown>(undefined);
  useEffect(() => {
    const leaving = new AbortController();
    requestJson('/v1/model', hasCard, { signal: leaving.signal }).then(
      (answer) => setCard(answer.card),
      () => undefined,
    );
    return () => leaving.abort();
  }, []);
  return card;
}

function hasCard(answer: unknown): answer is { readonly card: unknown } {
  return typeof answer === 'object' && answer !== null && 'card' in answer;
}
