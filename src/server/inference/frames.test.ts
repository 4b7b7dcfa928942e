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
        readFrames(stream, (head, body) => read.push({ head, body: Uint8Array.from(body) }));
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
