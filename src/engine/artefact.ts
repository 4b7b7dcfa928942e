// A model's folder: card.json, one .onnx file a network, golden.json. Written by training, read by everything
// else; what is evaluated and served is always the written file.

import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Value } from 'typebox/value';
import { decode } from '../decode/index.ts';
import { logitOf } from '../model/calibration.ts';
import { Card } from '../model/card.ts';
import type { Classification, Classifier } from '../model/classification.ts';
import { createClassifier, firstInput, networkNames } from '../model/classifier.ts';
import { Golden } from '../model/golden.ts';
import { createSession, type SessionOptions } from './session.ts';

/** The folder is no model: a file is missing, malformed, or not what its card says. */
export class ArtefactError extends Error {
  override readonly name = 'ArtefactError';
}

/** What 32-bit sums in another order may differ by. */
const LEAST_TOLERANCE = 0.02;

/** Loads a model. Throws an ArtefactError that names the file and what is wrong with it. */
export async function loadArtefact(folder: string, options: SessionOptions = {}): Promise<Classifier> {
  const card = parse(Card, join(folder, 'card.json'), await read(folder, 'card.json'));
  const names = networkNames(card);
  const weights = await Promise.all(names.map((name) => read(folder, `${name}.onnx`)));
  const id = artefactId(card, weights);
  if (id !== card.id) {
    throw new ArtefactError(`${folder}: card.json says ${card.id} but card and weights together are ${id}`);
  }
  const sessions = await Promise.all(
    weights.map((bytes, i) =>
      createSession(bytes, options).catch((cause: unknown) => {
        throw new ArtefactError(`${folder}/${names[i]}.onnx cannot be loaded`, { cause });
      }),
    ),
  );
  return createClassifier(card, Object.fromEntries(names.map((name, i) => [name, sessions[i]])));
}

/** Below the folder of a training run: the same networks in half precision, before they were rounded to integers. */
export const UNROUNDED = 'training';

/**
 * The weights of both mouth networks, to train on from: unrounded where a run's folder still has them. Throws an
 * ArtefactError as `loadArtefact` does.
 */
export async function readMouthWeights(folder: string) {
  const { card } = await loadArtefact(folder, { threads: 1 });
  if (card.architecture.arch !== 'mouth')
    throw new ArtefactError(`${folder}: ${card.architecture.arch} has no mouth networks`);
  // Only who trains on needs what builds networks; whoever serves starts without it.
  const { weightsOfFile } = await import('../model/export.ts');
  const [finder, reader] = await Promise.all(
    ['finder.onnx', 'reader.onnx'].map(async (file) => {
      const unrounded = await readFile(join(folder, UNROUNDED, file)).catch(() => null);
      return weightsOfFile(unrounded ?? (await read(folder, file)));
    }),
  );
  return { finder, reader, card };
}

/** Throws an ArtefactError when the model answers its golden pictures differently than when it was written. */
export async function checkGolden(folder: string, classifier: Classifier): Promise<void> {
  const golden = parse(Golden, join(folder, 'golden.json'), await read(folder, 'golden.json'));
  for (const expected of golden.pictures) {
    const actual = await answer(classifier, expected.name, Buffer.from(expected.base64, 'base64'));
    const complain = (what: string): never => {
      throw new ArtefactError(`${folder}: golden picture ${expected.name}: ${what}`);
    };
    if (actual.tensorSha256 !== expected.tensorSha256)
      complain('decoding or preprocessing gives other values');
    if (Math.abs(actual.openLogit - expected.openLogit) > golden.tolerance.openLogit) {
      complain(`log-odds of open ${actual.openLogit}, expected ${expected.openLogit}`);
    }
    if (actual.presences.length !== expected.presences.length) complain('another number of mouths');
    actual.presences.forEach((presence, i) => {
      if (Math.abs(presence - expected.presences[i]) > golden.tolerance.presence)
        complain(`presence of mouth ${i + 1}`);
    });
  }
}

/** Writes a model's folder, golden answers included, and returns its finished card. */
export async function writeArtefact(
  folder: string,
  draft: Omit<Card, 'id'>,
  networks: Readonly<Record<string, Uint8Array>>,
  goldenPictures: readonly { readonly name: string; readonly bytes: Uint8Array }[],
): Promise<Card> {
  await mkdir(folder, { recursive: true });
  const weights = networkNames(draft).map((name) => networks[name]);
  const card = { ...draft, id: artefactId(draft, weights) };
  for (const [name, bytes] of Object.entries(networks)) await writeFile(join(folder, `${name}.onnx`), bytes);
  await writeFile(join(folder, 'card.json'), `${JSON.stringify(card, null, 2)}\n`);
  // Taken literally and taken together, the graph rounds at other places, as it does on another processor: what
  // that moves is no fault, and twice as much is still far from what another decoder or network would move.
  const [fused, literal] = await Promise.all([
    loadArtefact(folder, { threads: 1 }),
    loadArtefact(folder, { threads: 1, optimise: 'off' }),
  ]);
  const pictures: Golden['pictures'] = [];
  const tolerance = { openLogit: LEAST_TOLERANCE, presence: LEAST_TOLERANCE };
  for (const { name, bytes } of goldenPictures) {
    const [told, retold] = [await answer(fused, name, bytes), await answer(literal, name, bytes)];
    const presences = told.presences.map((presence, i) =>
      Math.abs(presence - (retold.presences[i] ?? presence)),
    );
    tolerance.openLogit = Math.max(tolerance.openLogit, 2 * Math.abs(told.openLogit - retold.openLogit));
    tolerance.presence = Math.max(tolerance.presence, ...presences.map((difference) => 2 * difference));
    pictures.push({ ...told, base64: Buffer.from(bytes).toString('base64') });
  }
  await writeFile(join(folder, 'golden.json'), `${JSON.stringify({ pictures, tolerance }, null, 1)}\n`);
  return card;
}

async function answer(classifier: Classifier, name: string, bytes: Uint8Array) {
  const { image } = await decode(bytes, { maxSide: classifier.card.maxSide });
  const tensor = firstInput(classifier.card, image);
  const { pOpen, bottles }: Classification = await classifier.classify(image);
  const values = Buffer.from(tensor.data.buffer, tensor.data.byteOffset, tensor.data.byteLength);
  return {
    name,
    tensorSha256: createHash('sha256').update(values).digest('hex'),
    openLogit: logitOf(pOpen),
    presences: bottles.map(({ presence }) => presence),
  };
}

/** First 12 hex digits of the SHA-256 over the card without its id and the weights, in the card's order. */
function artefactId(card: Omit<Card, 'id'>, weights: readonly Uint8Array[]): string {
  const hash = createHash('sha256').update(JSON.stringify({ ...card, id: undefined }));
  for (const bytes of weights) hash.update(bytes);
  return hash.digest('hex').slice(0, 12);
}

async function read(folder: string, file: string): Promise<Buffer> {
  try {
    return await readFile(join(folder, file));
  } catch (cause) {
    throw new ArtefactError(`${join(folder, file)} cannot be read`, { cause });
  }
}

function parse<T extends typeof Card | typeof Golden>(schema: T, path: string, bytes: Buffer) {
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString('utf8'));
  } catch (cause) {
    throw new ArtefactError(`${path} is not JSON`, { cause });
  }
  const [first] = Value.Errors(schema, value);
  if (first) throw new ArtefactError(`${path}: ${first.instancePath || '/'} ${first.message}`);
  return Value.Parse(schema, value);
}
