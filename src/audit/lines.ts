// The audit for programs: one JSON object a line, findings first, then every figure behind them.
import type { Audit } from './audit.ts';
import { FAMILIES } from './families.ts';
import { type Finding, judgedBy, severityOf, verdictOf } from './findings.ts';
import type { LeftOut } from './shortcuts.ts';

/** Lines without their ends. The first says `verdict`; fields may be added, none renamed. */
export function toJsonLines(audit: Audit, findings: readonly Finding[]): string[] {
  const { samples, broken } = audit;
  const verdict = { verdict: verdictOf(findings), pictures: samples.length, broken: broken.length };
  const measured = audit.scopes.flatMap(({ asks, source, zeros, ones, measured: ways }) =>
    ways.flatMap(({ shortcuts }) =>
      shortcuts.map((shortcut) => ({
        shortcut: shortcut.family,
        asks,
        source,
        zeros,
        ones,
        leftOut: shortcut.leftOut,
        pictures: shortcut.pictures,
        auc: shortcut.auc,
        balancedAccuracy: shortcut.balancedAccuracy,
        chance: shortcut.chance,
        p: shortcut.p,
      })),
    ),
  );
  const doubts = audit.doubts.map(({ file, open, pLabel }) => ({
    file,
    label: open ? 'open' : 'closed',
    pLabel,
  }));
  return [verdict, ...findings, ...measured, ...doubts].map((line) => JSON.stringify(line));
}

const SHORT: Readonly<Record<LeftOut, string>> = {
  source: 'unseen sources',
  group: 'unseen groups',
  picture: 'unseen pictures',
};

/** The audit for people: the verdict, the findings, and how well each feature tells the label. */
export function toText(audit: Audit, findings: readonly Finding[]): string {
  const tables = audit.scopes.map((scope) => {
    const { asks, source, zeros, ones, measured } = scope;
    const what =
      asks === 'state' ? `${ones} open, ${zeros} closed` : `${ones} with a bottle, ${zeros} without`;
    const head = ['AUC', ...measured.map(({ leftOut }) => SHORT[leftOut])];
    const rows = FAMILIES.flatMap(({ name, title }) => {
      const cells = measured.map(({ shortcuts }) => shortcuts.find(({ family }) => family === name));
      if (cells.every((cell) => cell === undefined)) return [];
      return [[title, ...cells.map((cell) => (cell ? cellOf(cell.auc.value, severityOf(cell)) : '–'))]];
    });
    const judged = judgedBy(scope)?.leftOut;
    const by = judged ? `; judged by ${SHORT[judged]}` : '';
    return [`${source ?? 'All pictures'}: ${what}${by}`, ...aligned([head, ...rows])].join('\n');
  });
  return [
    VERDICTS[verdictOf(findings)],
    '',
    ...findings.map(({ severity, message }) => `${severity.padEnd(8)}  ${message}`),
    '',
    tables.join('\n\n'),
    '',
  ].join('\n');
}

export const VERDICTS = {
  confounded: 'CONFOUNDED: something other than the mouth gives the answer away.',
  doubtful: 'DOUBTFUL: look at what was found before training on this.',
  clean: 'CLEAN: nothing that was looked for gives the answer away.',
} as const;

function cellOf(auc: number, severity: string): string {
  const mark = severity === 'serious' ? ' !!' : severity === 'doubtful' ? ' !' : '';
  return `${(100 * auc).toFixed(1)}${mark}`;
}

function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, c) => Math.max(...rows.map((row) => row[c]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, c) => cell.padEnd(widths[c] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
