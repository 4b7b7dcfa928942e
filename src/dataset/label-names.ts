import type { Label } from './sample.ts';

/** In lower case: in English, in Portuguese and as the first system called its folders. */
const NAMES: Readonly<Record<string, Label>> = {
  open: 'open',
  aberta: 'open',
  abertas: 'open',
  img_path_aberta: 'open',
  closed: 'closed',
  fechada: 'closed',
  fechadas: 'closed',
  img_path_fechada: 'closed',
  none: 'none',
  nenhuma: 'none',
  unclear: 'unclear',
  mixed: 'mixed',
};

/** The label that a folder or a line of a manifest calls by this name, in whatever case. */
export function labelNamed(name: string): Label | undefined {
  const lower = name.toLowerCase();
  return Object.hasOwn(NAMES, lower) ? NAMES[lower] : undefined;
}
