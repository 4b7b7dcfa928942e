import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { isLoopback } from './asker.ts';
import { preferredLanguage } from './language.ts';
import { readBytes } from './read-bytes.ts';
import { UploadMemory } from './upload-memory.ts';

describe('readBytes', () => {
  const tooLarge = () => new Error('too large');

  it('reads to the end, exactly up to the limit', async () => {
    const stream = Readable.from([Buffer.from('abc'), Buffer.from('de')]);
    const bytes = await readBytes(stream, 5, new UploadMemory(100).open(), tooLarge);
    expect(bytes.toString()).toBe('abcde');
  });

  it('stops at once beyond it, and leaves the stream alive for the answer', async () => {
    let produced = 0;
    const stream = Readable.from(
      (function* () {
        for (;;) {
          produced += 1;
          yield Buffer.alloc(10);
        }
      })(),
      { highWaterMark: 1 },
    );
    await expect(readBytes(stream, 25, new UploadMemory(100).open(), tooLarge)).rejects.toThrow('too large');
    expect(stream.destroyed).toBe(false);
    expect(produced).toBeLessThan(10);
  });

  it('takes from a memory that all uploads share', async () => {
    const memory = new UploadMemory(25);
    const [first, second] = [memory.open(), memory.open()];
    await readBytes(Readable.from([Buffer.alloc(20)]), 100, first, tooLarge);
    const reading = () => readBytes(Readable.from([Buffer.alloc(20)]), 100, second, tooLarge);
    await expect(reading()).rejects.toMatchObject({ code: 'OVERLOADED' });
    first.close();
    first.close();
    expect(memory.used).toBe(0);
    await reading();
    expect(memory.used).toBe(20);
  });
});

describe('preferredLanguage', () => {
  it.each([
    [undefined, 'pt'],
    ['', 'pt'],
    ['*', 'pt'],
    ['de, fr;q=0.9', 'pt'],
    ['pt-BR,pt;q=0.9,en;q=0.8', 'pt'],
    ['en', 'en'],
    ['de,en-US;q=0.7,pt;q=0.3', 'en'],
    ['pt;q=0.2, EN-gb;q=0.6', 'en'],
    ['en;q=0, pt;q=0.1', 'pt'],
    ['en;q=nonsense', 'pt'],
  ] as const)('%s is %s', (header, language) => {
    expect(preferredLanguage(header, 'pt')).toBe(language);
  });
});

describe('isLoopback', () => {
  it.each([
    ['127.0.0.1', true],
    ['127.9.9.9', true],
    ['::1', true],
    ['::ffff:127.0.0.1', true],
    ['10.0.0.1', false],
    ['::ffff:10.0.0.1', false],
    ['2001:db8::1', false],
    ['not an address', false],
  ])('%s: %s', (address, expected) => expect(isLoopback(address)).toBe(expected));
});
