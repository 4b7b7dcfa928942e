import { InvalidArgumentError } from 'commander';

// For commander: numbers as people write them. What JavaScript takes besides, such as nothing for 0, is a slip.

/** A whole number of at least one. */
export function positiveInteger(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('It must be a whole number above 0.');
  return Number(text);
}

/** A whole number, 0 included. */
export function wholeNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('It must be a whole number, 0 or more.');
  return Number(text);
}

/** A number above zero, such as a cost. */
export function positiveNumber(text: string): number {
  const value = numberIn(text);
  if (!(value > 0)) throw new InvalidArgumentError('It must be a number above 0.');
  return value;
}

export function notNegative(text: string): number {
  const value = numberIn(text);
  if (!(value >= 0)) throw new InvalidArgumentError('It must be 0 or a number above it.');
  return value;
}

export function atLeastOne(text: string): number {
  const value = numberIn(text);
  if (!(value >= 1)) throw new InvalidArgumentError('It must be 1 or a number above it.');
  return value;
}

/** From 0 to 1. */
export function share(text: string): number {
  const value = numberIn(text);
  if (!(value >= 0 && value <= 1)) throw new InvalidArgumentError('It must be a share from 0 to 1.');
  return value;
}

export function shareAboveZero(text: string): number {
  if (share(text) === 0) throw new InvalidArgumentError('It must be above 0.');
  return share(text);
}

/** Not a number where it is not written as one. */
function numberIn(text: string): number {
  const value = /^(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : Number.NaN;
  return Number.isFinite(value) ? value : Number.NaN;
}
