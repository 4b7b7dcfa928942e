// What goes wrong, and what the person is told: every case its own words, the picture kept, a way on.

import type { BrowserContext, Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { LIMITS } from '../../src/contract/limits.ts';
import type { Classifier } from '../../src/model/classification.ts';
import { hasChromium, launchChromium, PLAIN_HTTP_HOST } from './chromium.ts';
import { type PictureFile, pictureOf } from './pictures.ts';
import { testClassifier, useSite, visit } from './site.ts';

describe.skipIf(!hasChromium())('when it does not work', () => {
  let work: () => Promise<void> = async () => undefined;
  const classifier: Classifier = {
    card: testClassifier.card,
    classify: async (image) => {
      await work();
      return testClassifier.classify(image);
    },
  };
  const site = useSite(() => ({ classifier }));

  describe('a file that is no good', () => {
    const jpeg = (name: string, buffer: Buffer): PictureFile => ({ name, mimeType: 'image/jpeg', buffer });
    const cases: readonly [string, () => Promise<PictureFile>, RegExp][] = [
      [
        'a PDF named .jpg',
        async () => jpeg('conta.jpg', Buffer.from('%PDF-1.7\n1 0 obj')),
        /não é uma foto que possa ser lida/,
      ],
      ['0 bytes', async () => jpeg('vazio.jpg', Buffer.alloc(0)), /O arquivo está vazio/],
      ['half a JPEG', halfJpeg, /danificada ou incompleta/],
      [
        'a text',
        async () => ({ name: 'a.txt', mimeType: 'text/plain', buffer: Buffer.from('oi') }),
        /não é uma foto/,
      ],
      ['a PNG that claims 900 megapixels', async () => hugePng(), /30\.000 × 30\.000 pixels/],
    ];

    test.each(cases)('%s', async (_, make, words) => {
      const file = await make();
      await visit(site(), { refusals: true }, async (page) => {
        await page.setInputFiles('#file', file);
        const alert = page.getByRole('alert');
        await alert.waitFor();
        expect(await alert.textContent()).toMatch(words);
        expect(await page.getByRole('button', { name: 'Tentar de novo' }).count()).toBe(0);
        expect(await page.locator('#file').getAttribute('aria-describedby')).toContain('failure');
        // The way on: the next picture is judged as if nothing had happened.
        await page.setInputFiles('#file', await pictureOf('open'));
        await page.getByRole('heading', { name: 'Aberta', exact: true }).waitFor();
      });
    });
  });

  test('a file over the limit is refused before it is sent', async () => {
    await visit(site(), {}, async (page) => {
      await page.evaluate((size) => {
        const dataTransfer = new DataTransfer();
        dataTransfer.items.add(new File([new Uint8Array(size)], 'huge.jpg', { type: 'image/jpeg' }));
        dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }));
      }, LIMITS.pictureBytes + 1);
      await page.getByRole('alert').getByText('A foto passa de 25 MB. Envie uma menor.').waitFor();
    });
  });

  test('the server fails: a fixed sentence, the request id, and a retry that works', async () => {
    const picture = await pictureOf('closed');
    await visit(site(), { refusals: true }, async (page) => {
      work = async () => {
        throw new Error('out of luck');
      };
      await page.setInputFiles('#file', picture);
      await page.getByText('Algo deu errado do nosso lado.').waitFor();
      expect(await page.locator('.request-id').textContent()).toMatch(/Id da requisição: \S{8,}/);
      expect(await page.locator('body').textContent()).not.toContain('out of luck');
      work = async () => undefined;
      await page.getByRole('button', { name: 'Tentar de novo' }).click();
      await page.getByRole('heading', { name: 'Fechada', exact: true }).waitFor();
    });
  });

  test('too many requests: how long to wait', async () => {
    const refusal = {
      error: 'Too many',
      code: 'RATE_LIMITED',
      retryable: true,
      values: { limit: 100, seconds: 17 },
      language: 'en',
      request_id: 'r-1',
    };
    await visit(site(), { refusals: true }, async (page) => {
      await page.route('**/v1/predictions*', (route) => route.fulfill({ status: 429, json: refusal }));
      await page.setInputFiles('#file', await pictureOf('open'));
      await page.getByText('Tente de novo em 17 segundos.').waitFor();
      await page.unroute('**/v1/predictions*');
      await page.keyboard.press('r');
      await page.getByRole('heading', { name: 'Aberta', exact: true }).waitFor();
    });
  });

  test('an answer that is none, as a proxy on the way may give', async () => {
    await visit(site(), { refusals: true }, async (page) => {
      await page.route('**/v1/predictions*', (route) =>
        route.fulfill({ status: 200, body: '<h1>Log in</h1>' }),
      );
      await page.setInputFiles('#file', await pictureOf('open'));
      await page.getByText('O servidor mandou uma resposta que esta página não entende.').waitFor();
    });
  });

  test('offline: the photo stays, and it goes on by itself when the network is back', async () => {
    const picture = await pictureOf('open');
    await visit(site(), { refusals: true }, async (page) => {
      await page.context().setOffline(true);
      await page.setInputFiles('#file', picture);
      await page.getByText('Não foi possível falar com o servidor.').waitFor();
      await page.getByRole('img', { name: 'Sua foto: open.jpg' }).waitFor();
      await page.getByRole('button', { name: 'Tentar de novo' }).click();
      await page.getByText('Não foi possível falar com o servidor.').waitFor();
      await page.context().setOffline(false);
      await page.getByRole('heading', { name: 'Aberta', exact: true }).waitFor();
    });
  });

  test('no answer for a minute, and a cancel before', async () => {
    await visit(site(), {}, async (page) => {
      let end = (): void => undefined;
      work = () =>
        new Promise((resolve) => {
          end = resolve;
        });
      await page.clock.install();
      await page.setInputFiles('#file', await pictureOf('open'));
      await page.getByRole('heading', { name: 'Olhando a boca da garrafa…' }).waitFor();
      await page.clock.runFor(5_000);
      await page.getByText('5 s', { exact: true }).waitFor();
      await page.getByRole('button', { name: 'Cancelar' }).click();
      await page.getByText('Cancelado.').waitFor();
      end();
      await page.getByRole('button', { name: 'Tentar de novo' }).click();
      await page.getByRole('heading', { name: 'Olhando a boca da garrafa…' }).waitFor();
      await page.clock.runFor(61_000);
      await page.getByText('O servidor demorou demais para responder.').waitFor();
      end();
      work = async () => undefined;
    });
  });

  test('a part of the page that does not arrive: said, and loaded by the retry', async () => {
    await visit(site(), { refusals: true }, async (page) => {
      await page.route('**/assets/view-*.js', (route) => route.abort());
      await page.getByRole('link', { name: 'Lote', exact: true }).click();
      await page.getByText('Esta parte da página não pôde ser carregada.').waitFor();
      await page.unroute('**/assets/view-*.js');
      await page.getByRole('button', { name: 'Tentar de novo' }).click();
      await page.getByRole('heading', { name: 'Lote' }).waitFor();
    });
  });

  test('no API key: it is asked for, kept for the tab, and what was refused is tried again', async () => {
    const refusal = {
      error: 'An API key is needed',
      code: 'UNAUTHORIZED',
      retryable: false,
      values: {},
      language: 'en',
      request_id: 'r-1',
    };
    await visit(site(), { refusals: true }, async (page) => {
      await page.route('**/v1/**', (route) => {
        const { authorization, ...headers } = route.request().headers();
        // The server behind wants no key, and knows none.
        if (authorization === 'Bearer tp_secret') return route.continue({ headers });
        return route.fulfill({ status: 401, json: refusal });
      });
      await page.setInputFiles('#file', await pictureOf('open'));
      const dialog = page.getByRole('dialog', { name: 'Chave de API' });
      await dialog.getByLabel('Chave').fill('wrong');
      await dialog.getByRole('button', { name: 'Usar esta chave' }).click();
      await dialog.getByText('O servidor não aceitou esta chave.').waitFor();
      await dialog.getByLabel('Chave').fill('tp_secret');
      await dialog.getByRole('button', { name: 'Usar esta chave' }).click();
      await page.getByRole('heading', { name: 'Aberta', exact: true }).waitFor();
      await page.reload();
      await page.setInputFiles('#file', await pictureOf('closed'));
      await page.getByRole('heading', { name: 'Fechada', exact: true }).waitFor();
      expect(await page.evaluate(() => localStorage.getItem('tampinha.key'))).toBeNull();
    });
  });

  test('over plain http, as from a phone on the local network: no camera view and no clipboard, yet a way', async () => {
    const { url, browser } = site();
    const plain = url.replace('127.0.0.1', PLAIN_HTTP_HOST);
    await visit({ url: plain, browser }, {}, async (page) => {
      expect(await page.evaluate(() => isSecureContext)).toBe(false);
      expect(await page.getByRole('button', { name: 'Colar' }).count()).toBe(0);
      await page.getByRole('button', { name: 'Câmera' }).click();
      await page
        .getByText('O navegador só mostra a câmera dentro da página em https ou localhost.')
        .waitFor();
      await takeOtherWay(page);
      await page.getByText('Detalhes', { exact: true }).click();
      expect(await page.getByRole('button', { name: /^Copiar/ }).count()).toBe(0);
    });
  });

  describe('the camera', () => {
    test('refused', async () => {
      await visit(site(), { prepare: refuseCamera }, async (page) => {
        await page.keyboard.press('c');
        await page.getByText('A câmera foi recusada.').waitFor();
        await takeOtherWay(page);
      });
    });

    test('not there', async () => {
      const browser = await launchChromium({ camera: false });
      try {
        await visit({ url: site().url, browser }, { permissions: ['camera'] }, async (page) => {
          await page.keyboard.press('c');
          await page.getByText('Nenhuma câmera foi encontrada neste aparelho.').waitFor();
          await takeOtherWay(page);
        });
      } finally {
        await browser.close();
      }
    });
  });
});

/** Permission for nothing is refusal of everything. */
function refuseCamera(context: BrowserContext): Promise<void> {
  return context.grantPermissions([]);
}

/** The dialog offers the phone's own camera app, which needs no permission of the page. */
async function takeOtherWay(page: Page): Promise<void> {
  await page.setInputFiles('#capture', await pictureOf('closed'));
  await page.getByRole('heading', { name: 'Fechada', exact: true }).waitFor();
}

async function halfJpeg(): Promise<PictureFile> {
  const whole = await pictureOf('open');
  return { ...whole, buffer: whole.buffer.subarray(0, whole.buffer.length / 3) };
}

/** A PNG whose header alone is there. */
function hugePng(): PictureFile {
  const header = Buffer.alloc(25);
  header.write('\x00\x00\x00\rIHDR', 0, 'latin1');
  header.writeUInt32BE(30_000, 8);
  header.writeUInt32BE(30_000, 12);
  header.set([8, 2, 0, 0, 0], 16);
  const buffer = Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), header]);
  return { name: 'huge.png', mimeType: 'image/png', buffer };
}
