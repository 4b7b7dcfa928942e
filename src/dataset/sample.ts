/** What a photograph shows; `unclear` cannot be judged, `mixed` has bottles of both states. */
export const LABELS = ['open', 'closed', 'none', 'unclear', 'mixed'] as const;
export type Label = (typeof LABELS)[number];

/** Centre x, centre y, width and height in fractions of the picture, as YOLO writes them. */
export type FractionBox = readonly [centreX: number, centreY: number, width: number, height: number];

/** One photograph of a data folder and what is known of it without opening it. */
export interface Sample {
  /** Path below the data folder, with forward slashes. */
  readonly file: string;
  /** Path to open. */
  readonly path: string;
  readonly label: Label;
  /** Photographs of one scene; a split never takes a group apart. */
  readonly group: string;
  /** Where the photograph came from; leaving whole sources out is the honest test. */
  readonly source: string;
  /** phone, product, line, litter, shelf, other; empty when not stated. */
  readonly kind: string;
  /** Known to be a beer bottle. */
  readonly beer: boolean;
  readonly neckBox?: FractionBox;
  readonly capBox?: FractionBox;
  /** The part that the manifest's `split` column puts it in (train, test, …), where it has one. */
  readonly split?: string;
  readonly notes: string;
}
