// What the server tells about the model that answers: its band of doubt and its measured accuracy.

import { useEffect, useState } from 'preact/hooks';
import type { ModelInfo } from '../contract/model-info.ts';
import { isModelInfo } from './api/answer.ts';
import { requestJson } from './api/request.ts';

/** Asked for once the first answer names a model, and again when another model answers. Null until known. */
export function useModel(id: string | null): ModelInfo | null {
  const [model, setModel] = useState<ModelInfo | null>(null);
  const known = model?.id === id;
  useEffect(() => {
    if (id === null || known) return;
    const leaving = new AbortController();
    requestJson('/v1/model', isModelInfo, { signal: leaving.signal }).then(setModel, () => {
      // The verdict stands without it.
    });
    return () => leaving.abort();
  }, [id, known]);
  return known ? model : null;
}
