import type { Card } from '../../model/card.ts';

/** Why a process was replaced: a picture ended it, took too long, or left it too large. */
export const REPLACEMENTS = ['crash', 'timeout', 'memory'] as const;
export type Replacement = (typeof REPLACEMENTS)[number];

/** What a process looks at pictures for: to answer, or to be compared with what was answered. */
export const ROLES = ['champion', 'challenger'] as const;
export type Role = (typeof ROLES)[number];

/** The processes with one model. */
export interface PoolFigures {
  readonly processes: number;
  /** Bytes that they held when each last reported. */
  readonly memory: number;
}

/** How the processes that look at pictures are doing, counted since the start. */
export interface Figures {
  /** Without a challenger there is none of that. Only the champion's answer anyone. */
  readonly pools: Readonly<Record<Role, PoolFigures | undefined>> & { readonly champion: PoolFigures };
  readonly replaced: Readonly<Record<Replacement, number>>;
  /** Of the pictures that the challenger was shown: whether it gave the same verdict, or none at all. */
  readonly shadow: { readonly agreed: number; readonly disagreed: number; readonly failed: number };
}

/** Folders of `MODELS_DIR` by what they are for. */
export interface Aliases {
  /** The model that answers. */
  readonly champion: string;
  /** The one that answered before. */
  readonly previous: string | null;
  /** The one that is asked beside it, without being heard. */
  readonly challenger: string | null;
}

/** Which model answers, and how that is changed. */
export interface Models {
  readonly aliases: Aliases;
  readonly figures: Figures;
  /**
   * Lets the model of a folder answer from now on; what was asked before is answered by the one before. Rejects with
   * Refusal MODEL_NOT_FOUND or MODEL_UNFIT, and then nothing has changed.
   */
  activate(folder: string): Promise<Card>;
  /** Back to the previous one, which it makes the next to go back to. Rejects with Refusal NO_PREVIOUS_MODEL too. */
  rollback(): Promise<Card>;
}
