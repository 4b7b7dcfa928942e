// The training photographs may not be passed on. Pictures in the repository are rendered by the project.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');
const photographs = process.env.PHOTOS_DIR ?? join(root, 'data/photos');
const FOLDERS_WITH_PICTURES = ['docs/', 'samples/', 'src/web/public/', 'test/fixtures/'];

const committed = existsSync(join(root, '.git'))
  ? execFileSync('git', ['ls-files', '-z'], { cwd: root, encoding: 'utf8' }).split('\0').filter(Boolean)
  : null;
const pictures = (committed ?? []).filter(
  (path) => /\.(jpe?g|png|webp|gif|avif|tiff?|bmp|heic)$/i.test(path) && existsSync(join(root, path)),
);

const sha256 = (path: string) => createHash('sha256').update(readFileSync(path)).digest('hex');

/** Those of `paths` whose bytes are also those of a file below `folder`. */
function copiesOf(folder: string, paths: readonly string[]): string[] {
  const sizes = new Set(paths.map((path) => statSync(path).size));
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name));
  const suspects = files.filter((path) => {
    const info = statSync(path);
    return info.isFile() && sizes.has(info.size);
  });
  const hashes = new Set(suspects.map(sha256));
  return paths.filter((path) => hashes.has(sha256(path)));
}

describe('pictures in the repository', () => {
  it.skipIf(!committed)('lie where rendered ones lie, and nowhere else', () => {
    expect(
      pictures.filter((path) => !FOLDERS_WITH_PICTURES.some((folder) => path.startsWith(folder))),
    ).toEqual([]);
  });

  it.skipIf(!committed || !existsSync(photographs))('are no copies of training photographs', () => {
    expect(
      copiesOf(
        photographs,
        pictures.map((path) => join(root, path)),
      ),
    ).toEqual([]);
  });

  it.skipIf(!existsSync(photographs))('would be recognised as such copies', () => {
    const name = readdirSync(photographs, { recursive: true, encoding: 'utf8' }).find((path) =>
      path.endsWith('.jpg'),
    );
    const path = join(photographs, name ?? 'none');
    expect(copiesOf(photographs, [path])).toEqual([path]);
  });
});
