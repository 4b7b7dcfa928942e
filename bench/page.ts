// How long a newcomer's first verdict takes: from the address typed to the verdict on the screen, with a sample picture,
// in a browser that has never seen the page and with a server that is warm. The cache for pictures is off: every verdict
// is computed. Durations mean something on a machine with nothing else to do; the processor time means nearly the same
// on a busy one, and bounds them: nothing here waits for anything but processors.
//
//     npm run -s build:web && node bench/page.ts [RUNS]
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { readConfig } from '../src/server/config.ts';
import { startServer } from '../src/server/start-server.ts';
import { launchChromium } from '../test/browser/chromium.ts';
import { processorTime } from './processor-time.ts';

const [runs = '15'] = process.argv.slice(2);
const SAMPLE = 'closed-1.jpg';

/** Milliseconds since the navigation began. */
interface Moments {
  /** The first view is drawn, and a sample can be clicked. */
  readonly shown: number;
  readonly verdict: number;
}

interface Visit extends Moments {
  /** What browser, server and this process took of the processors meanwhile. */
  readonly processor: number;
}

const dataDir = await mkdtemp(join(tmpdir(), 'tampinha-bench-page-'));
const config = readConfig({ PORT: '0', DATA_DIR: dataDir, LOG_LEVEL: 'silent', CACHE_MB: '0' }, 2);
const server = await startServer(config);
const browser = await launchChromium({ camera: false });
try {
  // The first goes to warm what is not measured: the server, and the browser's own start.
  await visit(browser, server.url);
  const all: Visit[] = [];
  for (let run = 0; run < Number(runs); run++) all.push(await visit(browser, server.url));
  report(
    'page shown',
    all.map(({ shown }) => shown),
  );
  report(
    'click to verdict',
    all.map(({ shown, verdict }) => verdict - shown),
  );
  report(
    'address to verdict',
    all.map(({ verdict }) => verdict),
  );
  report(
    'processor time of it',
    all.map(({ processor }) => processor),
  );
} finally {
  await browser.close();
  await server.close();
  await rm(dataDir, { recursive: true });
}

/** Opens the page in a context of its own, which has no cache yet, and clicks a sample as soon as there is one. */
async function visit(chromium: Browser, url: string): Promise<Visit> {
  const context = await chromium.newContext({ viewport: { width: 1280, height: 800 } });
  try {
    const page = await context.newPage();
    await page.addInitScript(`{
      const moments = {};
      const look = () => {
        const sample = document.querySelector('.sample[data-file="${SAMPLE}"]');
        if (moments.shown === undefined && sample !== null) {
          // Drawn, and its listeners are in place.
          requestAnimationFrame(() => setTimeout(() => {
            if (moments.shown !== undefined) return;
            moments.shown = performance.now();
            sample.click();
          }));
        }
        if (moments.verdict === undefined && document.querySelector('.verdict') !== null) {
          moments.verdict = 0;
          requestAnimationFrame(() => setTimeout(() => {
            moments.verdict = performance.now();
            window.moments = moments;
          }));
        }
      };
      new MutationObserver(look).observe(document, { childList: true, subtree: true });
    }`);
    const before = await processorTime();
    await page.goto(`${url}/?lang=pt`);
    const handle = await page.waitForFunction((): unknown => Reflect.get(globalThis, 'moments'));
    const moments: unknown = await handle.jsonValue();
    if (!isMoments(moments)) throw new Error('the page did not say when');
    return { ...moments, processor: (await processorTime()) - before };
  } finally {
    await context.close();
  }
}

function isMoments(value: unknown): value is Moments {
  return typeof value === 'object' && value !== null && 'shown' in value && 'verdict' in value;
}

function report(what: string, values: readonly number[]): void {
  const sorted = values.toSorted((one, other) => one - other);
  const at = (share: number): string => (sorted[Math.round(share * (sorted.length - 1))] ?? 0).toFixed(0);
  console.log(`${what.padEnd(20)} median ${at(0.5)} ms, slowest ${at(1)} ms, ${values.length} runs`);
}
