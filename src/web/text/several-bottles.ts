// What is said of several bottles at once.

import type { Bottle } from '../../contract/prediction.ts';
import { BOTTLE_STATES } from '../../contract/verdict.ts';
import type { Speech } from './context.ts';
import { localeOf } from './format.ts';

/** For example "3 garrafas: 2 fechadas e 1 aberta." or "3 garrafas, todas abertas."; empty for fewer than two. */
export function severalBottles(bottles: readonly Bottle[], speech: Speech): string {
  const { say } = speech;
  const count = bottles.length;
  const [first] = bottles;
  if (first === undefined || count < 2) return '';
  if (bottles.every(({ state }) => state === first.state)) {
    return say('sentenceAll', { count, state: say(`many_${first.state}`) });
  }
  return say('sentenceSeveral', { count, states: countedStates(bottles, speech) });
}

/** The most frequent state first. */
function countedStates(bottles: readonly Bottle[], { say, language }: Speech): string {
  const words = BOTTLE_STATES.map((state) => ({
    state,
    count: bottles.filter((bottle) => bottle.state === state).length,
  }))
    .filter(({ count }) => count > 0)
    .sort((one, other) => other.count - one.count)
    .map(({ state, count }) => `${count} ${say(count === 1 ? `one_${state}` : `many_${state}`)}`);
  return new Intl.ListFormat(localeOf(language), { type: 'conjunction' }).format(words);
}
