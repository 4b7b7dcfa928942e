// A training's whole state in one file: a line of JSON that says what follows, then the tensors' bytes.

import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type Static, Type } from 'typebox';
import { Value } from 'typebox/value';
import { sizeOf, type Tensor } from '../nn/tensor.ts';
import { TrainingError } from './training-error.ts';

const Header = Type.Object({
  /** Steps done. */
  step: Type.Integer({ minimum: 0 }),
  /** What the run was started with; a run with other settings must not go on from here. */
  settings: Type.String(),
  tensors: Type.Array(Type.Object({ name: Type.String(), dims: Type.Array(Type.Integer()) })),
});
type Header = Static<typeof Header>;

export interface Checkpoint {
  readonly step: number;
  readonly settings: string;
  readonly state: Map<string, Tensor>;
}

/** Written beside and renamed, so that a stop in the middle leaves the checkpoint before. */
export async function writeCheckpoint(path: string, { step, settings, state }: Checkpoint): Promise<void> {
  const tensors = [...state].map(([name, { dims }]) => ({ name, dims: [...dims] }));
  const header = Buffer.from(`${JSON.stringify({ step, settings, tensors } satisfies Header)}\n`);
  const bodies = [...state.values()].map(({ data }) =>
    Buffer.from(data.buffer, data.byteOffset, data.byteLength),
  );
  await mkdir(dirname(path), { recursive: true });
  await writeFile(`${path}.part`, [header, ...bodies]);
  await rename(`${path}.part`, path);
}

/** Null when there is none. Throws when there is one that cannot be gone on from. */
export async function readCheckpoint(path: string, settings: string): Promise<Checkpoint | null> {
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (!bytes) return null;
  const end = bytes.indexOf('\n');
  const header = parseHeader(path, bytes.toString('utf8', 0, Math.max(0, end)));
  if (header.settings !== settings) {
    throw new TrainingError(
      `${path} belongs to a run with other settings; remove it or choose another --out`,
    );
  }
  const state = new Map<string, Tensor>();
  let offset = end + 1;
  for (const { name, dims } of header.tensors) {
    const length = sizeOf(dims) * Float32Array.BYTES_PER_ELEMENT;
    if (offset + length > bytes.length) throw new TrainingError(`${path} is shorter than it says`);
    state.set(name, {
      dims,
      data: new Float32Array(Uint8Array.from(bytes.subarray(offset, offset + length)).buffer),
    });
    offset += length;
  }
  if (offset < bytes.length) throw new TrainingError(`${path} is longer than it says`);
  return { step: header.step, settings, state };
}

function parseHeader(path: string, line: string): Header {
  try {
    return Value.Parse(Header, JSON.parse(line));
  } catch (cause) {
    throw new TrainingError(`${path} does not begin as a checkpoint does`, { cause });
  }
}
