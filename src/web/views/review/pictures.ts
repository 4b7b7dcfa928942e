// Where the reviewer's pictures come from: this browser's history, and files of this computer, known by their content.
// The server keeps no pictures.

import { useEffect, useState } from 'preact/hooks';
import { listEntries } from '../history/shelf.ts';

/** Pictures by the SHA-256 of their bytes, in hexadecimal digits. */
export type Pictures = ReadonlyMap<string, { readonly name: string; readonly blob: Blob }>;

export interface Albums {
  /** Null until the history has been looked at. */
  readonly pictures: Pictures | null;
  /** Whether files are being read. */
  readonly reading: boolean;
  /** Adds files: they are read and compared, not sent. */
  readonly add: (files: readonly File[]) => void;
}

export function usePictures(): Albums {
  const [pictures, setPictures] = useState<Pictures | null>(null);
  const [reading, setReading] = useState(false);
  const keep = (found: Pictures): void => setPictures((before) => new Map([...(before ?? []), ...found]));
  useEffect(() => {
    listEntries().then(
      (entries) =>
        keep(
          new Map(
            entries.map(({ prediction, name, picture }) => [prediction.sha256, { name, blob: picture }]),
          ),
        ),
      () => keep(new Map()),
    );
  }, []);
  const add = async (files: readonly File[]): Promise<void> => {
    setReading(true);
    for (const file of files) {
      const digest = await digestOf(file).catch(() => null);
      if (digest !== null) keep(new Map([[digest, { name: file.name, blob: file }]]));
    }
    setReading(false);
  };
  return { pictures, reading, add };
}

/** Browsers reckon digests on https and on this machine only. */
export function canReadFiles(): boolean {
  return typeof crypto.subtle?.digest === 'function';
}

async function digestOf(file: Blob): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', await file.arrayBuffer());
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
