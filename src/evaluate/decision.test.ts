import { describe, expect, it } from 'vitest';
import { crossFit, decideAgain, fitDecision, RAW_DECISION, splitOf } from './decision.ts';
import type { Answer, Row } from './results.ts';
import { sliceOf } from './summary.ts';

const sigmoid = (z: number) => 1 / (1 + Math.exp(-z));

/** A picture as RAW_DECISION answers it: one candidate with this log-odds and presence. */
function row(label: Row['label'], logit: number, presence: number, source = 's'): Row {
  const p_open = sigmoid(logit);
  const state = p_open > 0.5 ? 'open' : 'closed';
  const confidence = Math.max(p_open, 1 - p_open);
  const bottle = { box: [0, 0, 9, 9] as [number, number, number, number], confidence, p_open, presence };
  const answer: Answer = { verdict: state, p_open, confidence, bottles: [{ ...bottle, state }], ms: 1 };
  return { file: 'f', label, group: source, source, kind: '', beer: true, answer, error: null };
}

/** A log-odds of ±5 that is right `right` times in a hundred, evenly over both states; presences 0.01 to 1. */
function overconfident(right: number, source = 's'): Row[] {
  return [1, -1].flatMap((side) =>
    Array.from({ length: 100 }, (_, i) => {
      const open = side > 0 === i < right;
      return row(open ? 'open' : 'closed', 5 * side + (i % 2 ? 0.01 : 0), (i + 1) / 100, source);
    }),
  );
}

describe('fitDecision', () => {
  it('brings an overconfident network down to the rate at which it is right, at the odds that it assumes', () => {
    const rows = overconfident(80);
    const decision = fitDecision(rows, { precision: 0.5, bottlesFound: 1, falseStates: 1 });
    const decided = rows.map((one) => decideAgain(one, decision));
    // Bayes' rule: four times as likely one way as the other, 30 open bottles for 70 closed ones.
    const [saysOpen, saysClosed] = [
      (0.8 * 0.3) / (0.8 * 0.3 + 0.2 * 0.7),
      (0.2 * 0.3) / (0.2 * 0.3 + 0.8 * 0.7),
    ];
    for (const [i, { answer }] of decided.entries()) {
      const raw = rows[i]?.answer?.p_open ?? 0;
      expect(Math.abs((answer?.p_open ?? 0) - (raw > 0.5 ? saysOpen : saysClosed))).toBeLessThan(0.03);
    }
  });

  it('finds the share of bottles that it was asked to find, and no more than that', () => {
    const rows = overconfident(90);
    const { presenceThreshold } = fitDecision(rows, { precision: 0.5, bottlesFound: 0.9, falseStates: 1 });
    const kept = rows.filter(({ answer }) => (answer?.bottles[0]?.presence ?? 0) >= presenceThreshold);
    // Presences come in pairs here, so it may keep one pair more.
    expect(kept.length).toBeGreaterThanOrEqual(180);
    expect(kept.length).toBeLessThanOrEqual(182);
    const decision = { ...RAW_DECISION, presenceThreshold };
    const found = sliceOf(rows.map((one) => decideAgain(one, decision))).found;
    expect(found?.count).toBe(kept.length);
  });

  it('is silent where it cannot be as right as it was asked to be', () => {
    const rows = overconfident(80);
    const silent = rows.map((one) =>
      decideAgain(one, fitDecision(rows, { precision: 0.95, bottlesFound: 1, falseStates: 1 })),
    );
    expect(sliceOf(silent).uncertain?.value).toBe(1);
    const bold = rows.map((one) =>
      decideAgain(one, fitDecision(rows, { precision: 0.75, bottlesFound: 1, falseStates: 1 })),
    );
    expect(sliceOf(bold).uncertain?.value).toBe(0);
  });
});

describe('presence', () => {
  /** Evidence for one candidate: only `large` tells bottles from other things, the rest misleads. */
  const weighed = (label: Row['label'], large: number, i: number): Row => {
    const one = row(label, label === 'open' ? 3 : -3, 0.5);
    const [bottle] = one.answer?.bottles ?? [];
    const evidence = [Math.sin(i), Math.cos(i), Math.sin(3 * i), large];
    return one.answer ? { ...one, answer: { ...one.answer, bottles: [{ ...bottle, evidence }] } } : one;
  };
  const rows = Array.from({ length: 300 }, (_, i) => {
    const label = (['open', 'closed', 'none'] as const)[i % 3];
    return weighed(label, (label === 'none' ? -1 : 1) + 1.2 * Math.sin(17 * i), i);
  });
  const targets = { precision: 0.5, bottlesFound: 0.97, falseStates: 0.05 };

  it('listens to the opinion that knows', () => {
    const { presence } = fitDecision(rows, targets);
    for (const name of ['finder', 'reader', 'small'] as const)
      expect(Math.abs(presence[name])).toBeLessThan(presence.large / 3);
  });

  it('tells no state of more bottle-free pictures than it may, and loses no more bottles', () => {
    const decision = fitDecision(rows, targets);
    const { falseState, found } = sliceOf(rows.map((one) => decideAgain(one, decision)));
    expect(falseState?.value).toBeLessThanOrEqual(0.05);
    expect(falseState?.value).toBeGreaterThan(0.02);
    expect(found?.value).toBeGreaterThanOrEqual(0.97);
    expect(decision.sureThreshold).toBeGreaterThan(decision.presenceThreshold);
  });

  it('stays even where nothing is bottle-free', () => {
    const { presence } = fitDecision(
      rows.filter(({ label }) => label !== 'none'),
      targets,
    );
    expect(presence).toEqual(RAW_DECISION.presence);
  });
});

describe('decideAgain', () => {
  it('changes nothing by the decision that the rows were answered with, and keeps broken rows', () => {
    const rows = [row('open', 2, 0.3), row('closed', -1, 0.9)];
    expect(rows.map((one) => decideAgain(one, RAW_DECISION))).toEqual(rows);
    const broken: Row = {
      ...row('open', 1, 1),
      answer: null,
      error: { code: 'BROKEN_PICTURE', message: '' },
    };
    expect(decideAgain(broken, RAW_DECISION)).toEqual(broken);
  });
});

describe('crossFit', () => {
  const sources = ['a', 'b', 'c', 'd'].flatMap((source, i) => overconfident(70 + 5 * i, source));

  it('lets no picture touch what is said of its own source', () => {
    const before = crossFit(sources).rows;
    // Turn the truth of one source round: its own answers must not notice, those of the other parts must.
    const turned = sources.map(
      (one): Row => (one.source === 'a' ? { ...one, label: one.label === 'open' ? 'closed' : 'open' } : one),
    );
    const after = crossFit(turned).rows;
    const answers = (rows: readonly Row[], source: string) =>
      rows.filter((one) => one.source === source).map(({ answer }) => answer?.p_open);
    expect(answers(after, 'a')).toEqual(answers(before, 'a'));
    const changed = ['b', 'c', 'd'].filter(
      (source) => JSON.stringify(answers(after, source)) !== JSON.stringify(answers(before, source)),
    );
    // Four sources lie in parts of their own, so each of the others was fitted with this one.
    expect(changed).toEqual(['b', 'c', 'd']);
  });

  it('keeps the rows and their order', () => {
    expect(crossFit(sources).rows.map(({ source, label }) => [source, label])).toEqual(
      sources.map(({ source, label }) => [source, label]),
    );
  });

  it('deals by groups where sources are few, and lets no picture touch what is said of its group', () => {
    const flat = sources.map((one): Row => ({ ...one, source: 'mine' }));
    const turned = flat.map(
      (one): Row => (one.group === 'a' ? { ...one, label: one.label === 'open' ? 'closed' : 'open' } : one),
    );
    const [before, after] = [crossFit(flat), crossFit(turned)];
    expect(splitOf('scenes left out', before)).toBe('scenes left out');
    const pOpen = (rows: readonly Row[], group: string) =>
      rows.filter((one) => one.group === group).map(({ answer }) => answer?.p_open);
    expect(pOpen(before.rows, 'a')).not.toEqual(pOpen(flat, 'a'));
    expect(pOpen(after.rows, 'a')).toEqual(pOpen(before.rows, 'a'));
    expect(pOpen(after.rows, 'b')).not.toEqual(pOpen(before.rows, 'b'));
  });

  it('says so where everything is of one group and the rows stay raw', () => {
    const one = overconfident(80);
    const fitted = crossFit(one);
    expect(fitted).toEqual({ rows: one, decided: false });
    expect(splitOf('a split', fitted)).toMatch(/^a split; raw answers/);
  });
});
