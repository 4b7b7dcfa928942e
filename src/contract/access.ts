// What a caller may do. The words are those of an API key, of a token's scopes after mapping, and of a refusal.

export const SCOPES = ['predict', 'read', 'review', 'admin'] as const;

/**
 * - `predict`: have pictures classified;
 * - `read`: the prediction log, feedback, statistics, metrics;
 * - `review`: say what a picture really shows, and take it back;
 * - `admin`: everything, models and keys included.
 */
export type Scope = (typeof SCOPES)[number];

export function isScope(text: string): text is Scope {
  return SCOPES.some((scope) => scope === text);
}
