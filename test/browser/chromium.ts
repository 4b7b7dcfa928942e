// Debian's Chromium, or another one named by CHROMIUM, driven by playwright-core.

import { accessSync, constants } from 'node:fs';
import { type Browser, type BrowserContext, chromium, type LaunchOptions } from 'playwright-core';

const executable = process.env.CHROMIUM ?? '/usr/bin/chromium';

/** A name of this machine that browsers do not trust without https, as they do not trust one on the local network. */
export const PLAIN_HTTP_HOST = 'tampinha.test';

/** Whether there is a Chromium to drive. Says once a test file why its tests are skipped. */
export function hasChromium(): boolean {
  try {
    accessSync(executable, constants.X_OK);
    return true;
  } catch {
    console.warn(`Browser tests skipped: no Chromium at ${executable}. Install it or set CHROMIUM.`);
    return false;
  }
}

export interface ChromiumOptions {
  /** Whether there is a camera: a picture of the browser's own, or what an MJPEG file shows over and over. */
  readonly camera?: boolean | { readonly file: string };
}

export function launchChromium(options: ChromiumOptions = {}): Promise<Browser> {
  return chromium.launch(launching(options));
}

/** A browser that keeps what it learns in a folder, as a person's own does; the others are like private windows. */
export function launchProfile(folder: string): Promise<BrowserContext> {
  return chromium.launchPersistentContext(folder, launching({ camera: false }));
}

function launching({ camera = true }: ChromiumOptions): LaunchOptions {
  return {
    executablePath: executable,
    args: [
      '--headless=new',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      `--host-resolver-rules=MAP ${PLAIN_HTTP_HOST} 127.0.0.1`,
      // Few frames: every one is drawn by the processor.
      ...(camera === false ? [] : ['--use-fake-device-for-media-stream=fps=5']),
      ...(typeof camera === 'object' ? [`--use-file-for-fake-video-capture=${camera.file}`] : []),
    ],
  };
}
