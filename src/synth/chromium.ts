/** Headless Chromium with the renderer's page in it. Software drawing is enough; a graphics card is used where one is. */
import { fileURLToPath } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { build } from 'vite';
import type { SceneDescription } from './describe/scene-description.ts';

const FLAGS = [
  '--headless=new',
  '--no-sandbox',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--ignore-gpu-blocklist',
];

/** Ways to draw, best first: the system's OpenGL (Mesa's own software one included), then Chromium's software. */
const DRAWING = [
  ['--use-gl=angle', '--use-angle=gl-egl'],
  ['--use-angle=swiftshader', '--enable-unsafe-swiftshader'],
] as const;

export interface SheetCell {
  readonly jpeg: Uint8Array;
  readonly caption: string;
}

export interface SheetLayout {
  readonly columns: number;
  /** Side of a cell, pixels. */
  readonly cell: number;
  /** JPEG quality, 0–1. */
  readonly quality: number;
}

export interface SceneRenderer {
  /** What draws, as WebGL names it. */
  readonly device: string;
  /** The scene as a JPEG; `photo`, a picture file's bytes, serves as its backdrop. */
  render(scene: SceneDescription, photo?: Uint8Array): Promise<Uint8Array>;
  /** A contact sheet of JPEG pictures. */
  sheet(cells: readonly SheetCell[], layout: SheetLayout): Promise<Uint8Array>;
  close(): Promise<void>;
}

/**
 * Starts Chromium and loads the scene code.
 * @throws Error when no Chromium is at `executable` or none of the ways to draw works.
 */
export async function openSceneRenderer(executable: string): Promise<SceneRenderer> {
  const code = await bundleScene();
  const failures: string[] = [];
  for (const drawing of DRAWING) {
    const browser = await chromium.launch({ executablePath: executable, args: [...FLAGS, ...drawing] });
    try {
      return await loadPage(browser, code);
    } catch (error) {
      failures.push(`${drawing.join(' ')}: ${error instanceof Error ? error.message : String(error)}`);
      await browser.close();
    }
  }
  throw new Error(`Chromium cannot draw here. ${failures.join(' | ')}`);
}

async function loadPage(browser: Browser, code: string): Promise<SceneRenderer> {
  const page = await browser.newPage();
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  await page.setContent('<!doctype html><title>tampinha synth</title>');
  await page.addScriptTag({ content: code });
  const device = await call(page, 'device');
  if (device === '' || errors.length > 0) throw new Error(errors.join('; ') || 'the page did not start');
  return {
    device,
    render: async (scene, photo) => bytes(await call(page, 'render', scene, photo ? dataUrl(photo) : null)),
    sheet: async (cells, { columns, cell, quality }) => {
      const encoded = cells.map(({ jpeg, caption }) => ({
        jpeg: Buffer.from(jpeg).toString('base64'),
        caption,
      }));
      return bytes(await call(page, 'sheet', encoded, columns, cell, quality));
    },
    close: () => browser.close(),
  };
}

/** Calls a function of the page's side and expects a text. */
async function call(page: Page, name: string, ...parameters: readonly unknown[]): Promise<string> {
  const result: unknown = await page.evaluate(
    ([method, values]) => Reflect.get(globalThis, 'tampinhaSynth')[method](...values),
    [name, parameters] as const,
  );
  if (typeof result !== 'string') throw new TypeError(`${name} gave no text`);
  return result;
}

const bytes = (base64: string): Uint8Array => new Uint8Array(Buffer.from(base64, 'base64'));
const dataUrl = (photo: Uint8Array): string => `data:image/*;base64,${Buffer.from(photo).toString('base64')}`;

async function bundleScene(): Promise<string> {
  const entry = fileURLToPath(new URL('./scene/main.ts', import.meta.url));
  const result = await build({
    configFile: false,
    logLevel: 'error',
    build: {
      write: false,
      minify: false,
      target: 'esnext',
      lib: { entry, formats: ['iife'], name: 'tampinhaScene' },
    },
  });
  const outputs = Array.isArray(result) ? result : [result];
  for (const output of outputs) {
    if (!('output' in output)) continue;
    const chunk = output.output.find((part) => part.type === 'chunk');
    if (chunk) return chunk.code;
  }
  throw new Error('the scene code did not build');
}
