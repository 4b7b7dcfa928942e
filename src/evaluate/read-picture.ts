import { readFile, stat } from 'node:fs/promises';
import { DEFAULT_DECODE_LIMITS, DecodeError } from '../decode/index.ts';

/**
 * A picture file's bytes. Throws decode's FILE_TOO_LARGE before reading a file that decode would refuse, and
 * the file system's error when it cannot be read.
 */
export async function readPicture(path: string): Promise<Uint8Array> {
  const { size } = await stat(path);
  const { bytes: limit } = DEFAULT_DECODE_LIMITS;
  if (size > limit) throw new DecodeError('FILE_TOO_LARGE', { actual_bytes: size, limit_bytes: limit });
  return readFile(path);
}
