// `npm pack` runs this first. Node does not run TypeScript below node_modules, so the package carries src/ as dist/: the
// same files, lines and comments in JavaScript, with blanks where the types stood.
import { existsSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import process from 'node:process';

/** The page travels built; what only tests use stays at home. */
const LEFT_OUT = /^web\/|\.(test|fixture)\.ts$|(^|\/)test-[^/]+\.ts$/;

/** Replaces the folder `to`. @returns how many files it has written. */
export function eraseTypes(from: string, to: string): number {
  rmSync(to, { recursive: true, force: true });
  const files = globSync('**/*.ts', { cwd: from }).filter((file) => !LEFT_OUT.test(file));
  for (const file of files) {
    const source = readFileSync(join(from, file), 'utf8');
    const target = join(to, asJavaScript(file));
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, renameImports(stripTypeScriptTypes(source), dirname(join(from, file))));
  }
  return files.length;
}

/** Every text that names a file of the project: imports, and the programs of workers and child processes. */
function renameImports(code: string, folder: string): string {
  return code.replace(/(['"])([\w./-]+\.ts)\1/g, (text, quote: string, path: string) =>
    existsSync(resolve(folder, path)) ? `${quote}${asJavaScript(path)}${quote}` : text,
  );
}

const asJavaScript = (path: string): string => path.replace(/\.ts$/, '.js');

if (import.meta.main) {
  const project = join(import.meta.dirname, '../..');
  const count = eraseTypes(join(project, 'src'), join(project, 'dist'));
  process.stderr.write(`dist: ${count} files\n`);
}
