/** Contact sheets for the gallery. */
export interface SheetCell {
  /** A JPEG, base64. */
  readonly jpeg: string;
  readonly caption: string;
}

/** Pictures in rows of `columns`, each fitted into a square of `cell` pixels with its caption; a JPEG in base64. */
export async function composeSheet(
  cells: readonly SheetCell[],
  columns: number,
  cell: number,
  quality: number,
): Promise<string> {
  const rows = Math.ceil(cells.length / columns);
  const canvas = new OffscreenCanvas(columns * cell, rows * cell);
  const context = canvas.getContext('2d');
  if (context === null) throw new Error('no 2D canvas');
  context.fillStyle = '#16181d';
  context.fillRect(0, 0, canvas.width, canvas.height);
  for (const [i, { jpeg, caption }] of cells.entries()) {
    const picture = await createImageBitmap(new Blob([Uint8Array.fromBase64(jpeg)], { type: 'image/jpeg' }));
    const scale = Math.min((cell - 4) / picture.width, (cell - 4) / picture.height);
    const [w, h] = [picture.width * scale, picture.height * scale];
    const [x, y] = [(i % columns) * cell, Math.floor(i / columns) * cell];
    context.drawImage(picture, x + (cell - w) / 2, y + (cell - h) / 2, w, h);
    write(context, caption, x + 5, y + cell - 6);
  }
  const blob = await canvas.convertToBlob({ type: 'image/jpeg', quality });
  return (await blob.bytes()).toBase64();
}

function write(context: OffscreenCanvasRenderingContext2D, text: string, x: number, y: number): void {
  context.font = '12px sans-serif';
  context.lineWidth = 3;
  context.strokeStyle = '#000';
  context.strokeText(text, x, y);
  context.fillStyle = '#fff';
  context.fillText(text, x, y);
}
