// The sample pictures, rendered by the project and copied in by the build.

import type { Language } from '../../../contract/errors.ts';

/** What the row shows, in its order: one of each kind, and both ways in which looks deceive. */
const SHOWN = ['open-2', 'closed-1', 'several-1', 'none-1', 'hard-1', 'hard-2'] as const;

const KINDS = ['open', 'closed', 'several', 'none', 'hard'] as const;
export type SampleKind = (typeof KINDS)[number];

export interface Sample {
  readonly file: string;
  readonly kind: SampleKind;
  readonly url: string;
  readonly alt: Readonly<Record<Language, string>>;
}

type Described = Pick<Sample, 'file' | 'alt'>;

const lists = import.meta.glob<readonly Described[]>('../../../../samples/samples.json', {
  import: 'default',
  eager: true,
});
const urls = import.meta.glob<string>('../../../../samples/*.jpg', {
  query: '?url',
  import: 'default',
  eager: true,
});

const described = Object.values(lists).flat();

/** Those that the build found. */
export const SAMPLES: readonly Sample[] = SHOWN.flatMap((name) => {
  const file = `${name}.jpg`;
  const url = urls[`../../../../samples/${file}`];
  const kind = KINDS.find((one) => name.startsWith(one));
  const alt = described.find((sample) => sample.file === file)?.alt;
  return url === undefined || kind === undefined || alt === undefined ? [] : [{ file, kind, url, alt }];
});
