import type { Failure } from '../evaluate/failure.ts';
import type { Answer } from '../evaluate/results.ts';

/** One picture of a `predict` run: what the model said, or why it said nothing. */
export type Outcome = { readonly file: string } & (
  | { readonly answer: Answer; readonly model: string }
  | { readonly error: Failure }
);

/** One line of JSON. Its shape is a promise to programs: fields may be added, none renamed. */
export function toJsonLine(outcome: Outcome): string {
  if ('error' in outcome) return JSON.stringify({ file: outcome.file, error: outcome.error });
  const { file, model, answer } = outcome;
  const { verdict, p_open, confidence, bottles, ms } = answer;
  return JSON.stringify({ file, verdict, p_open, confidence, bottles, model, ms });
}

const WORDS = { open: 'open', closed: 'closed', uncertain: 'uncertain', no_bottle: 'no bottle' } as const;

/** Table rows for people, with columns as wide as the longest file name. */
export function tableFormat(files: readonly string[]) {
  // Not spread: a call has room for some hundred thousand arguments only.
  const fileWidth = files.reduce((most, file) => Math.max(most, file.length), 4);
  const line = (file: string, verdict: string, confidence: string, bottles: string, ms: string) =>
    [
      file.padEnd(fileWidth),
      verdict.padEnd(9),
      confidence.padStart(10),
      bottles.padStart(7),
      ms.padStart(6),
    ].join('  ');
  return {
    header: line('FILE', 'VERDICT', 'CONFIDENCE', 'BOTTLES', 'MS'),
    row(outcome: Outcome): string {
      if ('error' in outcome)
        return `${outcome.file.padEnd(fileWidth)}  ${'error'.padEnd(9)}  ${outcome.error.message}`;
      const { verdict, confidence, bottles, ms } = outcome.answer;
      return line(
        outcome.file,
        WORDS[verdict],
        `${(100 * confidence).toFixed(1)} %`,
        String(bottles.length),
        ms.toFixed(0),
      );
    },
  };
}
