import type { Readable, Writable } from 'node:stream';

// Messages on a byte stream between two processes of this server: lengths of head and body (32-bit little-endian),
// a head in JSON, a body of bytes. Half the cost of Node's own channel for a picture (docs/benchmarks.md).

const PREFIX_BYTES = 8;

/** The body is not copied. */
export function writeFrame(stream: Writable, head: unknown, body: Uint8Array = new Uint8Array()): void {
  const text = Buffer.from(JSON.stringify(head));
  const prefix = Buffer.allocUnsafe(PREFIX_BYTES);
  prefix.writeUInt32LE(text.length, 0);
  prefix.writeUInt32LE(body.length, 4);
  stream.cork();
  stream.write(prefix);
  stream.write(text);
  if (body.length > 0) stream.write(body);
  stream.uncork();
}

/**
 * Calls `handle` for every whole message, however it was cut up on its way. The body is `handle`'s to keep. A message
 * of more than `limit` bytes, or one that `handle` does not take, destroys the stream: its other end cannot be trusted.
 */
export function readFrames(
  stream: Readable,
  limit: number,
  handle: (head: unknown, body: Uint8Array) => void,
): void {
  const prefix = Buffer.allocUnsafe(PREFIX_BYTES);
  let target = prefix;
  let filled = 0;
  const complete = () => {
    const [headBytes, bodyBytes] = [prefix.readUInt32LE(0), prefix.readUInt32LE(4)];
    const whole = target;
    filled = 0;
    if (whole !== prefix) {
      target = prefix;
      handle(JSON.parse(whole.toString('utf8', 0, headBytes)), whole.subarray(headBytes));
    } else if (headBytes + bodyBytes > limit) throw new RangeError('A message between processes is too long');
    else target = Buffer.allocUnsafeSlow(headBytes + bodyBytes);
  };
  stream.on('data', (chunk: Buffer) => {
    try {
      for (let read = 0; read < chunk.length; ) {
        const copied = chunk.copy(target, filled, read);
        read += copied;
        filled += copied;
        if (filled === target.length) complete();
      }
    } catch (error) {
      stream.destroy(error instanceof Error ? error : new Error(String(error)));
    }
  });
}
