// From a file to its prediction: read it, send its bytes as they are, read the answer.

import { LIMITS } from '../../contract/limits.ts';
import type { Prediction } from '../../contract/prediction.ts';
import { isPrediction } from './answer.ts';
import { Failed, pageFailure, tableFailure } from './failure.ts';
import { requestJson } from './request.ts';

export const PREDICTIONS_PATH = '/v1/predictions';

/** @throws {Failed} EMPTY_FILE, FILE_TOO_LARGE, UNREADABLE_FILE, before anything is sent */
export async function readBytes(blob: Blob): Promise<ArrayBuffer> {
  if (blob.size === 0) throw new Failed(tableFailure('EMPTY_FILE'));
  if (blob.size > LIMITS.pictureBytes) {
    throw new Failed(tableFailure('FILE_TOO_LARGE', { limit_bytes: LIMITS.pictureBytes, bytes: blob.size }));
  }
  try {
    return await blob.arrayBuffer();
  } catch {
    // Read before sending: a file that vanished meanwhile is then not mistaken for a lost network.
    throw new Failed(pageFailure('UNREADABLE_FILE'));
  }
}

interface Sent {
  readonly body: ArrayBuffer | Blob;
  readonly mediaType: string;
  /** Of the file, for the log: whoever reviews the answer finds the picture by it. */
  readonly name?: string;
  readonly signal: AbortSignal;
  /** Of the path, with its question mark. */
  readonly query?: string;
}

/**
 * The server's answer to one picture.
 * @throws {Failed} as `requestJson`
 */
export function requestPrediction({ body, mediaType, name, signal, query = '' }: Sent): Promise<Prediction> {
  const headers = {
    'content-type': mediaType,
    ...(name !== undefined && { 'content-disposition': `attachment; filename*=UTF-8''${encoded(name)}` }),
  };
  return requestJson(PREDICTIONS_PATH + query, isPrediction, { method: 'POST', headers, body, signal });
}

/** As RFC 8187 wants it: four more characters than a part of an address has. */
function encoded(name: string): string {
  return encodeURIComponent(name.toWellFormed()).replace(
    /['()*]/g,
    (one) => `%${one.charCodeAt(0).toString(16)}`,
  );
}

/** What the file says it is, if that is a picture; the server looks at the bytes in any case. */
export function mediaType(blob: Blob): string {
  return blob.type.startsWith('image/') ? blob.type : 'application/octet-stream';
}
