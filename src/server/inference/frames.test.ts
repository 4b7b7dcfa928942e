import { PassThrough } from 'node:stream';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readFrames, writeFrame } from './frames.ts';

it('reads every message that was written, however the stream cuts them up', () => {
  const message = fc.record({ head: fc.jsonValue(), body: fc.uint8Array({ maxLength: 300 }) });
  fc.assert(
    fc.property(
      fc.array(message),
      fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1 }),
      (messages, cuts) => {
        const written = new PassThrough();
        for (const { head, body } of messages) writeFrame(written, head, body);
        const bytes: Buffer = written.read() ?? Buffer.alloc(0);
        const stream = new PassThrough();
        const read: unknown[] = [];
        readFrames(stream, 1_000_000, (head, body) => read.push({ head, body: Uint8Array.from(body) }));
        for (let at = 0, i = 0; at < bytes.length; i += 1) {
          const end = at + (cuts[i % cuts.length] ?? 1);
          stream.emit('data', bytes.subarray(at, end));
          at = end;
        }
        // As JSON knows them: it has no -0.
        expect(read).toEqual(
          messages.map(({ head, body }) => ({ head: JSON.parse(JSON.stringify(head)), body })),
        );
      },
    ),
  );
});

it('believes no length and no message that cannot be', async () => {
  const prefix = (head: number, body: number) => Buffer.from(Uint32Array.of(head, body).buffer);
  for (const bytes of [prefix(5, 4_000_000_000), Buffer.concat([prefix(3, 0), Buffer.from('{"a')])]) {
    const stream = new PassThrough();
    const destroyed = new Promise((resolve) => stream.once('error', resolve));
    readFrames(stream, 1_000, () => {});
    stream.write(bytes);
    expect(await destroyed).toBeInstanceOf(Error);
  }
});
