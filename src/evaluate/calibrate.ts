// Turning a network's logits into probabilities that mean what they say, on pictures it was not trained on.

import { sigmoid } from '../model/calibration.ts';

export interface HeldOutLogit {
  readonly open: boolean;
  readonly logit: number;
  /** How much this picture counts beside the others, 1 unless told otherwise; lets every source count the same. */
  readonly weight?: number;
}

/** P(open) = sigmoid(logit / temperature + bias). */
export interface Calibration {
  readonly temperature: number;
  readonly bias: number;
}

/** −ln sigmoid(z) and −ln(1 − sigmoid(z)) weighted by the target, without overflow at either end. */
function crossEntropy(z: number, target: number): number {
  return Math.max(z, 0) - target * z + Math.log1p(Math.exp(-Math.abs(z)));
}

/**
 * Targets slightly inside 0 and 1 (Platt 1999): held-out logits that separate perfectly would otherwise ask
 * for an infinite slope, that is for probabilities of exactly 0 and 1. How far inside depends on how many
 * pictures there are, so weights count relative to their mean.
 */
function softTargets(logits: readonly HeldOutLogit[]): { z: number; target: number; weight: number }[] {
  const mean = logits.reduce((sum, { weight = 1 }) => sum + weight, 0) / logits.length;
  const items = logits.map(({ open, logit, weight = 1 }) => ({ open, z: logit, weight: weight / mean }));
  const mass = (side: boolean) =>
    items.reduce((sum, { open, weight }) => sum + (open === side ? weight : 0), 0);
  const [opens, closeds] = [mass(true), mass(false)];
  if (!(opens > 0 && closeds > 0)) throw new RangeError('Calibration needs open and closed pictures');
  const high = (opens + 1) / (opens + 2);
  const low = 1 / (closeds + 2);
  return items.map(({ open, z, weight }) => ({ z, target: open ? high : low, weight }));
}

/** The weighted mean log loss, against Platt's targets, that `fitCalibration` makes least. */
export function calibrationLoss(logits: readonly HeldOutLogit[], { temperature, bias }: Calibration): number {
  return lossOf(softTargets(logits), 1 / temperature, bias);
}

type Item = ReturnType<typeof softTargets>[number];

function lossOf(items: readonly Item[], slope: number, bias: number): number {
  const total = items.reduce((sum, { weight }) => sum + weight, 0);
  const loss = items.reduce(
    (sum, { z, target, weight }) => sum + weight * crossEntropy(slope * z + bias, target),
    0,
  );
  return loss / total;
}

/** One Newton step of slope and bias on the logistic loss: the solution of a 2×2 system. */
function newtonStep(items: readonly Item[], slope: number, bias: number): [number, number] {
  let [ga, gb, haa, hab, hbb] = [0, 0, 1e-12, 0, 1e-12];
  for (const { z, target, weight } of items) {
    const p = sigmoid(slope * z + bias);
    const [residual, curvature] = [weight * (p - target), weight * p * (1 - p)];
    ga += residual * z;
    gb += residual;
    haa += curvature * z * z;
    hab += curvature * z;
    hbb += curvature;
  }
  const determinant = haa * hbb - hab * hab;
  return [(hbb * ga - hab * gb) / determinant, (haa * gb - hab * ga) / determinant];
}

/**
 * Temperature and bias that minimise the log loss of held-out logits (Platt scaling), by Newton's method with
 * step halving. Throws a RangeError when a state is missing, or when higher logits do not mean open: no
 * temperature can mend that.
 */
export function fitCalibration(logits: readonly HeldOutLogit[]): Calibration {
  const items = softTargets(logits);
  let [slope, bias] = [0, 0];
  let loss = lossOf(items, slope, bias);
  for (let iteration = 0; iteration < 100; iteration++) {
    const [da, db] = newtonStep(items, slope, bias);
    let step = 1;
    while (step > 1e-10 && lossOf(items, slope - step * da, bias - step * db) > loss) step /= 2;
    [slope, bias] = [slope - step * da, bias - step * db];
    const better = lossOf(items, slope, bias);
    const gained = loss - better;
    loss = better;
    if (gained < 1e-14) break;
  }
  if (!(slope > 0)) throw new RangeError('The logits do not rank open bottles above closed ones');
  return { temperature: 1 / slope, bias };
}
