// What axe-core finds on a page, and what reaches beyond the window: the same questions for every view.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface AxeViolation {
  readonly id: string;
  readonly nodes: readonly { readonly html: string }[];
}

/** The broken rules of the page as it is now, as readable lines. */
export async function violations(page: Page): Promise<string[]> {
  if (!(await page.evaluate('"axe" in window'))) await page.evaluate(axe);
  const found = await page.evaluate<readonly AxeViolation[]>(
    `axe.run(document, { resultTypes: ['violations'] }).then((result) => result.violations)`,
  );
  return found.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`);
}

/** Elements with words that reach beyond the window, except inside boxes that scroll by themselves. */
export function cutOff(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const beyond = [...document.querySelectorAll('main *, header *, footer *')].filter((element) => {
      const scrolling = '.samples ul, .views ul, pre, .visually-hidden, .drawing, .boxes, .scrolls';
      if (element.closest(scrolling) !== null) return false;
      const { left, right, width } = element.getBoundingClientRect();
      return width > 0 && (left < -1 || right > innerWidth + 1);
    });
    const sideways = document.documentElement.scrollWidth > innerWidth ? ['the page scrolls sideways'] : [];
    return [...sideways, ...beyond.map((element) => element.outerHTML.slice(0, 120))];
  });
}

/** What is being animated. */
function moving(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    document
      .getAnimations()
      .filter(({ playState }) => playState === 'running')
      .map(({ effect }) =>
        (effect instanceof KeyframeEffect ? (effect.target?.outerHTML ?? '') : '').slice(0, 120),
      ),
  );
}

/**
 * No rule is broken in either theme, nothing moves for who wants that, and nothing is cut off on a narrow phone.
 * `state` names what is looked at.
 */
export async function expectForEveryone(page: Page, state: string): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    expect.soft(await violations(page), `${state}, ${colorScheme}`).toEqual([]);
  }
  expect.soft(await moving(page), `${state}, with reduced motion`).toEqual([]);
  const before = page.viewportSize();
  await page.setViewportSize({ width: 360, height: 640 });
  // Plots are drawn anew after the page has become narrow, not while.
  const narrow = { timeout: 10_000, message: `${state}, 360 pixels wide` };
  await expect.poll(() => cutOff(page), narrow).toEqual([]);
  if (before !== null) await page.setViewportSize(before);
}
