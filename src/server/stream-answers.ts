import { PassThrough } from 'node:stream';

/**
 * Lines of JSON as they are produced. Resolves with the stream when its first line is there and the answer may begin, so
 * that what fails before that can still be answered with its own status; rejects with that failure.
 *
 * @param produce writes lines through its argument until it resolves; a failure after the first line becomes the last
 * line, by `lastLine`.
 * @param mayBegin lines wait for this.
 */
export async function streamLines(
  produce: (write: (line: object) => void) => Promise<void>,
  lastLine: (error: unknown) => object,
  mayBegin: Promise<void>,
): Promise<PassThrough> {
  const lines = new PassThrough();
  const first = Promise.withResolvers<void>();
  let begun = false;
  const write = (line: object) => {
    begun = true;
    // A client that has gone no longer reads.
    if (!lines.destroyed) lines.write(`${JSON.stringify(line)}\n`);
    first.resolve();
  };
  const produced = produce(write)
    .catch((error: unknown) => {
      if (!begun) throw error;
      write(lastLine(error));
    })
    .then(() => lines.end());
  await Promise.race([produced, first.promise.then(() => mayBegin)]);
  return lines;
}
