// Turns what the browser hands over (a file, a blob, a sample's address) into a picture with a ticket of its own.

import type { Origin, Picture } from '../picture.ts';

let lastTicket = 0;

export function pictureFrom(blob: Blob, origin: Origin, name: string): Picture {
  lastTicket += 1;
  return { ticket: lastTicket, origin, name, blob, url: URL.createObjectURL(blob) };
}

/** Of several files the first that says it is a picture, else the first. */
export function pickFile(files: readonly File[]): File | undefined {
  return files.find((file) => file.type.startsWith('image/')) ?? files[0];
}

/** A name for a picture that came without one. */
export function inventedName(origin: Origin, blob: Blob): string {
  const extension = blob.type.split('/')[1] ?? 'jpg';
  return `${origin}.${extension === 'jpeg' ? 'jpg' : extension}`;
}
