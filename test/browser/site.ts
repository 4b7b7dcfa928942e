// The real application with the page as the build makes it now, and a browser to look at it with.

import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, BrowserContext, BrowserContextOptions, ConsoleMessage, Page } from 'playwright-core';
import { afterAll, beforeAll, expect } from 'vitest';
import type { Classification, Classifier } from '../../src/model/classification.ts';
import { colourClassifier, type TestApp, type TestAppOptions, testApp } from '../../src/server/test-app.ts';
import { type BuiltPage, builtPage, PROJECT } from './built-page.ts';
import { type ChromiumOptions, launchChromium } from './chromium.ts';

export interface Site {
  readonly url: string;
  readonly app: TestApp;
  readonly browser: Browser;
}

/** A site for the tests of the present file, started before the first and closed after the last. */
export function useSite(
  options: () => Promise<TestAppOptions> | TestAppOptions = () => ({}),
  chromium: () => Promise<ChromiumOptions> | ChromiumOptions = () => ({}),
): () => Site {
  let page: BuiltPage | undefined;
  let site: Site | undefined;
  beforeAll(async () => {
    page = await builtPage();
    const app = await testApp({ classifier: testClassifier, pageDir: page.dir, ...(await options()) });
    site = { url: await app.url(), app, browser: await launchChromium(await chromium()) };
  });
  afterAll(async () => {
    await site?.browser.close();
    await site?.app.close();
    await page?.remove();
  });
  return () => {
    if (site === undefined) throw new Error('the site has not started');
    return site;
  };
}

/** How long a page may take for anything. A busy machine needs more: `BROWSER_PATIENCE_MS`. */
const PATIENCE_MS = Number(process.env.BROWSER_PATIENCE_MS ?? 30_000);

export interface Visit extends BrowserContextOptions {
  /** Part of the address after the host. */
  readonly path?: string;
  readonly permissions?: string[];
  /** Whether the browser may log refused requests; anything else on the console fails the test either way. */
  readonly refusals?: boolean;
  /** Runs before the page is loaded. */
  readonly prepare?: (context: BrowserContext) => Promise<void>;
}

/**
 * Opens the page in a fresh context, runs `look`, and fails on any page error, console error or warning, or request
 * to another host. Keeps a screenshot of a failure in build/browser-failures.
 */
export async function visit(
  { url, browser }: Pick<Site, 'url' | 'browser'>,
  { path = '/', refusals = false, prepare, ...options }: Visit,
  look: (page: Page) => Promise<void>,
): Promise<void> {
  const context = await browser.newContext({
    locale: 'pt-BR',
    viewport: { width: 1280, height: 800 },
    // What it answers, a test can neither see nor replace; it has tests of its own.
    serviceWorkers: 'block',
    ...options,
  });
  context.setDefaultTimeout(PATIENCE_MS);
  const page = await context.newPage();
  const problems = watch(page, url, refusals);
  try {
    await prepare?.(context);
    await page.goto(url + path);
    // The view itself, not what stands there while it loads, and listening to keys and drops.
    await page.locator('main:not(.view-message[aria-busy=true])').waitFor();
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => setTimeout(done, 50))));
    await look(page);
    expect(problems).toEqual([]);
  } catch (error) {
    await keepScreenshot(page);
    throw error;
  } finally {
    await context.close();
  }
}

function watch(page: Page, url: string, refusals: boolean): string[] {
  const problems: string[] = [];
  page.on('pageerror', (error) => problems.push(`page error: ${error.message}`));
  page.on('console', (message) => {
    const refused = refusals && message.text().startsWith('Failed to load resource');
    if (!['error', 'warning'].includes(message.type()) || refused || isAboutSetting(message)) return;
    problems.push(`console: ${message.text()}`);
  });
  page.on('request', (request) => {
    const { protocol, origin } = new URL(request.url());
    if (protocol !== 'blob:' && origin !== url) problems.push(`foreign request: ${request.url()}`);
  });
  return problems;
}

/**
 * Without https the browser notes that two of the security headers do nothing, and the driver notes that it blocks
 * service workers; the page has no part in either.
 */
function isAboutSetting(message: ConsoleMessage): boolean {
  return /Cross-Origin-Opener-Policy|Origin-Agent-Cluster|Service Worker registration blocked/.test(
    message.text(),
  );
}

async function keepScreenshot(page: Page): Promise<void> {
  const folder = join(PROJECT, 'build/browser-failures');
  await mkdir(folder, { recursive: true });
  const name = (expect.getState().currentTestName ?? 'test').replace(/[^\w]+/g, '-').slice(0, 100);
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true }).catch(() => undefined);
}

/** Judges by colour; a picture wider than high holds three bottles, one of each state. */
export const testClassifier: Classifier = {
  card: colourClassifier.card,
  classify: async (image) => {
    const found = await colourClassifier.classify(image);
    return image.width > image.height ? withThreeBottles(found, image.width, image.height) : found;
  },
};

function withThreeBottles(found: Classification, width: number, height: number): Classification {
  const bottles = (['open', 'closed', 'uncertain'] as const).map((state, index) => {
    const pOpen = { open: 0.93, closed: 0.04, uncertain: 0.55 }[state];
    const box = [width * (0.1 + 0.3 * index), height * 0.3, width * 0.12, height * 0.3] as const;
    return { box, state, pOpen, confidence: Math.max(pOpen, 1 - pOpen), presence: 0.9 };
  });
  return { ...found, bottles };
}
