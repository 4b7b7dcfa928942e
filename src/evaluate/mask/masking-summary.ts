// What the masking test says: a line a form, and whether the answer goes with the mouth.
import type { Proportion } from '../../model/card.ts';
import { counted, share, span } from '../figures.ts';
import { shareOf } from '../proportion.ts';
import { type Judged, judged, type Slice, sliceOf } from '../summary.ts';
import { FORM_NAMES, type Masked } from './evaluate-masked.ts';
import { FORMS, type Form, HIDDEN_DIAMETERS, KEPT_DIAMETERS } from './mask-picture.ts';

export interface FormFigures {
  readonly form: Form;
  readonly slice: Slice;
  /** Called open or closed, and rightly, of all bottles. */
  readonly told: Proportion | null;
  readonly noBottle: Proportion | null;
}

export function formFigures({ forms }: Masked): FormFigures[] {
  return FORMS.map((form) => {
    const bottles = judged(forms[form].rows);
    return {
      form,
      slice: sliceOf(forms[form].rows),
      told: shareOf(bottles, toldRightly),
      noBottle: shareOf(bottles, ({ answer }) => answer.verdict === 'no_bottle'),
    };
  });
}

function toldRightly({ answer, row }: Judged): boolean {
  return answer.verdict === row.label;
}

export const MASKING_HEADER = [
  'form',
  'accuracy · count · 95 %',
  'balanced accuracy',
  'told rightly',
  'of those told, right',
  'no bottle',
  'uncertain',
];

/** A row of cells a form. */
export function maskingRows(masked: Masked): string[][] {
  return formFigures(masked).map(({ form, slice, told, noBottle }) => {
    const interval = slice.balancedAccuracyInterval;
    return [
      FORM_NAMES[form],
      counted(slice.accuracy),
      share(slice.balancedAccuracy) + (interval ? ` · ${span(interval)}` : ''),
      counted(told),
      counted(slice.selectiveAccuracy),
      counted(noBottle),
      counted(slice.uncertain),
    ];
  });
}

/** The test in words and its table as Markdown. */
export function maskingText(masked: Masked): string {
  const { name, model, split } = masked.forms.intact;
  const { unmarked, crowded } = masked.leftOut;
  const lines = [MASKING_HEADER, MASKING_HEADER.map(() => '---'), ...maskingRows(masked)];
  return [
    `${name.replace(/, intact$/, '')} (${model}), ${split}`,
    `${masked.forms.intact.rows.length} bottles with every mouth marked; left out: ${unmarked} without a mark, ${crowded} with more mouths than were marked`,
    `mouth hidden: ${HIDDEN_DIAMETERS} diameters around every mouth filled from what surrounds them; rest hidden: everything beyond ${KEPT_DIAMETERS} diameters around the mouths`,
    '',
    ...lines.map((cells) => `| ${cells.join(' | ')} |`),
    '',
  ].join('\n');
}
