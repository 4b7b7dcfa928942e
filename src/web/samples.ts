// The sample pictures, rendered by the project and copied in by the build.

const SAMPLE_NAMES = ['open', 'closed', 'several', 'none', 'hard'] as const;
export type SampleName = (typeof SAMPLE_NAMES)[number];

export interface Sample {
  readonly name: SampleName;
  readonly url: string;
}

const urls = import.meta.glob<string>('../../samples/*.jpg', {
  query: '?url',
  import: 'default',
  eager: true,
});

/** Those of the five that the build found, in the order above. */
export const SAMPLES: readonly Sample[] = SAMPLE_NAMES.flatMap((name) => {
  const url = urls[`../../samples/${name}.jpg`];
  return url === undefined ? [] : [{ name, url }];
});
