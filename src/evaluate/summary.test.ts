import { describe, expect, it } from 'vitest';
import { toCsv } from './csv.ts';
import type { Row } from './results.ts';
import { metricsOf, referenceOf, summarise } from './summary.ts';

type Verdict = NonNullable<Row['answer']>['verdict'];

function row(label: Row['label'], verdict: Verdict, pOpen: number, more: Partial<Row> = {}): Row {
  return {
    file: `${label}.jpg`,
    label,
    group: 'g',
    source: 's',
    kind: 'phone',
    beer: true,
    answer: { verdict, p_open: pOpen, confidence: 0.9, bottles: [], ms: 5 },
    error: null,
    ...more,
  };
}

const broken: Partial<Row> = { answer: null, error: { code: 'BROKEN_PICTURE', message: 'damaged' } };

// Worked by hand: five bottles answered (two open, three closed), one broken, two without a bottle.
const rows: Row[] = [
  row('open', 'open', 0.9, { source: 'a' }),
  row('open', 'no_bottle', 0.3, { source: 'a' }),
  row('closed', 'closed', 0.1, { source: 'b' }),
  row('closed', 'uncertain', 0.45, { source: 'b' }),
  row('closed', 'open', 0.8, { source: 'b', beer: false }),
  row('closed', 'closed', 0, { source: 'b', ...broken }),
  row('none', 'no_bottle', 0.5, { source: 'c' }),
  row('none', 'closed', 0.2, { source: 'c' }),
  row('unclear', 'uncertain', 0.5, { source: 'b' }),
  row('mixed', 'open', 0.7, { source: 'b' }),
];

describe('summary', () => {
  const { overall, bySource, byBeer, errors } = summarise(rows);
  const counted = (share: { count: number; of: number } | null) => share && [share.count, share.of];

  it('counts every answer by P(open), and only bottles of known state', () => {
    expect([overall.open, overall.closed]).toEqual([2, 3]);
    expect(counted(overall.accuracy)).toEqual([3, 5]);
    expect(counted(overall.openRecall)).toEqual([1, 2]);
    expect(counted(overall.closedRecall)).toEqual([2, 3]);
    expect(overall.balancedAccuracy).toBeCloseTo((1 / 2 + 2 / 3) / 2, 12);
    expect(overall.auc).toBeCloseTo(4 / 6, 12);
  });

  it('judges the verdicts apart: what was decided, left uncertain, not found, or seen in empty pictures', () => {
    expect(counted(overall.selectiveAccuracy)).toEqual([2, 3]);
    expect(counted(overall.uncertain)).toEqual([1, 5]);
    expect(counted(overall.found)).toEqual([4, 5]);
    expect(counted(overall.falseState)).toEqual([1, 2]);
    expect(overall.confusion.closed).toEqual({ open: 1, closed: 1, uncertain: 1, no_bottle: 0 });
  });

  it('says what it left out', () => {
    expect(overall.leftOut).toEqual({ unclear: 1, mixed: 1, broken: 1 });
    expect(errors).toEqual({ BROKEN_PICTURE: 1 });
  });

  it('splits without losing a row, and gives no figure to a slice that lacks a state', () => {
    expect(Object.keys(bySource)).toEqual(['a', 'b', 'c']);
    expect(Object.values(bySource).reduce((sum, slice) => sum + slice.open + slice.closed, 0)).toBe(5);
    expect(bySource.a?.balancedAccuracy).toBeNull();
    expect(bySource.a?.closedRecall).toBeNull();
    expect(byBeer.other?.accuracy?.of).toBe(1);
  });

  it('makes a card’s metrics, and none from half a truth', () => {
    const metrics = metricsOf('by hand', rows);
    expect(metrics).toMatchObject({ split: 'by hand', accuracy: { count: 3, of: 5 } });
    const sources = Object.values(metrics.bySource ?? {});
    expect(sources.reduce((sum, { count }) => sum + count, 0)).toBe(3);
    expect(sources.reduce((sum, { of }) => sum + of, 0)).toBe(5);
    expect(metrics.reliability?.reduce((sum, { count }) => sum + count, 0)).toBe(5);
    const raw = metricsOf('by hand', rows, false);
    expect(raw).toMatchObject({ accuracy: metrics.accuracy, bySource: metrics.bySource });
    for (const figure of ['expectedCalibrationError', 'uncertain', 'found', 'reliability'])
      expect(raw).not.toHaveProperty(figure);
    expect(() => metricsOf('open only', rows.slice(0, 2))).toThrow('open only');
  });

  it('keeps how the answers were spread: each one in one verdict and one bar', () => {
    const answered = rows.filter(({ answer }) => answer).length;
    const { verdicts, confidence } = referenceOf('by hand', rows);
    expect(Object.values(verdicts).reduce((sum, count) => sum + count, 0)).toBe(answered);
    expect(confidence.reduce((sum, count) => sum + count, 0)).toBe(answered);
  });

  it('keeps how bright the pictures were, if it knows that of all of them', () => {
    const lit = [0, 0.049, 0.05, 0.999, 1].map((brightness) => {
      const { answer, ...known } = row('open', 'open', 0.9);
      return { ...known, answer: answer && { ...answer, brightness } };
    });
    const { brightness = [] } = referenceOf('by hand', lit);
    expect([brightness.length, brightness[0], brightness[1], brightness[19]]).toEqual([20, 2, 1, 2]);
    expect(referenceOf('by hand', [...lit, row('open', 'open', 0.9)]).brightness).toBeUndefined();
  });
});

describe('csv', () => {
  it('quotes what a spreadsheet would split', () => {
    const csv = toCsv([
      row('open', 'open', 0.5, { file: 'a "b", c.jpg' }),
      { ...row('none', 'open', 0), ...broken },
    ]);
    expect(csv.split('\r\n')).toEqual([
      'file,label,group,source,kind,beer,verdict,p_open,confidence,bottles,ms,error',
      '"a ""b"", c.jpg",open,g,s,phone,true,open,0.5,0.9,0,5,',
      'none.jpg,none,g,s,phone,true,,,,,,BROKEN_PICTURE',
      '',
    ]);
  });
});
