// The reference of the model that answers now, from its card.

import { useEffect, useState } from 'preact/hooks';
import { requestJson } from '../../api/request.ts';
import { type Reference, referenceOf } from './reference.ts';

/** Null until it is known, and where the card has none. */
export function useReference(): Reference | null {
  const [reference, setReference] = useState<Reference | null>(null);
  useEffect(() => {
    const leaving = new AbortController();
    requestJson('/v1/model', hasCard, { signal: leaving.signal }).then(
      ({ card }) => setReference(referenceOf(card)),
      () => undefined,
    );
    return () => leaving.abort();
  }, []);
  return reference;
}

function hasCard(answer: unknown): answer is { readonly card: unknown } {
  return typeof answer === 'object' && answer !== null && 'card' in answer;
}
