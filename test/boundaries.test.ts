import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  importCycles,
  layerOf,
  parseSource,
  readSources,
  type SourceFile,
  wrongArrows,
} from './import-graph.ts';

const root = join(import.meta.dirname, '..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const layers = readdirSync(join(root, 'src')).sort();
const sources = readSources(root, 'src');

/** Arrows as the compiler knows them: `references` of each layer's tsconfig.json, and of those inside it. */
function compiledArrows(): Map<string, Set<string>> {
  const projects = (layer: string) =>
    readdirSync(join(root, 'src', layer), { recursive: true, encoding: 'utf8' })
      .map((name) => join('src', layer, name))
      .filter((path) => basename(path) === 'tsconfig.json');
  const references = (layer: string) =>
    projects(layer).flatMap((project) => {
      const paths = [...read(project).matchAll(/"path":\s*"([^"]+)"/g)].map(([, path = '']) => path);
      return paths.map((path) => layerOf(`${join(dirname(project), path)}/`) ?? '');
    });
  return new Map(layers.map((layer) => [layer, new Set(references(layer).filter((to) => to !== layer))]));
}

/** Arrows as people read them: the table of docs/architecture.md. */
function writtenArrows(): Map<string, { world: string; allowed: Set<string> }> {
  const rows = read('docs/architecture.md').matchAll(/^\| `(\w+)` \| (\w+) \| .* \| (.*) \|$/gm);
  return new Map(
    [...rows].map(([, layer = '', world = '', cell = '']) => [
      layer,
      { world, allowed: new Set([...cell.matchAll(/`(\w+)`/g)].map(([, name = '']) => name)) },
    ]),
  );
}

const arrows = compiledArrows();
const written = writtenArrows();

/** The only layers that may import a package: its one door. */
const DOORS: Record<string, string[]> = {
  sharp: ['decode'],
  'onnxruntime-node': ['engine'],
  fastify: ['server'],
  kysely: ['store'],
  ioredis: ['server'],
  jose: ['server'],
  commander: ['cli'],
  three: ['synth'],
  'playwright-core': ['synth'],
  preact: ['web'],
};

/** Where a process begins, and what is handed on from there: environment, clock, randomness. */
const MAINS = [
  'src/cli/main.ts',
  'src/synth/main.ts',
  'src/server/system.ts',
  'src/web/vite.config.ts',
  // A library that is configured by the environment alone, wherever it is loaded from.
  'src/engine/no-telemetry.ts',
];

function throughWrongDoor(files: readonly SourceFile[]): string[] {
  return files.flatMap(({ path, imports }) =>
    imports
      .filter(({ to }) => DOORS[to] && !DOORS[to].includes(layerOf(path) ?? ''))
      .map(({ to }) => `${path} imports ${to}`),
  );
}

function worldlyOutsideMains(files: readonly SourceFile[]): string[] {
  return files
    .filter(({ path }) => !MAINS.includes(path))
    .flatMap(({ path, worldly }) => worldly.map((what) => `${path} reads ${what}`));
}

describe('layers', () => {
  it('are drawn in docs/architecture.md as the compiler enforces them', () => {
    expect([...written.keys()].sort()).toEqual(layers);
    for (const layer of layers)
      expect([layer, [...(written.get(layer)?.allowed ?? [])].sort()]).toEqual([
        layer,
        [...(arrows.get(layer) ?? [])].sort(),
      ]);
  });

  it('are built by the root project, every one', () => {
    const built = [...read('tsconfig.json').matchAll(/"path":\s*"src\/([^"/]+)"/g)].map(([, name]) => name);
    expect(built.sort()).toEqual(layers);
  });

  it('form no cycle', () => {
    const asFiles = [...arrows].map(([from, targets]) => ({
      path: from,
      imports: [...targets].map((to) => ({ from, to, kind: 'value' as const })),
      worldly: [],
    }));
    expect(importCycles(asFiles)).toEqual([]);
  });

  it('import only along the arrows, in types too', () => {
    expect(sources.length).toBeGreaterThan(50);
    expect(wrongArrows(sources, arrows)).toEqual([]);
  });

  it('leave src only for packages', () => {
    const outside = sources.flatMap(({ path, imports }) =>
      imports
        .filter(({ to }) => to.includes('/') && !to.startsWith('@') && !to.startsWith('src/'))
        .map(({ to }) => [path, to]),
    );
    expect(outside).toEqual([]);
  });
});

describe('files', () => {
  it('import one another in no ring', () => {
    expect(importCycles(sources)).toEqual([]);
  });

  it('reach each native or framework package through its one layer', () => {
    expect(throughWrongDoor(sources)).toEqual([]);
  });

  it('of pure layers import no Node module', () => {
    const pure = sources.filter(({ path }) => written.get(layerOf(path) ?? '')?.world !== 'Node');
    const node = pure.flatMap(({ path, imports }) =>
      imports.filter(({ to }) => to.startsWith('node:')).map(({ to }) => `${path} imports ${to}`),
    );
    expect(node.filter((line) => !MAINS.some((main) => line.startsWith(main)))).toEqual([]);
  });

  it('read the environment, the clock and chance only where a process begins', () => {
    expect(worldlyOutsideMains(sources)).toEqual([]);
  });
});

describe('these checks', () => {
  const plant = (path: string, text: string) => parseSource(path, text);

  it('notice a planted wrong arrow, whatever form the import has', () => {
    for (const statement of [
      `import { sharp } from '../decode/sharp.ts';`,
      `import type { DecodedPicture } from '../decode/index.ts';`,
      `export * from '../decode/index.ts';`,
      `export { decode } from '../decode/index.ts';`,
      `export const later = () => import('../decode/index.ts');`,
      `export type Late = import('../decode/index.ts').DecodedPicture;`,
    ])
      expect(wrongArrows([plant('src/nn/planted.ts', statement)], arrows)).toEqual([
        expect.stringContaining('nn may not import decode'),
      ]);
    expect(
      wrongArrows([plant('src/engine/x.ts', `import { decode } from '../decode/index.ts';`)], arrows),
    ).toEqual([]);
  });

  it('notice a planted cycle, and let type imports and lazy ones close a ring', () => {
    const ring = (last: string) => [
      plant('src/nn/a.ts', `import { b } from './b.ts';`),
      plant('src/nn/b.ts', `import { c } from './deep/c.ts';`),
      plant('src/nn/deep/c.ts', last),
      plant('src/nn/d.ts', `import { a } from './a.ts';`),
    ];
    expect(importCycles(ring(`import { a } from '../a.ts';`))).toEqual([
      ['src/nn/a.ts', 'src/nn/b.ts', 'src/nn/deep/c.ts'],
    ]);
    expect(importCycles(ring(`import type { a } from '../a.ts';`))).toEqual([]);
    expect(importCycles(ring(`export const a = () => import('../a.ts');`))).toEqual([]);
  });

  it('notice a second door, a clock and chance, but not their names in a comment', () => {
    const planted = plant(
      'src/server/planted.ts',
      `import sharp from 'sharp'; // process.env
       export const now = () => [Date.now(), new Date(), new Date(0), Math.random(), process.env.PORT];`,
    );
    expect(throughWrongDoor([planted])).toEqual(['src/server/planted.ts imports sharp']);
    expect([...planted.worldly].sort()).toEqual(['Date.now', 'Math.random', 'new Date()', 'process.env']);
    expect(worldlyOutsideMains([planted])).toHaveLength(4);
  });
});
