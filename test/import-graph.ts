// Reads what the source files import and which globals they touch, from their syntax tree and not by pattern.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { parseSync, Visitor } from 'vite';

export interface Import {
  readonly from: string;
  /** A path for a relative import, else the package's name. */
  readonly to: string;
  /** `type` leaves no trace at run time; `lazy` is `import()`, loaded when it runs. */
  readonly kind: 'value' | 'type' | 'lazy';
}

export interface SourceFile {
  /** Relative to the repository, with forward slashes. */
  readonly path: string;
  readonly imports: readonly Import[];
  /** What it reads of the world: `process.env`, `Date.now`, `new Date()`, `Math.random`. */
  readonly worldly: readonly string[];
}

const WORLDLY = ['process.env', 'Date.now', 'Math.random'];

/** Every .ts and .tsx file of a layer folder but tests and declarations. */
export function readSources(root: string, folder: string): SourceFile[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name) && !/(\.test\.tsx?|\.d\.ts)$/.test(name))
    .map((name) => join(folder, name).replaceAll('\\', '/'))
    .sort()
    .map((path) => parseSource(path, readFileSync(join(root, path), 'utf8')));
}

export function parseSource(path: string, text: string): SourceFile {
  const { program, errors } = parseSync(path, text);
  if (errors.length > 0) throw new SyntaxError(`${path}: ${errors[0]?.message}`);
  const imports: Import[] = [];
  const worldly: string[] = [];
  const add = (specifier: string, kind: Import['kind']) =>
    imports.push({ from: path, to: targetOf(path, specifier), kind });
  new Visitor({
    ImportDeclaration: ({ source, importKind }) =>
      add(source.value, importKind === 'type' ? 'type' : 'value'),
    ExportAllDeclaration: ({ source, exportKind }) =>
      add(source.value, exportKind === 'type' ? 'type' : 'value'),
    ExportNamedDeclaration: ({ source, exportKind }) => {
      if (source) add(source.value, exportKind === 'type' ? 'type' : 'value');
    },
    ImportExpression: ({ source }) => {
      if (source.type !== 'Literal' || typeof source.value !== 'string')
        throw new SyntaxError(`${path}: import() of something that is not written out`);
      add(source.value, 'lazy');
    },
    TSImportType: ({ source }) => add(source.value, 'type'),
    MemberExpression: ({ object, property }) => {
      if (object.type !== 'Identifier' || property.type !== 'Identifier') return;
      const name = `${object.name}.${property.name}`;
      if (WORLDLY.includes(name)) worldly.push(name);
    },
    NewExpression: ({ callee, arguments: given }) => {
      if (callee.type === 'Identifier' && callee.name === 'Date' && given.length === 0)
        worldly.push('new Date()');
    },
  }).visit(program);
  return { path, imports, worldly };
}

/** A relative path from the repository's root, or a package's name without what lies inside it. */
function targetOf(from: string, specifier: string): string {
  if (specifier.startsWith('.'))
    return relative('/', resolve('/', dirname(from), specifier)).replaceAll('\\', '/');
  const parts = specifier.split('/');
  return specifier.startsWith('@') ? parts.slice(0, 2).join('/') : (parts[0] ?? specifier);
}

/** `src/nn/ops.ts` → `nn`; null outside src. */
export function layerOf(path: string): string | null {
  return /^src\/([^/]+)\//.exec(path)?.[1] ?? null;
}

/** Imports from one layer to another that `allowed` does not list, as readable lines. */
export function wrongArrows(
  files: readonly SourceFile[],
  allowed: ReadonlyMap<string, ReadonlySet<string>>,
): string[] {
  return files.flatMap(({ path, imports }) => {
    const from = layerOf(path);
    return imports.flatMap(({ to }) => {
      const layer = layerOf(to);
      if (from === null || layer === null || layer === from || allowed.get(from)?.has(layer)) return [];
      return [`${path} imports ${to}: ${from} may not import ${layer}`];
    });
  });
}

/** Files that import one another in a ring at run time (Tarjan's strongly connected components). */
export function importCycles(files: readonly SourceFile[]): string[][] {
  const next = new Map(
    files.map(({ path, imports }) => [
      path,
      imports.filter(({ kind }) => kind === 'value').map(({ to }) => to),
    ]),
  );
  const index = new Map<string, number>();
  const low = new Map<string, number>();
  const stack: string[] = [];
  const cycles: string[][] = [];
  const visit = (node: string): number => {
    const order = index.size;
    index.set(node, order);
    low.set(node, order);
    stack.push(node);
    for (const to of next.get(node) ?? []) {
      if (!next.has(to)) continue;
      const reached = index.has(to) ? (stack.includes(to) ? (index.get(to) ?? order) : order) : visit(to);
      low.set(node, Math.min(low.get(node) ?? order, reached));
    }
    if (low.get(node) === order) {
      const ring = stack.splice(stack.indexOf(node));
      if (ring.length > 1 || next.get(node)?.includes(node)) cycles.push(ring.sort());
    }
    return low.get(node) ?? order;
  };
  for (const node of next.keys()) if (!index.has(node)) visit(node);
  return cycles;
}
