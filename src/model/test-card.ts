import type { Card } from './card.ts';

/** A card for tests: every part that a test does not care about is filled in. */
export function testCard(parts: Partial<Card> = {}): Card {
  return {
    id: '0123456789ab',
    name: 'test',
    version: '1',
    created: '2026-01-01T00:00:00Z',
    labels: ['open', 'closed'],
    architecture: {
      arch: 'seed-cnn',
      input: { size: 8, mean: 0, scale: 1, fit: 'stretch', fill: [0, 0, 0] },
    },
    maxSide: 256,
    calibration: { temperature: 1, bias: 0 },
    thresholds: { closedBelow: 0.5, openAbove: 0.5 },
    data: { manifestSha256: '', counts: {}, split: '', origins: [] },
    metrics: [],
    training: {},
    licences: [],
    knownFailures: [],
    ...parts,
  };
}
