import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PictureFormat } from '../../contract/limits.ts';
import { ifThere, isThere } from '../is-there.ts';
import { freeBytes } from '../observability/readiness.ts';

// Pictures as files `YYYY-MM-DDTHH/SHA256.format` under one folder: a folder for each hour, so that what is too old or
// too much leaves by the hour and nothing has to be searched. The same picture lies there once an hour at most.

export interface PictureFolderOptions {
  readonly folder: string;
  /** Of all files together; the oldest hour leaves first. */
  readonly limitBytes: number;
  /** With less than this left on the disk nothing is kept: the log needs it more. */
  readonly minFreeBytes: number;
}

/** A picture by the prediction that was made of it. */
export interface PictureName {
  /** RFC 3339 in UTC. */
  readonly created: string;
  /** Of the bytes that were sent. */
  readonly sha256: string;
  readonly format: PictureFormat;
}

export type Keeping = 'kept' | 'there' | 'full';

export class PictureFolder {
  readonly #options: PictureFolderOptions;
  /** Bytes by hour. */
  readonly #hours = new Map<string, number>();
  #writes = 0;

  constructor(options: PictureFolderOptions) {
    this.#options = options;
  }

  get bytes(): number {
    return [...this.#hours.values()].reduce((sum, bytes) => sum + bytes, 0);
  }

  /**
   * Whoever reads sees the whole picture or none. `make` is asked only for what is not there yet; its failures pass
   * through. Rejects when it cannot be written.
   */
  async keep(name: PictureName, make: () => Uint8Array): Promise<Keeping> {
    const [hour, path] = [hourOf(name.created), this.#pathOf(name)];
    if (await isThere(path)) return 'there';
    const bytes = make();
    const { folder, minFreeBytes } = this.#options;
    if (!(await this.#makeRoom(bytes.length, hour))) return 'full';
    await mkdir(join(folder, hour), { recursive: true, mode: 0o700 });
    if ((await freeBytes(folder)) - bytes.length < minFreeBytes) return 'full';
    this.#writes += 1;
    const unfinished = `${path}.${process.pid}-${this.#writes}`;
    try {
      await writeFile(unfinished, bytes, { mode: 0o600 });
      await rename(unfinished, path);
    } catch (error) {
      await rm(unfinished, { force: true }).catch(() => {});
      throw error;
    }
    this.#hours.set(hour, (this.#hours.get(hour) ?? 0) + bytes.length);
    return 'kept';
  }

  find(name: PictureName): Promise<Buffer | undefined> {
    return ifThere(readFile(this.#pathOf(name)));
  }

  has(name: PictureName): Promise<boolean> {
    return isThere(this.#pathOf(name));
  }

  /**
   * Forgets every hour that began before `keepFrom`, so that no picture outlives its prediction; null keeps them.
   * Counts anew what lies there, since other processes may share the folder. Resolves with the hours forgotten.
   */
  async maintain(keepFrom: Date | null): Promise<string[]> {
    const names = await readdir(this.#options.folder).catch(() => []);
    const hours = names.filter((name) => HOUR.test(name)).sort();
    const old = hours.filter((hour) => keepFrom !== null && new Date(`${hour}:00:00Z`) < keepFrom);
    for (const hour of old) await this.#forget(hour);
    for (const hour of [...this.#hours.keys()]) if (!hours.includes(hour)) this.#hours.delete(hour);
    for (const hour of hours.filter((hour) => !old.includes(hour)))
      this.#hours.set(hour, await this.#sizeOf(hour));
    await this.#makeRoom(0, '');
    return old;
  }

  /** False when what is there of the present hour leaves none. */
  async #makeRoom(more: number, present: string): Promise<boolean> {
    while (this.bytes + more > this.#options.limitBytes) {
      const [oldest] = [...this.#hours.keys()].sort();
      if (oldest === undefined || oldest === present) return false;
      await this.#forget(oldest);
    }
    return true;
  }

  async #forget(hour: string): Promise<void> {
    this.#hours.delete(hour);
    await rm(join(this.#options.folder, hour), { recursive: true, force: true });
  }

  async #sizeOf(hour: string): Promise<number> {
    const folder = join(this.#options.folder, hour);
    let bytes = 0;
    for (const name of await readdir(folder).catch(() => []))
      bytes += await stat(join(folder, name)).then(
        ({ size }) => size,
        () => 0,
      );
    return bytes;
  }

  #pathOf({ created, sha256, format }: PictureName): string {
    return join(this.#options.folder, hourOf(created), `${sha256}.${format}`);
  }
}

const HOUR = /^\d{4}-\d{2}-\d{2}T\d{2}$/;

function hourOf(created: string): string {
  return created.slice(0, 'YYYY-MM-DDTHH'.length);
}
