import type { Readable } from 'node:stream';
import type { UploadAccount } from './upload-memory.ts';

/**
 * Reads a stream to its end. Beyond `limit` bytes it stops at once and throws what `tooLarge` makes; the stream is
 * then left as it is, neither read on nor destroyed, since the answer has yet to go out on the same connection.
 */
export async function readBytes(
  stream: Readable,
  limit: number,
  account: UploadAccount,
  tooLarge: () => Error,
): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  const iterator: AsyncIterable<Buffer> = stream.iterator({ destroyOnReturn: false });
  for await (const chunk of iterator) {
    length += chunk.length;
    if (length > limit) throw tooLarge();
    account.take(chunk.length);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, length);
}
