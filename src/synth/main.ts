/** `node src/synth/main.ts samples|gallery`: draws the pictures of the repository that come from the renderer. */
import { fileURLToPath } from 'node:url';
import { renderGallery } from './gallery.ts';
import { renderSamples } from './samples.ts';

const folder = (name: string) => fileURLToPath(new URL(`../../${name}`, import.meta.url));
const executable = process.env.CHROMIUM ?? '/usr/bin/chromium';

switch (process.argv[2]) {
  case 'samples':
    await renderSamples(folder('samples'), executable);
    break;
  case 'gallery':
    await renderGallery(folder('docs/gallery'), executable);
    break;
  default:
    console.error('usage: node src/synth/main.ts samples|gallery');
    process.exitCode = 2;
}
