// What a file's name says besides its label: who wrote it, and when in a row.

const LABEL_WORDS = /open|opened|closed|aberta|aberto|fechada|fechado|none|nenhuma|unclear|mixed/gi;
/** Hashes and identifiers: eight hexadecimal digits or more, a figure among them, in groups where they are long. */
const HASH = /(?<![a-z0-9])(?=[a-f]*\d)[0-9a-f]{8,}(?:-[0-9a-f]{4,})*(?![a-z0-9])/gi;

function stem(file: string): string {
  const name = file.slice(file.lastIndexOf('/') + 1);
  return name.replace(/\.\w+$/, '').replace(LABEL_WORDS, '');
}

/** The name with its numbers and hashes taken out, and without words for the label: `IMG_#`. */
export function namePattern(file: string): string {
  return stem(file).replace(HASH, '#').replace(/\d+/g, '#').slice(0, 60);
}

/** The numbers in a name as one that sorts like them: `IMG_20250131_0012` after `IMG_20250131_0011`. Null without any. */
export function nameNumber(file: string): string | null {
  const name = stem(file);
  // A hash of letters and figures has no order; a date or a counter is figures alone.
  const figures = name.replace(HASH, (hash) => (/[a-f]/i.test(hash) ? '' : hash)).match(/\d+/g);
  return figures ? figures.map((digits) => digits.padStart(16, '0')).join(' ') : null;
}
