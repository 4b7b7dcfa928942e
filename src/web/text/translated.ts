// The form of a table of texts. A view keeps its own in `views/<name>/texts.ts`:
//
//     const en = { title: 'Live', … } as const;
//     const pt: Shape<typeof en> = { title: 'Ao vivo', … };
//     export const TEXTS = { en, pt };
//
// A key that one language lacks does not compile; text/texts.test.ts compares placeholders and finds forgotten words.

import type { Language } from '../../contract/errors.ts';

export type TextTable = Readonly<Record<string, string | readonly string[]>>;

/** What every language must have. */
export type Shape<Table extends TextTable> = {
  readonly [Key in keyof Table]: Table[Key] extends string ? string : readonly string[];
};

export type Translated<Table extends TextTable> = Readonly<Record<Language, Shape<Table>>>;

/** The keys that hold one text, not a list. */
export type OneText<Table extends TextTable> = {
  [Key in keyof Table]: Table[Key] extends string ? Key : never;
}[keyof Table];
