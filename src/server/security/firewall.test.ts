import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterEach, describe, expect, it } from 'vitest';
import { type TestApp, type TestAppOptions, testApp } from '../test-app.ts';

// What pictures may be, and what of them gets any further than the pixels.

let test: TestApp | undefined;
afterEach(close);

async function close(): Promise<void> {
  await test?.close();
  test = undefined;
}

async function send(payload: Uint8Array, options: TestAppOptions = {}) {
  await close();
  test = await testApp(options);
  const headers = { 'content-type': 'application/octet-stream' };
  const url = '/v1/predictions?heatmap=1';
  return test.app.inject({ method: 'POST', url, headers, payload: Buffer.from(payload) });
}

const red = (format: 'jpeg' | 'png' | 'webp' | 'gif' | 'tiff') =>
  sharp({ create: { width: 40, height: 30, channels: 3, background: '#fa0505' } }).toFormat(format);

describe('formats', () => {
  it('that are not allowed are refused by their first bytes, whatever they call themselves', async () => {
    const config = { pictureFormats: ['jpeg' as const] };
    const reply = await send(await red('png').toBuffer(), { config });
    expect(reply.statusCode).toBe(415);
    expect(reply.json()).toMatchObject({
      code: 'UNSUPPORTED_FORMAT',
      values: { found: 'png', allowed: 'jpeg' },
    });
    expect((await send(await red('jpeg').toBuffer(), { config })).statusCode).toBe(200);
  });

  it.each(['gif', 'tiff'] as const)('a %s is none of them', async (format) => {
    expect((await send(await red(format).toBuffer())).json()).toMatchObject({
      code: 'UNSUPPORTED_FORMAT',
      values: { found: format },
    });
  });

  it('an empty file is called that', async () => {
    expect((await send(new Uint8Array())).json()).toMatchObject({ code: 'EMPTY_FILE' });
  });
});

describe('a picture that is something else too', () => {
  const TAIL = 'PK\x03\x04 s3cret-tail <script>alert(1)</script>';
  const XMP =
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">' +
    '<rdf:Description rdf:about="s3cret-xmp"/></rdf:RDF></x:xmpmeta>';

  it.each(['jpeg', 'png', 'webp'] as const)(
    'is answered as the %s that it is, and nothing else of it is told or kept',
    async (format) => {
      const picture = await red(format)
        .withExif({
          IFD0: { Artist: 's3cret-artist' },
          IFD3: { GPSLatitudeRef: 'S', GPSMapDatum: 's3cret-gps' },
        })
        .withXmp(XMP)
        .toBuffer();
      const { exif, xmp } = await sharp(picture).metadata();
      for (const planted of ['s3cret-artist', 's3cret-gps']) expect(exif?.includes(planted)).toBe(true);
      expect(xmp?.includes('s3cret-xmp')).toBe(true);
      const reply = await send(Buffer.concat([picture, Buffer.from(TAIL)]));
      expect(reply.statusCode).toBe(200);
      expect(reply.json()).toMatchObject({ verdict: 'open', width: 40, height: 30, format });
      expect(reply.headers['content-type']).toBe('application/json; charset=utf-8');
      expect(reply.headers['x-content-type-options']).toBe('nosniff');
      expect(reply.body).not.toContain('s3cret');
      const dataDir = test?.dataDir ?? '';
      const files = await readdir(dataDir, { recursive: true, withFileTypes: true });
      expect(files.length).toBeGreaterThan(0);
      for (const file of files.filter((entry) => entry.isFile())) {
        expect((await readFile(join(file.parentPath, file.name))).includes('s3cret')).toBe(false);
      }
    },
  );
});
