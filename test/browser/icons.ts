// Makes the icons of the installed page from its one drawing: `node test/browser/icons.ts`.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { PROJECT } from './built-page.ts';

const FOLDER = join(PROJECT, 'src/web/public');
const GLASS = '#0f2a1d';

/** `part`: how much of the side the drawing takes; `ground`: what lies behind it, or nothing. */
const ICONS = [
  { name: 'icon-192.png', side: 192, part: 1, ground: null },
  { name: 'icon-512.png', side: 512, part: 1, ground: null },
  // Android cuts a circle out of it, four fifths across.
  { name: 'icon-maskable-512.png', side: 512, part: 0.66, ground: GLASS },
  // iOS lays nothing behind it.
  { name: 'apple-touch-icon.png', side: 180, part: 0.78, ground: GLASS },
] as const;

const drawing = await readFile(join(FOLDER, 'icon.svg'));
for (const { name, side, part, ground } of ICONS) {
  const inner = Math.round(side * part);
  const mark = await sharp(drawing, { density: (72 * side) / 24 })
    .resize(inner, inner)
    .png()
    .toBuffer();
  const background = ground ?? { r: 0, g: 0, b: 0, alpha: 0 };
  await sharp({ create: { width: side, height: side, channels: 4, background } })
    .composite([{ input: mark }])
    .png({ palette: true, effort: 10 })
    .toFile(join(FOLDER, name));
  console.log(name);
}
