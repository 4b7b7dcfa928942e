import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { decode } from '../../decode/index.ts';
import { sharp } from '../../decode/sharp.ts';
import { type TestApp, type TestAppOptions, testApp } from '../test-app.ts';
import { PictureFolder } from './picture-folder.ts';

// Pictures are not kept unless somebody wants them kept, and then no longer than what was said about them.

let running: TestApp[] = [];
afterEach(async () => {
  await Promise.all(running.map((test) => test.close()));
  running = [];
});

async function start(options: TestAppOptions = {}): Promise<TestApp> {
  const test = await testApp(options);
  running.push(test);
  return test;
}

const KEEP = { config: { keepPictures: true } } as const;
const PLACE = 'Rua das Laranjeiras 7';

function photograph(format: 'jpeg' | 'png' | 'webp' = 'jpeg'): Promise<Buffer> {
  return sharp({ create: { width: 40, height: 24, channels: 3, background: '#d21' } })
    .withExif({ IFD0: { Copyright: PLACE } })
    .withMetadata({ orientation: 6 })
    .toFormat(format)
    .toBuffer();
}

async function predict({ app }: TestApp, payload: Buffer): Promise<string> {
  const headers = { 'content-type': 'application/octet-stream' };
  const reply = await app.inject({ method: 'POST', url: '/v1/predictions', headers, payload });
  expect(reply.statusCode).toBe(200);
  return reply.json<{ id: string }>().id;
}

const pictureOf = ({ app }: TestApp, id: string, from = {}) =>
  app.inject({ url: `/v1/predictions/${id}/picture`, ...from });

const filesOf = async ({ dataDir }: TestApp) => {
  const names = await readdir(join(dataDir, 'pictures'), { recursive: true }).catch(() => []);
  return names.filter((name) => name.includes('.'));
};

const counted = async ({ app }: TestApp, outcome: string) =>
  (await app.inject({ url: '/metrics' })).body.includes(`tampinha_pictures_total{outcome="${outcome}"} 1`);

describe('the picture of an answer', () => {
  it('is announced by the review queue and by the feedback list, so that nobody asks in vain', async () => {
    const test = await start(KEEP);
    const [kept, gone] = [
      await predict(test, await photograph()),
      await predict(test, await photograph('png')),
    ];
    for (const name of await filesOf(test))
      if (name.endsWith('.png')) await rm(join(test.dataDir, 'pictures', name));
    const headers = { 'content-type': 'application/json' };
    const ask = async (url: string) => (await test.app.inject({ url })).json<{ kept: string[] }>().kept;
    expect(await ask('/v1/review')).toEqual([kept]);
    for (const id of [kept, gone]) {
      const url = `/v1/predictions/${id}/feedback`;
      await test.app.inject({ method: 'POST', url, headers, body: JSON.stringify({ label: 'open' }) });
    }
    expect(await ask('/v1/feedback')).toEqual([kept]);
  });

  it('is not kept unless it is to be', async () => {
    const test = await start();
    const id = await predict(test, await photograph());
    expect(await filesOf(test)).toEqual([]);
    const reply = await pictureOf(test, id);
    expect(reply.statusCode).toBe(404);
    expect(reply.json()).toMatchObject({ code: 'PICTURE_NOT_KEPT' });
  });

  it.each(['jpeg', 'png', 'webp'] as const)(
    'is given back as it looked, without where it was taken: %s',
    async (format) => {
      const test = await start(KEEP);
      const sent = await photograph(format);
      const reply = await pictureOf(test, await predict(test, sent));
      expect(reply.statusCode).toBe(200);
      expect(reply.headers).toMatchObject({ 'content-type': `image/${format}`, 'cache-control': 'no-store' });
      expect(sent.includes(PLACE)).toBe(true);
      expect(reply.rawPayload.includes(PLACE)).toBe(false);
      expect((await decode(reply.rawPayload)).image).toEqual((await decode(sent)).image);
    },
  );

  it('lies there once, however often it was sent, and what could not be read not at all', async () => {
    const test = await start(KEEP);
    const sent = await photograph();
    const ids = [await predict(test, sent), await predict(test, sent)];
    const headers = { 'content-type': 'image/jpeg' };
    const payload = sent.subarray(0, 200);
    const broken = await test.app.inject({ method: 'POST', url: '/v1/predictions', headers, payload });
    expect(broken.statusCode).toBe(422);
    expect((await filesOf(test)).length).toBe(1);
    for (const id of ids) expect((await pictureOf(test, id)).statusCode).toBe(200);
  });

  it('is for reviewers, and never for those who need no key because nobody does', async () => {
    const test = await start({ config: { ...KEEP.config, auth: 'off' } });
    const id = await predict(test, await photograph());
    expect((await pictureOf(test, id, { remoteAddress: '203.0.113.7' })).statusCode).toBe(403);
    const unknown = await pictureOf(test, '01936f0e-0000-7000-8000-000000000000');
    expect(unknown.json()).toMatchObject({ code: 'PREDICTION_NOT_FOUND' });
  });

  it.each([
    ['the disk is nearly full', 'full', { minFreeDiskBytes: Number.MAX_SAFE_INTEGER }],
    ['they have had their room', 'full', { keepPicturesBytes: 100 }],
  ])('does not cost the answer when %s', async (_name, outcome, config) => {
    const test = await start({ config: { ...KEEP.config, ...config } });
    const id = await predict(test, await photograph());
    expect((await pictureOf(test, id)).json()).toMatchObject({ code: 'PICTURE_NOT_KEPT' });
    expect(await counted(test, outcome)).toBe(true);
  });

  it('does not cost the answer when it cannot be written', async () => {
    const test = await start(KEEP);
    await writeFile(join(test.dataDir, 'pictures'), 'in the way');
    await predict(test, await photograph());
    expect(await counted(test, 'failed')).toBe(true);
  });
});

describe('the folder of pictures', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tampinha-pictures-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const open = (limitBytes = 1_000) => new PictureFolder({ folder, limitBytes, minFreeBytes: 0 });
  const at = (hour: number, sha256 = 'a') =>
    ({ created: `2026-11-23T${String(hour).padStart(2, '0')}:30:00.000Z`, sha256, format: 'png' }) as const;
  const ofSize = (bytes: number) => () => new Uint8Array(bytes);

  it('forgets the hours that began before, and no other', async () => {
    const pictures = open();
    for (const hour of [7, 8, 9]) await pictures.keep(at(hour), ofSize(10));
    await mkdir(join(folder, 'something else'));
    expect(await pictures.maintain(new Date('2026-11-23T08:45:00Z'))).toEqual([
      '2026-11-23T07',
      '2026-11-23T08',
    ]);
    expect((await readdir(folder)).sort()).toEqual(['2026-11-23T09', 'something else']);
    expect(await pictures.find(at(8))).toBeUndefined();
    expect(await pictures.find(at(9))).toHaveLength(10);
    expect(await pictures.maintain(null)).toEqual([]);
  });

  it('lets the oldest hour go for room, and keeps nothing rather than what it has just kept', async () => {
    const pictures = open(100);
    for (const hour of [7, 8, 9]) await pictures.keep(at(hour), ofSize(40));
    expect([await pictures.find(at(7)), pictures.bytes]).toEqual([undefined, 80]);
    expect(await pictures.keep(at(9, 'b'), ofSize(90))).toBe('full');
    expect(pictures.bytes).toBe(40);
    expect(await pictures.keep(at(9, 'c'), ofSize(60))).toBe('kept');
  });

  it('knows after a restart, and of other processes, how much is there', async () => {
    await open().keep(at(7), ofSize(70));
    const pictures = open(100);
    await pictures.maintain(null);
    expect(pictures.bytes).toBe(70);
    await open().keep(at(8), ofSize(90));
    await pictures.maintain(null);
    expect([pictures.bytes, await readdir(folder)]).toEqual([90, ['2026-11-23T08']]);
  });
});
