// Which loose files are one burst or one recording, told by their names.

/** Photographs whose names say that they were taken this near to the one before belong together. */
const BURST_SECONDS = 60;

// An f is a frame only where it is no word's last letter: DSCF0001.JPG is a camera's plain counter.
const FRAME = /^(.*?)[-_ ]?(?:frame|quadro|(?<![a-z])f)[-_ ]?\d+\.\w+$/i;
const MOMENT = /(20\d\d)-?(\d\d)-?(\d\d)[-_ T]?(\d\d)[-_:h]?(\d\d)[-_:m]?(\d\d)/;

/**
 * A group for every file: frames of one recording (`party_frame_0012.jpg`) share one, and so do camera files
 * that follow each other within a minute (`IMG_20250131_201502.jpg`). Plain counters say nothing of time, so
 * such files stay alone here; pictures that look alike are joined later. Folders are never joined.
 */
export function groupBursts(files: readonly string[]): Map<string, string> {
  const groups = new Map<string, string>();
  const moments: { file: string; folder: string; seconds: number }[] = [];
  for (const file of files) {
    const cut = file.lastIndexOf('/') + 1;
    const [folder, name] = [file.slice(0, cut), file.slice(cut)];
    const frame = FRAME.exec(name);
    const seconds = momentOf(name);
    groups.set(file, frame ? `${folder}${frame[1]}` : file);
    if (!frame && seconds !== undefined) moments.push({ file, folder, seconds });
  }
  moments.sort((one, other) => one.seconds - other.seconds);
  const last = new Map<string, { seconds: number; group: string }>();
  for (const { file, folder, seconds } of moments) {
    const before = last.get(folder);
    const group = before && seconds - before.seconds <= BURST_SECONDS ? before.group : file;
    groups.set(file, group);
    last.set(folder, { seconds, group });
  }
  return groups;
}

/** Seconds since 1970 that a camera wrote into the name, whatever its time zone. */
function momentOf(name: string): number | undefined {
  const match = MOMENT.exec(name);
  if (!match) return undefined;
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = match.slice(1).map(Number);
  return Date.UTC(year, month - 1, day, hour, minute, second) / 1000;
}
