import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodePng } from '../decode/index.ts';
import type { Classifier } from '../model/classification.ts';
import { exportFinder, exportReader } from '../model/export.ts';
import { finder, reader } from '../model/mouth.ts';
import { testCard } from '../model/test-card.ts';
import type { Graph, Value } from '../nn/graph.ts';
import { initialiseWeights, type Scope, type Weights } from '../nn/parameters.ts';
import { createRandom } from '../nn/random.ts';
import type { RgbImage } from '../vision/rgb-image.ts';
import { ArtefactError, checkGolden, loadArtefact, writeArtefact } from './artefact.ts';

const SIZE = 64;
const input = { size: SIZE, mean: 127.5, scale: 127.5, fit: 'letterbox', fill: [114, 114, 114] } as const;

const { id: _id, ...draft } = testCard({
  architecture: {
    arch: 'mouth',
    finder: { ...input, fill: [...input.fill] },
    finderStride: 8,
    reader: { ...input, fill: [...input.fill] },
    placeZooms: [[3]],
    readerZooms: [3, 4],
    maxMouths: 3,
    finderThreshold: 0.1,
    presence: { finder: 0.5, reader: 0.5, small: 0, large: 0, bias: 0 },
    presenceThreshold: 0.3,
    sureThreshold: 0.3,
  },
  thresholds: { closedBelow: 0.4, openAbove: 0.6 },
});

function untrained(network: (g: Graph, scope: Scope, x: Value) => Value): Weights {
  return initialiseWeights((g, scope) => network(g, scope, g.input('x', [1, 3, SIZE, SIZE])), 1);
}

function noise(width: number, height: number): RgbImage {
  const random = createRandom(1);
  return { width, height, data: Uint8Array.from({ length: width * height * 3 }, () => 256 * random()) };
}

let root: string;
let good: string;
let classifier: Classifier;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'tampinha-artefact-'));
  good = join(root, 'good');
  const networks = {
    finder: exportFinder(untrained(finder), SIZE),
    reader: exportReader(untrained(reader), SIZE),
  };
  await writeArtefact(good, draft, networks, [{ name: 'noise', bytes: await encodePng(noise(90, 60)) }]);
  classifier = await loadArtefact(good, { threads: 1 });
});
afterAll(() => rm(root, { recursive: true }));

/** A copy of the good folder with one file changed. */
async function altered(
  name: string,
  file: string,
  change: (bytes: Buffer) => Buffer | string,
): Promise<string> {
  const folder = join(root, name);
  await cp(good, folder, { recursive: true });
  await writeFile(join(folder, file), change(await readFile(join(folder, file))));
  return folder;
}

describe('an artefact', () => {
  it('loads as it was written and gives its golden answers', async () => {
    expect(classifier.card).toMatchObject({ ...draft, id: expect.stringMatching(/^[0-9a-f]{12}$/) });
    await expect(checkGolden(good, classifier)).resolves.toBeUndefined();
    const { pOpen, bottles } = await classifier.classify(noise(40, 80));
    expect(pOpen).toBeGreaterThan(0);
    expect(pOpen).toBeLessThan(1);
    for (const { box } of bottles) {
      expect(box[0] + box[2]).toBeLessThanOrEqual(40);
      expect(box[1] + box[3]).toBeLessThanOrEqual(80);
    }
  });

  it('has the same id when it is written again, and another for another threshold', async () => {
    const { id } = classifier.card;
    const networks = {
      finder: await readFile(join(good, 'finder.onnx')),
      reader: await readFile(join(good, 'reader.onnx')),
    };
    const again = await writeArtefact(join(root, 'again'), draft, networks, []);
    expect(again.id).toBe(id);
    const stricter = { ...draft, thresholds: { closedBelow: 0.3, openAbove: 0.7 } };
    expect((await writeArtefact(join(root, 'stricter'), stricter, networks, [])).id).not.toBe(id);
  });

  it('is refused when one bit of its weights has changed', async () => {
    const folder = await altered('weights', 'reader.onnx', (bytes) => {
      bytes[bytes.length >> 1] ^= 1;
      return bytes;
    });
    await expect(loadArtefact(folder)).rejects.toThrow(
      /card\.json says \w{12} but card and weights together/,
    );
  });

  it('is refused when its card was edited by hand', async () => {
    const folder = await altered('card', 'card.json', (bytes) =>
      bytes.toString().replace('"openAbove": 0.6', '"openAbove": 0.5'),
    );
    await expect(loadArtefact(folder)).rejects.toThrow(ArtefactError);
  });

  it.each([
    ['a card that is not JSON', 'card.json', 'no card', 'is not JSON'],
    ['a card without its fields', 'card.json', '{}', 'card.json: '],
    ['weights that are no model', 'finder.onnx', 'no model', 'card and weights together'],
  ])('is refused with %s, and the error names the file', async (name, file, content, message) => {
    const folder = await altered(name, file, () => content);
    await expect(loadArtefact(folder)).rejects.toThrow(message);
    await expect(loadArtefact(folder)).rejects.toThrow(ArtefactError);
  });

  it('is refused when a file is missing', async () => {
    const folder = await altered('missing', 'card.json', (bytes) => bytes);
    await rm(join(folder, 'reader.onnx'));
    await expect(loadArtefact(folder)).rejects.toThrow(/reader\.onnx cannot be read/);
    await expect(loadArtefact(join(root, 'nowhere'))).rejects.toThrow(/card\.json cannot be read/);
  });
});

describe('the golden check', () => {
  const field = (pattern: RegExp, value: string) => (bytes: Buffer) =>
    bytes.toString().replace(pattern, `$1${value}`);

  it.each([
    ['another preprocessing', field(/("tensorSha256": ")\w{8}/, '00000000'), 'decoding or preprocessing'],
    ['another answer', field(/("openLogit": )[-\d.e]+/, '9.5'), 'log-odds of open'],
    [
      'another number of mouths',
      field(/("presences": \[)/, '0.5, 0.5, 0.5, 0.5,'),
      'another number of mouths',
    ],
    ['no pictures at all', () => '{"pictures":[],"tolerance":0.1}', 'golden.json: /pictures'],
  ])('refuses %s', async (name, change, message) => {
    const folder = await altered(`golden ${name}`, 'golden.json', change);
    await expect(checkGolden(folder, classifier)).rejects.toThrow(message);
  });
});
