// Where the reviewer's pictures come from: this browser's history, files of this computer, known by their content, and
// the server, if it keeps pictures.

import { useCallback, useEffect, useState } from 'preact/hooks';
import type { Prediction } from '../../../contract/prediction.ts';
import type { HistoryEntry } from '../history/entry.ts';
import { listEntries, onShelfChange } from '../history/shelf.ts';
import { requestPicture } from './review-api.ts';

/** Files read and looked for at once: few enough for the memory, many enough to draw the page seldom. */
const AT_ONCE = 16;

/** Pictures by the SHA-256 of their bytes, in hexadecimal digits. */
export type Pictures = ReadonlyMap<string, Known>;

interface Known {
  readonly name: string;
  readonly blob: Blob;
}

export interface Albums {
  /** Null until the history has been looked at. */
  readonly pictures: Pictures | null;
  /** Whether files are being read. */
  readonly reading: boolean;
  /** Adds files: they are read and compared, not sent. */
  readonly add: (files: readonly File[]) => void;
  /** Adds the picture that the server has kept of a prediction; resolves when that is done, or has failed. */
  readonly fetchKept: (prediction: Prediction) => Promise<void>;
}

export function usePictures(): Albums {
  const [pictures, setPictures] = useState<Pictures | null>(null);
  const [reading, setReading] = useState(false);
  const keep = useCallback(
    // Those that are known stay the very same: one on show is not drawn again.
    (found: Pictures): void => setPictures((before) => new Map([...found, ...(before ?? [])])),
    [],
  );
  useEffect(() => {
    const readShelf = (): void => {
      listEntries().then(
        (entries) => keep(picturesOf(entries)),
        () => keep(new Map()),
      );
    };
    readShelf();
    // What was judged a moment ago may still be on its way there.
    return onShelfChange(readShelf);
  }, [keep]);
  const add = useCallback(
    async (files: readonly File[]): Promise<void> => {
      if (!canReadFiles()) return;
      setReading(true);
      for (let start = 0; start < files.length; start += AT_ONCE) {
        const portion = files.slice(start, start + AT_ONCE);
        const found = await Promise.all(
          portion.map(
            async (blob) => [await digestOf(blob).catch(() => ''), { name: blob.name, blob }] as const,
          ),
        );
        keep(new Map(found.filter(([digest]) => digest !== '')));
      }
      setReading(false);
    },
    [keep],
  );
  const fetchKept = useCallback(
    async (prediction: Prediction): Promise<void> => {
      const picture = await keptPicture(prediction);
      if (picture !== null) keep(new Map([[prediction.sha256, picture]]));
    },
    [keep],
  );
  return { pictures, reading, add, fetchKept };
}

/** What the server has kept of a prediction; null where it cannot be had. */
export async function keptPicture({ id, file }: Prediction): Promise<Known | null> {
  const blob = await requestPicture(id);
  return blob && { name: file ?? id, blob };
}

function picturesOf(entries: readonly HistoryEntry[]): Pictures {
  return new Map(
    entries.map(({ prediction, name, picture }) => [prediction.sha256, { name, blob: picture }]),
  );
}

/** Browsers reckon digests on https and on this machine only. */
export function canReadFiles(): boolean {
  return typeof crypto.subtle?.digest === 'function';
}

async function digestOf(file: Blob): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', await file.arrayBuffer());
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
