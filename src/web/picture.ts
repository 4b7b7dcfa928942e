// A picture the person gave, on its way to a verdict.

export const ORIGINS = ['file', 'drop', 'paste', 'camera', 'sample'] as const;
export type Origin = (typeof ORIGINS)[number];

export interface Picture {
  /** Tells pictures apart, also the same file given twice: a late answer for another ticket is dropped. */
  readonly ticket: number;
  readonly name: string;
  readonly origin: Origin;
  readonly blob: Blob;
  /** Object URL of the blob; whoever created the picture revokes it. */
  readonly url: string;
}
