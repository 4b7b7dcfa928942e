import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Value } from 'typebox/value';
import { describe, expect, test } from 'vitest';
import { Card } from '../../../model/card.ts';
import { readCard } from './card.ts';

const bundled: unknown = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../../../models/default/card.json'), 'utf8'),
);

test('the bundled model’s card is read as its schema means it', () => {
  const card = Value.Parse(Card, bundled);
  const facts = readCard(bundled);
  expect(facts).toMatchObject({
    id: card.id,
    name: card.name,
    architecture: card.architecture.arch,
    band: [card.thresholds.closedBelow, card.thresholds.openAbove],
    calibration: card.calibration,
    origins: card.data.origins,
    licences: card.licences,
    knownFailures: card.knownFailures,
  });
  expect(facts.measured.map(({ split }) => split)).toEqual(card.metrics.map(({ split }) => split));
  expect(facts.measured[0]?.figures[0]).toEqual({ name: 'accuracy', proportion: card.metrics[0]?.accuracy });
  expect(Object.fromEntries(facts.counts.map(({ name, count }) => [name, count]))).toEqual(card.data.counts);
});

describe('parts that a card may have', () => {
  const proportion = (value: number) => ({ value, count: 1, of: 2, interval: [0, 1] });
  const metrics = {
    split: 's',
    bySource: { good: proportion(0.9), bad: proportion(0.1), broken: { value: 1 } },
    reliability: [{ count: 3, open: 1, meanPOpen: 0.3, shareOpen: 0.33 }, { count: 'x' }],
  };

  test('are shown worst first, and broken ones left out', () => {
    const [measured] = readCard({ metrics: [metrics] }).measured;
    expect(measured?.bySource.map(({ name }) => name)).toEqual(['bad', 'good']);
    expect(measured?.reliability).toEqual([{ count: 3, meanPOpen: 0.3, shareOpen: 0.33 }]);
    expect(measured?.figures).toEqual([]);
  });

  test.each([[null], ['card'], [{}], [{ metrics: 3, data: null, thresholds: { closedBelow: 'x' } }]])(
    'may all be missing: %j',
    (card) => {
      const facts = readCard(card);
      expect(facts.band).toBeNull();
      expect(facts.measured).toEqual([]);
      expect(facts.origins).toEqual([]);
    },
  );
});
