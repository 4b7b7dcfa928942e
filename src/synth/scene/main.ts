/** The page's side of the driver: draws described scenes and hands back JPEG bytes. */
import type { SceneDescription } from '../describe/scene-description.ts';
import { createFrameRenderer } from './frame-renderer.ts';
import { composeSheet, type SheetCell } from './sheet.ts';

interface TampinhaSynth {
  /** JPEG of the scene, base64. `photo` is a data URL of a backdrop, or null. */
  render(scene: SceneDescription, photo: string | null): Promise<string>;
  /** A contact sheet of JPEG pictures (base64), itself a JPEG in base64. */
  sheet(cells: readonly SheetCell[], columns: number, cell: number, quality: number): Promise<string>;
  /** What draws: the name that WebGL gives. */
  device(): string;
}

declare global {
  interface Window {
    tampinhaSynth: TampinhaSynth;
  }
}

const frames = createFrameRenderer();

window.tampinhaSynth = {
  async render(scene, photo) {
    const bitmap = photo ? await createImageBitmap(await (await fetch(photo)).blob()) : null;
    frames.render(scene, bitmap);
    bitmap?.close();
    return await jpeg(frames.canvas, scene.photo.quality);
  },
  sheet: (cells, columns, cell, quality) => composeSheet(cells, columns, cell, quality),
  device() {
    const gl = frames.canvas.getContext('webgl2');
    const info = gl?.getExtension('WEBGL_debug_renderer_info');
    return String(gl && info ? gl.getParameter(info.UNMASKED_RENDERER_WEBGL) : 'unknown');
  },
};

function jpeg(canvas: HTMLCanvasElement, quality: number): Promise<string> {
  return new Promise((resolve, reject) => {
    canvas.toBlob(
      (blob) => {
        if (blob === null) reject(new Error('the canvas gave no JPEG'));
        else blob.bytes().then((bytes) => resolve(bytes.toBase64()), reject);
      },
      'image/jpeg',
      quality,
    );
  });
}
