import { extname } from 'node:path';

// Some of these are known and not read (HEIC): whoever has such files is told so instead of finding them missing.
const PICTURE_EXTENSION = /^\.(jpe?g|jpe|jfif|png|webp|gif|avif|tiff?|heic|heif|bmp|jxl)$/i;

/** Whether a file calls itself a picture. */
export function hasPictureName(path: string): boolean {
  return PICTURE_EXTENSION.test(extname(path));
}
