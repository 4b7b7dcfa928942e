// Pixels in, verdict out: what a card and its networks mean together.

import type { Session, Tensor } from '../nn/tensor.ts';
import { clipBox } from '../vision/affine.ts';
import { fitIntoSquare, letterbox } from '../vision/letterbox.ts';
import type { Box, RgbImage } from '../vision/rgb-image.ts';
import { byVisibility, candidateState, confidenceOf, decideVerdict, stateOf } from '../vision/verdict.ts';
import { attentionOver } from './attention.ts';
import { DETECTOR_COLUMNS } from './bottle-detector.ts';
import { calibrated } from './calibration.ts';
import type { Card, MouthArchitecture, SeedArchitecture } from './card.ts';
import type { Bottle, Classification, Classifier } from './classification.ts';
import { findMouths, presenceMap } from './find-mouths.ts';
import { evidenceOf, presenceOf } from './presence.ts';
import { readMouths } from './read-mouths.ts';
import type { MouthPlace } from './reader-crop.ts';
import { toBatch } from './to-batch.ts';

/** Networks by file name without its ending: `finder` and `reader`, or `model`. */
export type Networks = Readonly<Record<string, Session>>;

/** Puts a card and its networks together. Throws when a network that the card needs is missing. */
export function createClassifier(card: Card, networks: Networks): Classifier {
  const { architecture } = card;
  switch (architecture.arch) {
    case 'mouth': {
      const [finder, reader] = [networkOf(networks, 'finder'), networkOf(networks, 'reader')];
      return { card, classify: (image) => classifyByMouth(card, architecture, finder, reader, image) };
    }
    case 'seed-cnn': {
      const network = networkOf(networks, 'model');
      return { card, classify: (image) => classifyWhole(card, architecture, network, image) };
    }
  }
}

/** What the first network is fed for a picture: the fingerprint that golden checks compare. */
export function firstInput(card: Pick<Card, 'architecture'>, image: RgbImage): Tensor {
  const { architecture } = card;
  const input = architecture.arch === 'mouth' ? architecture.finder : architecture.input;
  return toBatch([fitIntoSquare(image, input.size, input.fit, input.fill).image], input);
}

/** Files of weights that a card's architecture consists of. */
export function networkNames(card: Pick<Card, 'architecture'>): readonly string[] {
  return card.architecture.arch === 'mouth' ? ['finder', 'reader'] : ['model'];
}

function networkOf(networks: Networks, name: string): Session {
  const session = networks[name];
  if (!session) throw new Error(`the model has no network named ${name}`);
  return session;
}

async function classifyByMouth(
  card: Card,
  architecture: MouthArchitecture,
  finder: Session,
  reader: Session,
  image: RgbImage,
): Promise<Classification> {
  const { mouths, detector, attention } = await look(architecture, finder, image);
  const { placed, readings } = await readMouths(architecture, reader, image, mouths);
  const rule = { ...card.thresholds, ...architecture };
  const candidates = placed.map((mouth, i): Bottle => {
    const reading = readings[i];
    const pOpen = calibrated(reading.open, card.calibration);
    const evidence = { finder: evidenceOf(mouth.presence), reader: reading.mouth, ...detector };
    const presence = presenceOf(evidence, architecture.presence);
    const state = candidateState({ pOpen, presence }, rule);
    return {
      box: boxAround(mouth, image),
      state,
      pOpen,
      confidence: confidenceOf(pOpen),
      presence,
      evidence,
    };
  });
  const bottles = byVisibility(candidates).filter(({ presence }) => presence >= rule.presenceThreshold);
  return { ...decideVerdict(candidates, rule), bottles, attention };
}

/** The first look: mouths on the whole picture, most likely first, and the map that shows them. */
export async function look(architecture: MouthArchitecture, finder: Session, image: RgbImage) {
  const { size, fill } = architecture.finder;
  const fitted = letterbox(image, size, fill);
  const { map, bottle } = await finder.run({ x: toBatch([fitted.image], architecture.finder) });
  const cells = size / architecture.finderStride;
  const mouths = findMouths(map.data, {
    cells,
    toPicture: fitted.toPicture,
    limit: architecture.maxMouths,
    threshold: architecture.finderThreshold,
    doubt: architecture.doubt,
  });
  const square = { values: presenceMap(map.data, cells), cells, stride: architecture.finderStride };
  const detector = {
    small: bottle?.data[DETECTOR_COLUMNS.small] ?? 0,
    large: bottle?.data[DETECTOR_COLUMNS.large] ?? 0,
  };
  return { mouths, detector, attention: attentionOver(image, fitted.toSquare, square) };
}

/** Mouth and neck: a box of two mouth diameters across and three along the bottle, inside the picture. */
function boxAround({ x, y, diameter, angle }: MouthPlace, image: RgbImage): Box {
  const radians = (angle * Math.PI) / 180;
  const [downX, downY] = [-Math.sin(radians), Math.cos(radians)];
  const [centreX, centreY] = [x + 0.7 * diameter * downX, y + 0.7 * diameter * downY];
  const width = diameter * (1.6 * Math.abs(downY) + 2.6 * Math.abs(downX));
  const height = diameter * (1.6 * Math.abs(downX) + 2.6 * Math.abs(downY));
  return clipBox([centreX - width / 2, centreY - height / 2, width, height], image.width, image.height);
}

async function classifyWhole(
  card: Card,
  architecture: SeedArchitecture,
  network: Session,
  image: RgbImage,
): Promise<Classification> {
  const { size, fit, fill } = architecture.input;
  const square = fitIntoSquare(image, size, fit, fill).image;
  const { state } = await network.run({ x: toBatch([square], architecture.input) });
  const pOpen = calibrated(state.data[0], card.calibration);
  const attention = { width: 1, height: 1, values: Float32Array.of(0) };
  // It has no notion of a bottle that is not there, and no place to point at.
  return {
    verdict: stateOf(pOpen, card.thresholds),
    pOpen,
    confidence: confidenceOf(pOpen),
    bottles: [],
    attention,
  };
}
