// How many bottles are open, closed, unsure, in words.

import type { Bottle } from '../../contract/prediction.ts';
import { BOTTLE_STATES } from '../../contract/verdict.ts';
import type { Speech } from './context.ts';
import { localeOf } from './format.ts';

/** For example "2 fechadas e 1 aberta", most frequent first. */
export function bottleStates(bottles: readonly Bottle[], { say, language }: Speech): string {
  const counted = BOTTLE_STATES.map((state) => ({
    state,
    count: bottles.filter((bottle) => bottle.state === state).length,
  }));
  const words = counted
    .filter(({ count }) => count > 0)
    .sort((one, other) => other.count - one.count)
    .map(({ state, count }) => `${count} ${say(count === 1 ? `one_${state}` : `many_${state}`)}`);
  return new Intl.ListFormat(localeOf(language), { type: 'conjunction' }).format(words);
}
