// PostgreSQL's errors carry a five-character SQLSTATE (its manual, appendix A); those of the connection do not.

/** Empty when the error did not come from the database. */
export function sqlState(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) ? code : '';
}
