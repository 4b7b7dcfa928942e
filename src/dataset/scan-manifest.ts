import { stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { type CsvRow, readCsv } from './csv-table.ts';
import { DatasetError } from './dataset-error.ts';
import { insideFolder } from './inside.ts';
import { labelNamed } from './label-names.ts';
import { type FractionBox, LABELS, type Sample } from './sample.ts';

/**
 * The photographs that a `manifest.csv` lists, in its order. Columns: `file` (below the manifest's folder)
 * and `label`, and where they are there `group`, `source`, `kind`, `beer` (1 or 0), `neck_box`, `cap_box`,
 * `split`, `notes`. A file without a group is a group of its own.
 *
 * Throws a DatasetError that names every wrong line.
 */
export async function scanManifest(path: string): Promise<Sample[]> {
  const folder = dirname(path);
  const rows = await readCsv(path, ['file', 'label']);
  const problems: string[] = [];
  const seen = new Map<string, string>();
  const samples: Sample[] = [];
  for (const row of rows) {
    const sample = readRow(folder, row, problems);
    if (sample === undefined) continue;
    const earlier = seen.get(sample.file);
    if (earlier !== undefined) problems.push(`${row.place}: ${sample.file} is already listed at ${earlier}`);
    const missing = await complaintAbout(sample);
    if (missing !== undefined) problems.push(`${row.place}: ${missing}`);
    seen.set(sample.file, row.place);
    samples.push(sample);
  }
  if (problems.length > 0) throw new DatasetError(problems);
  return samples;
}

async function complaintAbout({ file, path }: Sample): Promise<string | undefined> {
  const found = await stat(path).catch(() => null);
  if (found === null) return `there is no file ${file}`;
  return found.isFile() ? undefined : `${file} is no file`;
}

function readRow(folder: string, row: CsvRow, problems: string[]): Sample | undefined {
  const complain = (problem: string) => {
    problems.push(`${row.place}: ${problem}`);
    return undefined;
  };
  const file = row.cell('file');
  const path = insideFolder(folder, file);
  const label = labelNamed(row.cell('label'));
  if (path === undefined) return complain(`the path "${file}" is not inside the data folder`);
  if (label === undefined)
    return complain(`the label "${row.cell('label')}" is none of ${LABELS.join(', ')}`);
  const neckBox = readBox(row.cell('neck_box'));
  const capBox = readBox(row.cell('cap_box'));
  if (neckBox === 'wrong' || capBox === 'wrong')
    return complain('a box is not four fractions "centre-x centre-y width height"');
  return {
    file,
    path,
    label,
    group: row.cell('group') || file,
    source: row.cell('source') || basename(folder),
    kind: row.cell('kind'),
    beer: row.cell('beer') === '1',
    notes: row.cell('notes'),
    ...(neckBox && { neckBox }),
    ...(capBox && { capBox }),
    ...(row.cell('split') !== '' && { split: row.cell('split') }),
  };
}

function readBox(text: string): FractionBox | undefined | 'wrong' {
  if (text === '') return undefined;
  const [x, y, width, height, ...more] = text.split(/\s+/).map(Number);
  const isFraction = (value: number | undefined) => value !== undefined && value >= 0 && value <= 1;
  if (![x, y, width, height].every(isFraction) || more.length > 0) return 'wrong';
  return [x ?? 0, y ?? 0, width ?? 0, height ?? 0];
}
