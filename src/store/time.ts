/** Any RFC 3339 time in the one spelling that the store uses: UTC with milliseconds. */
export function asWritten(time: string): string {
  return new Date(time).toISOString();
}
