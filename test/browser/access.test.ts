// For everyone: keyboard, screen reader, themes, languages, narrow and zoomed windows, less motion.

import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import type { Classifier } from '../../src/model/classification.ts';
import { cutOff, expectForEveryone } from './axe.ts';
import { hasChromium } from './chromium.ts';
import { pictureOf, type Shown } from './pictures.ts';
import { testClassifier, useSite, visit } from './site.ts';

describe.skipIf(!hasChromium())('for everyone', () => {
  let held = false;
  let release = (): void => undefined;
  const classifier: Classifier = {
    card: testClassifier.card,
    classify: async (image) => {
      if (held) {
        await new Promise<void>((resolve) => {
          release = resolve;
        });
      }
      return testClassifier.classify(image);
    },
  };
  const site = useSite(() => ({ classifier }));

  const give = async (page: Page, shown: Shown, width?: number): Promise<void> => {
    await page.setInputFiles('#file', await pictureOf(shown, width === undefined ? {} : { width }));
    await page.locator(`.verdict.is-${shown}`).waitFor();
  };

  /** Every state of the page, and how a person gets there. */
  const STATES: Readonly<Record<string, (page: Page) => Promise<void>>> = {
    empty: async () => undefined,
    'waiting for the answer': async (page) => {
      held = true;
      await page.setInputFiles('#file', await pictureOf('open'));
      await page.locator('.waiting').waitFor();
      held = false;
    },
    open: (page) => give(page, 'open'),
    closed: (page) => give(page, 'closed'),
    uncertain: (page) => give(page, 'uncertain'),
    'no bottle': (page) => give(page, 'no_bottle'),
    'several, all unfolded': async (page) => {
      await give(page, 'open', 600);
      await page.locator('.details summary').click();
      await page.locator('.heatmap-switch input').check();
      await page.locator('.bottle').nth(1).focus();
    },
    failed: async (page) => {
      await page.setInputFiles('#file', { name: 'a.jpg', mimeType: 'image/jpeg', buffer: Buffer.from('no') });
      await page.getByRole('alert').waitFor();
    },
    'failed for want of network': async (page) => {
      await page.context().setOffline(true);
      await page.setInputFiles('#file', await pictureOf('open'));
      await page.getByRole('alert').waitFor();
    },
    notice: async (page) => {
      await page.evaluate(() =>
        dispatchEvent(new ClipboardEvent('paste', { clipboardData: new DataTransfer() })),
      );
      await page.locator('.notice p').waitFor();
    },
    camera: async (page) => {
      await page.keyboard.press('c');
      await page.locator('.shutter:enabled').waitFor();
    },
    'asked for a key': async (page) => {
      await page.route('**/v1/predictions*', (route) => route.fulfill({ status: 401, json: NO_KEY }));
      await page.setInputFiles('#file', await pictureOf('open'));
      await page.locator('dialog.key').waitFor();
      await page.unroute('**/v1/predictions*');
    },
    help: async (page) => {
      await page.keyboard.press('?');
      await page.locator('dialog.help').waitFor();
    },
  };

  test.each(['pt-BR', 'en'])(
    'no accessibility rule is broken in any state and theme, and a narrow phone cuts nothing off (%s)',
    async (locale) => {
      const options = { locale, permissions: ['camera'], refusals: true };
      await visit(site(), options, async (page) => {
        for (const [state, reach] of Object.entries(STATES)) {
          await reach(page);
          await expectForEveryone(page, state);
          release();
          await startOver(page);
        }
      });
    },
  );

  test('from an empty page to a verdict and back by keyboard alone', async () => {
    await visit(site(), {}, async (page) => {
      const choosing = page.waitForEvent('filechooser');
      await tabTo(page, '#file');
      await page.keyboard.press('Enter');
      await (await choosing).setFiles(await pictureOf('open', { width: 600 }));
      await page.locator('.verdict').waitFor();
      await tabTo(page, '.details summary');
      await page.keyboard.press('Enter');
      await page.getByText('A mesma requisição').waitFor();
      await page.keyboard.press('h');
      await page.locator('canvas.heatmap').waitFor();
      await page.keyboard.press('l');
      await page.getByRole('heading', { name: 'Open', exact: true }).waitFor();
      await page.keyboard.press('?');
      await page.getByRole('dialog', { name: 'Keyboard' }).waitFor();
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
      await page.locator('.verdict').waitFor();
      await page.keyboard.press('Escape');
      await page.getByRole('heading', { name: /Open or/ }).waitFor();
    });
  });

  test('the camera by keyboard: C opens, Space shoots, Escape closes and gives the focus back', async () => {
    await visit(site(), { permissions: ['camera'] }, async (page) => {
      await tabTo(page, '.intake-buttons button');
      await page.keyboard.press('c');
      await page.locator('.shutter:focus').waitFor();
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
      await page.locator('.intake-buttons button:focus').first().waitFor();
      await page.keyboard.press('c');
      await page.locator('.shutter:focus').waitFor();
      await page.keyboard.press('Space');
      await page.locator('.verdict').waitFor();
    });
  });

  test('single letters can be switched off, and that is remembered', async () => {
    await visit(site(), {}, async (page) => {
      await page.keyboard.press('?');
      await page.getByLabel('Atalhos de uma letra').uncheck();
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
      await page.reload();
      await page.keyboard.press('l');
      await page.keyboard.press('c');
      await page.getByRole('heading', { name: /Aberta ou/ }).waitFor();
      expect(await page.getByRole('dialog').count()).toBe(0);
    });
  });

  test('the verdict is announced as a sentence', async () => {
    await visit(site(), {}, async (page) => {
      await give(page, 'closed');
      const statuses = await page.getByRole('status').allTextContents();
      expect(statuses.join(' ')).toMatch(/Garrafa fechada, \d\d% de confiança\./);
    });
  });

  test('when the focused control goes away, the focus goes to what happened', async () => {
    await visit(site(), { refusals: true }, async (page) => {
      await page.context().setOffline(true);
      await page.setInputFiles('#file', await pictureOf('open'));
      await page.getByRole('alert').waitFor();
      await page.context().setOffline(false);
      await page.locator('.verdict').waitFor();
      await page.keyboard.press('Escape');
      await page.getByRole('heading', { name: /Aberta ou/ }).waitFor();
      await expect.poll(() => page.evaluate(() => document.activeElement?.id)).toBe('outcome');
    });
  });

  describe('the theme', () => {
    const background = (page: Page): Promise<string> =>
      page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);

    test('follows the system, then the switch, and does not flash after a reload', async () => {
      await visit(site(), { colorScheme: 'light', refusals: true }, async (page) => {
        const light = await background(page);
        await page.emulateMedia({ colorScheme: 'dark' });
        const dark = await background(page);
        expect(dark).not.toBe(light);
        await page.getByRole('button', { name: 'Tema: Sistema' }).click();
        await expect.poll(() => background(page)).toBe(light);
        await page.getByRole('button', { name: 'Tema: Claro' }).click();
        await page.emulateMedia({ colorScheme: 'light' });
        await expect.poll(() => background(page)).toBe(dark);
        // Before the page's own script runs the theme is already set.
        await page.route('**/assets/*.js', (route) => route.abort());
        await page.reload({ waitUntil: 'domcontentloaded' }).catch(() => undefined);
        expect(await page.evaluate(() => document.documentElement.dataset.theme)).toBe('dark');
      });
    });
  });

  test('the language can be chosen in the address and is kept', async () => {
    await visit(site(), { path: '/?lang=en' }, async (page) => {
      await page.getByRole('heading', { name: /Open or/ }).waitFor();
      await page.getByRole('button', { name: 'Português' }).click();
      await page.getByRole('heading', { name: /Aberta ou/ }).waitFor();
      await page.goto(`${site().url}/`);
      await page.getByRole('heading', { name: /Aberta ou/ }).waitFor();
    });
  });

  describe.each([
    // What a 1280 pixel window is at 200 % zoom.
    ['zoomed to 200 %', { viewport: { width: 640, height: 400 }, deviceScaleFactor: 2 }],
    ['320 pixels wide, as at 400 %', { viewport: { width: 320, height: 256 } }],
  ])('%s', (_, window) => {
    test('nothing is cut and nothing scrolls sideways', async () => {
      await visit(site(), { ...window, refusals: true }, async (page) => {
        for (const state of ['empty', 'several, all unfolded', 'uncertain', 'failed'] as const) {
          await STATES[state]?.(page);
          expect(await cutOff(page), state).toEqual([]);
        }
      });
    });
  });

  test('with reduced motion nothing moves', async () => {
    await visit(site(), { reducedMotion: 'reduce' }, async (page) => {
      const running = (): Promise<number> => page.evaluate(() => document.getAnimations().length);
      expect(await running()).toBe(0);
      held = true;
      await page.setInputFiles('#file', await pictureOf('open'));
      await page.locator('.waiting').waitFor();
      held = false;
      expect(await running()).toBe(0);
      release();
      await page.locator('.verdict').waitFor();
      expect(await running()).toBe(0);
    });
  });

  test('what can be touched is large enough', async () => {
    await visit(site(), { viewport: { width: 390, height: 844 } }, async (page) => {
      await give(page, 'open', 600);
      const small = await page
        .locator('button:visible, label.button:visible, summary:visible, .check:visible')
        .evaluateAll((targets) =>
          targets.flatMap((target) => {
            const { width, height } = target.getBoundingClientRect();
            return Math.min(width, height) < 36 ? [`${target.textContent} ${width}×${height}`] : [];
          }),
        );
      expect(small).toEqual([]);
    });
  });
});

const NO_KEY = {
  error: 'An API key is needed',
  code: 'UNAUTHORIZED',
  retryable: false,
  values: {},
  language: 'en',
  request_id: 'r-1',
};

/** Back to the empty page, whatever is open, running or lost. */
async function startOver(page: Page): Promise<void> {
  await page.context().setOffline(false);
  const isEmpty = async (): Promise<boolean> => {
    await page.keyboard.press('Escape');
    return page.locator('main[data-stage="empty"]').isVisible();
  };
  await expect.poll(isEmpty, { timeout: 10_000 }).toBe(true);
  await page.getByRole('dialog').waitFor({ state: 'detached' });
}

/** Presses Tab until the element has the focus. */
async function tabTo(page: Page, selector: string): Promise<void> {
  for (let presses = 0; presses < 60; presses += 1) {
    await page.keyboard.press('Tab');
    if (await page.evaluate((wanted) => document.activeElement?.matches(wanted) ?? false, selector)) return;
  }
  throw new Error(`${selector} cannot be reached with Tab`);
}
