import type { Heatmap, Prediction } from '../../contract/prediction.ts';
import type { Answer } from '../../model/answer.ts';
import type { Card } from '../../model/card.ts';

// The one narrow place through which pictures become verdicts. A cache, a queue and a pool of processes all have
// this shape, so that one can be laid around the other.

/** A picture to look at. */
export interface Subject {
  readonly bytes: Uint8Array;
  /** Of `bytes`, in hexadecimal. */
  readonly sha256: string;
}

/** Who is served first when there is a queue: a person who watches, a program, a batch that nobody waits for. */
export const PRIORITIES = ['page', 'api', 'job'] as const;
export type Priority = (typeof PRIORITIES)[number];

export interface LookOptions {
  /** Also tell where the network looked. */
  readonly heatmap?: boolean | undefined;
  readonly priority?: Priority | undefined;
  /** Fires when this one waits no longer; work that nobody else waits for is then not begun. */
  readonly signal?: AbortSignal | undefined;
  /** Whoever asks under the same name while this is not answered gets the same answer, looked at once. */
  readonly sharedAs?: string | undefined;
}

/** What was seen on a picture: plain data, so that it crosses processes and can be kept. */
export interface Sighting extends Answer, Pick<Prediction, 'width' | 'height' | 'format' | 'model'> {
  readonly heatmap?: Heatmap;
  /** Mean luma of the decoded picture, 0–1. */
  readonly brightness: number;
  /** Milliseconds of work; 0 for what a cache answered. */
  readonly decodeMs: number;
  readonly inferMs: number;
  /** Set on what was not computed for this one: a cache had it, or it was at work for another. */
  readonly cached?: boolean;
}

export interface Inference {
  /** Of the model that answers what is asked now. */
  readonly card: Card;
  /** Throws DecodeError for what is no picture, Refusal for what cannot be answered now. */
  look(subject: Subject, options?: LookOptions): Promise<Sighting>;
}
