// What might give a label away without a look at the mouth, and in which words that is said.
import type { Sample } from '../dataset/index.ts';
import { nameNumber, namePattern } from './file-name.ts';
import type { Numbers } from './look.ts';
import type { LookFamily, Observation } from './observe.ts';

export type FamilyName = LookFamily | 'name' | 'order' | 'source';

/** One thing that is known of every picture: numbers, or a name. */
export type Feature = Numbers | string;

export interface Family {
  readonly name: FamilyName;
  readonly title: string;
  /** What it is, in a sentence for the report. */
  readonly meaning: string;
  /** Whether a network that is given pixels can see it; a file's name is only a hint at how they were taken. */
  readonly visible: boolean;
}

export const FAMILIES: readonly Family[] = [
  family('brightness', 'Brightness', 'mean, dark, median and light parts of the whole picture'),
  family('contrast', 'Contrast and sharpness', 'spread of brightness, and how many edges there are'),
  family('colour', 'Colours', 'how much of the picture has which colour'),
  family('size', 'Picture size', 'width and height in pixels'),
  family('aspect', 'Aspect', 'width over height'),
  family('file', 'File format and quality', 'format, bytes a pixel, JPEG tables, EXIF'),
  family('border', 'Border', 'the outermost eighth of the picture, whatever is in its middle'),
  family('background', 'Background', 'the picture with every known mouth hidden, on a grid of 5 × 5 cells'),
  family('framing', 'Framing', 'where the largest mouth lies, how large it is and which way it points'),
  { ...family('name', 'File name', 'its letters, without numbers and words for labels'), visible: false },
  {
    ...family('order', 'File order', 'the place among all files, by the numbers in their names'),
    visible: false,
  },
  { ...family('source', 'Source', 'where the picture came from'), visible: false },
];

function family(name: FamilyName, title: string, meaning: string): Family {
  return { name, title, meaning, visible: true };
}

/** Every family's feature of every picture, null where a picture has none. */
export function featuresOf(observations: readonly Observation[]): Record<FamilyName, (Feature | null)[]> {
  const samples = observations.map(({ identity }) => identity.sample);
  const looks = (name: LookFamily) => observations.map(({ picture }) => picture?.families[name] ?? null);
  return {
    brightness: looks('brightness'),
    contrast: looks('contrast'),
    colour: looks('colour'),
    size: looks('size'),
    aspect: looks('aspect'),
    file: looks('file'),
    border: looks('border'),
    background: looks('background'),
    framing: looks('framing'),
    name: samples.map(({ file }) => namePattern(file)),
    order: places(samples),
    source: samples.map(({ source }) => source),
  };
}

/** Place 0–1 among the files whose names hold numbers, by these numbers; folders and labels do not count. */
function places(samples: readonly Sample[]): (Numbers | null)[] {
  const numbers = samples.map(({ file }) => nameNumber(file));
  const sorted = [...new Set(numbers.filter((number) => number !== null))].sort();
  const rank = new Map(sorted.map((number, i) => [number, i / Math.max(1, sorted.length - 1)]));
  return numbers.map((number) => (number === null ? null : { place: rank.get(number) ?? 0 }));
}
