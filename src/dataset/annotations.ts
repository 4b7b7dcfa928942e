// Mouths that somebody clicked: where they are, how large, which way the bottle points, open or closed.
import { type CsvRow, readCsv } from './csv-table.ts';
import { DatasetError } from './dataset-error.ts';

export const MOUTH_STATES = ['open', 'closed', 'unclear'] as const;
export type MouthState = (typeof MOUTH_STATES)[number];

export interface Mouth {
  /** Centre of the rim or closure in fractions of the picture's width and height, 0–1. */
  readonly cx: number;
  readonly cy: number;
  /** Diameter across the bottle's axis as a fraction of the picture's width. */
  readonly d: number;
  /** Towards the base, in degrees clockwise from straight down, −180 < angle ≤ 180. */
  readonly angle: number;
  readonly state: MouthState;
}

export interface AnnotatedPicture {
  readonly file: string;
  /** Empty where the bottles show no mouth. */
  readonly mouths: readonly Mouth[];
  /** There are more mouths than were marked. */
  readonly crowd: boolean;
}

const COLUMNS = ['file', 'cx', 'cy', 'd', 'angle', 'state', 'crowd'];

/**
 * Reads annotations, a line a mouth: `file,cx,cy,d,angle,state,crowd`; a picture without a visible mouth has
 * one line with the state `none_visible` and no coordinates. By file, in the order of the table.
 *
 * Throws a DatasetError that names every wrong line.
 */
export async function readMouths(path: string): Promise<Map<string, AnnotatedPicture>> {
  const problems: string[] = [];
  const pictures = new Map<string, { file: string; mouths: Mouth[]; crowd: boolean; blank: boolean }>();
  for (const row of await readCsv(path, COLUMNS)) {
    const file = row.cell('file');
    const picture = pictures.get(file) ?? { file, mouths: [], crowd: false, blank: false };
    pictures.set(file, picture);
    const complaint = addRow(picture, row);
    if (complaint !== undefined) problems.push(`${row.place}: ${complaint}`);
  }
  if (problems.length > 0) throw new DatasetError(problems);
  return new Map([...pictures].map(([file, { mouths, crowd }]) => [file, { file, mouths, crowd }]));
}

/** Adds what the line says to its picture, or says what is wrong with the line. */
function addRow(
  picture: { file: string; mouths: Mouth[]; crowd: boolean; blank: boolean },
  row: CsvRow,
): string | undefined {
  if (picture.file === '') return 'the file is missing';
  const blank = row.cell('state') === 'none_visible';
  if (picture.blank || (blank && picture.mouths.length > 0))
    return `${picture.file} has a line none_visible and another line`;
  picture.blank = blank;
  if (blank)
    return COORDINATES.some((name) => row.cell(name) !== '') ? 'none_visible has coordinates' : undefined;
  const mouth = readMouth(row);
  if (typeof mouth === 'string') return mouth;
  if (!['', '0', '1'].includes(row.cell('crowd'))) return `crowd "${row.cell('crowd')}" is neither 0 nor 1`;
  picture.mouths.push(mouth);
  picture.crowd ||= row.cell('crowd') === '1';
  return undefined;
}

const COORDINATES = ['cx', 'cy', 'd', 'angle'] as const;

function readMouth(row: CsvRow): Mouth | string {
  const state = MOUTH_STATES.find((known) => known === row.cell('state'));
  if (state === undefined)
    return `the state "${row.cell('state')}" is none of ${MOUTH_STATES.join(', ')}, none_visible`;
  const [cx = Number.NaN, cy = Number.NaN, d = Number.NaN, angle = Number.NaN] = COORDINATES.map((name) =>
    row.cell(name) === '' ? Number.NaN : Number(row.cell(name)),
  );
  if (!(cx >= 0 && cx <= 1 && cy >= 0 && cy <= 1))
    return `the centre (${row.cell('cx')}, ${row.cell('cy')}) is not inside the picture (0–1)`;
  if (!(d > 0 && d <= 2)) return `the diameter "${row.cell('d')}" is not a fraction of the picture's width`;
  if (!(Math.abs(angle) <= 360)) return `the angle "${row.cell('angle')}" is not in degrees`;
  return { cx, cy, d, angle: 180 - ((((180 - angle) % 360) + 360) % 360), state };
}
