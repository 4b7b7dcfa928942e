// The labelled pictures of the history as a data folder, in the form that `tampinha train` and `dataset check` read:
// `open/`, `closed/`, `none/`, `unclear/` and a `manifest.csv` that says the same with more detail. One zip file.

import { strToU8, Zip, ZipPassThrough } from 'fflate';
import type { Prediction } from '../../../contract/prediction.ts';
import type { Given, HistoryEntry } from './entry.ts';

export const FOLDER_NAME = 'tampinha-data.zip';

/** A picture and what a person said about it. */
export interface Labelled {
  readonly name: string;
  readonly picture: Blob;
  readonly prediction: Prediction;
  readonly given: Given;
}

export interface FolderFile {
  /** Below the folder, with forward slashes. */
  readonly path: string;
  readonly entry: Labelled;
}

export function isLabelled(entry: HistoryEntry): entry is HistoryEntry & Labelled {
  return entry.given !== null;
}

/**
 * A file for each picture that was labelled, named for its content. A picture that was judged several times counts
 * once, with the newest label. `entries` newest first.
 */
export function folderFiles(entries: readonly Labelled[]): FolderFile[] {
  const newest = new Map<string, Labelled>();
  for (const entry of entries) {
    const { sha256 } = entry.prediction;
    if (!newest.has(sha256)) newest.set(sha256, entry);
  }
  return [...newest].map(([sha256, entry]) => ({
    path: `${entry.given.label}/${sha256.slice(0, 16)}.${extensionOf(entry)}`,
    entry,
  }));
}

function extensionOf({ prediction: { format } }: Labelled): string {
  return format === 'jpeg' ? 'jpg' : format;
}

const COLUMNS = ['file', 'label', 'source', 'notes', 'name', 'prediction', 'verdict', 'p_open', 'model'];

/** `file` and `label` are what training needs; the rest tells where a line comes from. */
export function manifest(files: readonly FolderFile[]): string {
  const rows = files.map(({ path, entry: { name, given, prediction } }) => [
    path,
    given.label,
    'feedback',
    given.comment ?? '',
    name,
    prediction.id,
    prediction.verdict,
    String(prediction.p_open),
    prediction.model,
  ]);
  return [COLUMNS, ...rows].map((row) => `${row.map(csvCell).join(',')}\r\n`).join('');
}

/** A comment of several lines becomes one: a line of the manifest is a picture. None runs in a spreadsheet. */
function csvCell(text: string): string {
  const plain = text.replaceAll(/\s*[\r\n]+\s*/g, ' ');
  const line = /^[=+\-@\t]/.test(plain) ? `'${plain}` : plain;
  return /[",]/.test(line) ? `"${line.replaceAll('"', '""')}"` : line;
}

/** The folder as a zip file. Pictures are stored as they are: compressing them again gains nothing. */
export async function zipFolder(files: readonly FolderFile[]): Promise<Blob> {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  const zip = new Zip((error, part) => {
    if (error !== null) throw error;
    parts.push(part);
  });
  add(zip, 'manifest.csv', strToU8(manifest(files)), files[0]?.entry);
  for (const { path, entry } of files) {
    add(zip, path, new Uint8Array(await entry.picture.arrayBuffer()), entry);
  }
  zip.end();
  return new Blob(parts, { type: 'application/zip' });
}

/** Dated as the prediction is. */
function add(zip: Zip, path: string, bytes: Uint8Array, dated: Labelled | undefined): void {
  const file = new ZipPassThrough(path);
  if (dated !== undefined) file.mtime = dated.prediction.created;
  zip.add(file);
  file.push(bytes, true);
}
