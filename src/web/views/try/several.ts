// When several files come at once the first is judged here, and all of them can go to the batch.

import { goTo } from '../../router.ts';

let given: readonly File[] = [];

export function keepSeveral(files: readonly File[]): void {
  given = files;
}

/** Gives the batch what came together, and goes there. */
export async function judgeAll(): Promise<void> {
  const [{ batchStore }, { fromInput }] = await Promise.all([
    import('../batch/runner.ts'),
    import('../batch/folders.ts'),
  ]);
  const { picked, leftOut } = fromInput(given);
  batchStore.dispatch({ type: 'added', picked, leftOut });
  given = [];
  goTo('batch');
}
