// Small pictures of the files, made one after the other: a page of rows would else unpack fifty photographs at once.

const SIDE = 112;
const KEPT = 400;

const kept = new Map<Blob, ImageBitmap>();
let last: Promise<unknown> = Promise.resolve();

/** Null when the browser cannot show the file, or when `wanted` says meanwhile that nobody looks any more. */
export function thumbnailOf(blob: Blob, wanted: () => boolean): Promise<ImageBitmap | null> {
  const known = kept.get(blob);
  if (known !== undefined) return Promise.resolve(known);
  const making = last.then(() => (wanted() ? make(blob) : null));
  last = making;
  return making;
}

async function make(blob: Blob): Promise<ImageBitmap | null> {
  try {
    const whole = await createImageBitmap(blob, { resizeWidth: 2 * SIDE, resizeQuality: 'low' });
    const side = Math.min(whole.width, whole.height);
    const square = await createImageBitmap(
      whole,
      (whole.width - side) / 2,
      (whole.height - side) / 2,
      side,
      side,
      { resizeWidth: SIDE, resizeHeight: SIDE, resizeQuality: 'medium' },
    );
    whole.close();
    keep(blob, square);
    return square;
  } catch {
    return null;
  }
}

/** The oldest one makes room. It is not closed: a row may still be about to draw it. */
function keep(blob: Blob, square: ImageBitmap): void {
  kept.set(blob, square);
  const [oldest] = kept.keys();
  if (kept.size > KEPT && oldest !== undefined) kept.delete(oldest);
}
