import { describe, expect, it } from 'vitest';
import { accuracyTable, withAccuracyTable } from './accuracy-table.ts';
import { proportion } from './proportion.ts';

const share = (count: number, of: number) =>
  proportion(count, of) ?? { value: 0, count, of, interval: [0, 1] as [number, number] };

const measured = {
  name: 'mouth',
  id: '0123456789ab',
  metrics: [
    {
      split: 'whole sources left out | by hand',
      accuracy: share(15, 20),
      openRecall: share(10, 10),
      closedRecall: share(5, 10),
      balancedAccuracy: 0.75,
      auc: 0.9,
      expectedCalibrationError: 0.0312,
    },
  ],
};

describe('accuracy table', () => {
  it('gives every measurement a row with counts and exact intervals', () => {
    const [, , row = ''] = accuracyTable([measured]).split('\n');
    expect(row).toContain('75.0 % · 15 of 20 · 50.9–91.3');
    expect(row).toContain('100.0 % · 10 of 10 · 69.2–100.0');
    expect(row).toContain('whole sources left out \\| by hand');
    expect(row).toContain('3.1 %');
    expect(accuracyTable([{ ...measured, metrics: [] }])).toBe('');
  });

  it('replaces what stands between the marks, however often, and nothing else', () => {
    const document = 'before\n\n<!-- accuracy -->\n\nold\n\n<!-- /accuracy -->\n\nafter\n';
    const once = withAccuracyTable(document, accuracyTable([measured]));
    expect(once).toMatch(
      /^before\n\n<!-- accuracy -->\n\n\| model[\s\S]*\|\n\n<!-- \/accuracy -->\n\nafter\n$/,
    );
    expect(once).not.toContain('old');
    expect(withAccuracyTable(once, accuracyTable([measured]))).toBe(once);
    expect(() => withAccuracyTable('no marks', '')).toThrow('accuracy');
  });
});
