// Decoded pictures kept on disk between epochs and runs. Reading raw pixels back takes a tenth of decoding.
import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { DECODER_VERSION, type DecodeOptions, decode } from '../decode/index.ts';
import type { RgbImage } from '../vision/rgb-image.ts';

/** A decoded picture and the size of its upright original, as `decode` gives them. */
export interface CachedPicture {
  readonly image: RgbImage;
  readonly width: number;
  readonly height: number;
}

export interface DecodeCache {
  /** Decodes a file, or takes what an earlier call decoded from the same bytes. Throws DecodeError. */
  read(path: string, options?: DecodeOptions): Promise<CachedPicture>;
}

export interface DecodeCacheConfig {
  /** Made when missing. */
  readonly folder: string;
  /**
   * What the folder may hold; threads that share it count what they add each for themselves. Once full it is
   * only read: throwing out what is oldest would decode every epoch anew.
   */
  readonly maxBytes: number;
}

/** Magic number, the two sizes, checksum of the pixels. */
const HEADER_BYTES = 24;
const MAGIC = 0x54505242;

/** Opens a cache, which several threads and processes may share; pictures of other decoders are removed. */
export async function openDecodeCache({ folder, maxBytes }: DecodeCacheConfig): Promise<DecodeCache> {
  await mkdir(folder, { recursive: true });
  let held = await tidy(folder);
  return {
    async read(path, options = {}) {
      const bytes = await readFile(path);
      const entry = join(folder, entryName(bytes, options.maxSide));
      const known = unpack(await readFile(entry).catch(() => undefined));
      if (known !== undefined) return known;
      const { image, width, height } = await decode(bytes, options);
      const packed = pack({ image, width, height });
      if (held + packed.length <= maxBytes) {
        held += packed.length;
        await keep(entry, packed);
      }
      return { image, width, height };
    },
  };
}

/** Same bytes, same size asked for, same decoder: same pixels. */
function entryName(bytes: Uint8Array, maxSide: number | undefined): string {
  const hash = createHash('sha256').update(bytes).digest('hex');
  return `${hash}-${maxSide ?? 'full'}${SUFFIX}`;
}

const SUFFIX = `.v${DECODER_VERSION}.rgb`;

/** Bytes held by entries of this decoder; all others go, and with them what a killed process left half done. */
async function tidy(folder: string): Promise<number> {
  let held = 0;
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    // Another process may have removed it since.
    const size = await stat(path).then(
      (found) => found.size,
      () => 0,
    );
    if (name.endsWith(SUFFIX)) held += size;
    else if (name.endsWith('.rgb')) await rm(path, { force: true });
  }
  return held;
}

function pack({ image, width, height }: CachedPicture): Uint8Array {
  const packed = new Uint8Array(HEADER_BYTES + image.data.length);
  const view = new DataView(packed.buffer);
  const fields = [MAGIC, image.width, image.height, width, height, crc32(image.data)];
  for (const [i, field] of fields.entries()) view.setUint32(i * 4, field);
  packed.set(image.data, HEADER_BYTES);
  return packed;
}

/** The picture, or nothing when the entry is missing, cut off or damaged. */
function unpack(packed: Uint8Array | undefined): CachedPicture | undefined {
  if (packed === undefined || packed.length < HEADER_BYTES) return undefined;
  const view = new DataView(packed.buffer, packed.byteOffset, HEADER_BYTES);
  const [magic, imageWidth = 0, imageHeight = 0, width = 0, height = 0, sum] = Array.from(
    { length: 6 },
    (_, i) => view.getUint32(i * 4),
  );
  const data = new Uint8Array(packed.buffer, packed.byteOffset + HEADER_BYTES, packed.length - HEADER_BYTES);
  if (magic !== MAGIC || data.length !== imageWidth * imageHeight * 3 || crc32(data) !== sum)
    return undefined;
  return { image: { width: imageWidth, height: imageHeight, data }, width, height };
}

/**
 * Under its name there is only ever a whole entry: written beside it first, then renamed. A full disk or
 * another process that tidies up costs the entry and not the picture, which is decoded already.
 */
async function keep(path: string, bytes: Uint8Array): Promise<void> {
  const draft = `${path}.${randomUUID()}.draft.rgb`;
  try {
    await writeFile(draft, bytes);
    await rename(draft, path);
  } catch {
    await rm(draft, { force: true });
  }
}
