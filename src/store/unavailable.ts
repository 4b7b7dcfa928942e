/** The database does not answer, or cannot do what it is asked at the moment. The same may succeed later. */
export class StoreUnavailable extends Error {
  override readonly name = 'StoreUnavailable';

  constructor(cause: unknown) {
    super(reason(cause), { cause });
  }
}

/** The store could not be opened. The message names no password. */
export class StoreError extends Error {
  override readonly name = 'StoreError';

  /** `where` tells which database. */
  constructor(where: string, cause: unknown) {
    super(`The database ${where} cannot be used: ${reason(cause)}`, { cause });
  }
}

/** A host that has several addresses fails with the errors of all of them. */
function reason(error: unknown): string {
  if (error instanceof AggregateError) return [...new Set(error.errors.map(reason))].join(', ');
  return error instanceof Error ? error.message : String(error);
}
