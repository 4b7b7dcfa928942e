// Labels that what else is known speaks against: of a picture left out, or in the answers of a model.

/** How likely a bottle is open in the eyes of something that did not learn from its label. */
export interface Opinion {
  readonly file: string;
  readonly open: boolean;
  /** 0–1. */
  readonly pOpen: number;
}

export interface Doubt extends Opinion {
  /** Probability of the label that it has. */
  readonly pLabel: number;
}

/** Less likely than this a label must be to be worth a person's look, whatever is usual. */
const UNLIKELY = 0.2;

/**
 * Confident learning (Northcutt, Jiang & Chuang 2021, section 3.1): a label is doubted when the other state is
 * as likely here as it is on average where it is the label. On top of it the label itself must be unlikely:
 * who is seldom sure would doubt half of all. Most doubtful first.
 */
export function doubtLabels(opinions: readonly Opinion[]): Doubt[] {
  const usual = [false, true].map((state) => {
    const own = opinions.filter(({ open }) => open === state).map((opinion) => probability(opinion, state));
    return own.reduce((sum, p) => sum + p, 0) / own.length;
  });
  return opinions
    .filter((opinion) => {
      const other = probability(opinion, !opinion.open);
      return other >= 1 - UNLIKELY && other >= usual[Number(!opinion.open)];
    })
    .map((opinion) => ({ ...opinion, pLabel: probability(opinion, opinion.open) }))
    .sort((one, other) => one.pLabel - other.pLabel);
}

/** How often the likelier state is the label, which says what the doubts are worth. */
export function agreement(opinions: readonly Opinion[]): number {
  return opinions.filter(({ open, pOpen }) => open === pOpen >= 0.5).length / opinions.length;
}

function probability({ pOpen }: Opinion, state: boolean): number {
  return state ? pOpen : 1 - pOpen;
}
