// Where the words beside the boxes go, so that they stay inside the picture and off each other.

export interface Rect {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

const GAP = 6;

/**
 * A place for each chip, most important first: above its box, else below, else at its sides, else over its foot;
 * the first of these that lies in the picture and covers no earlier chip, or, when none does, the first again.
 * All in the same pixels.
 */
export function placeChips(boxes: readonly Rect[], chips: readonly Size[], picture: Size): Rect[] {
  const placed: Rect[] = [];
  boxes.forEach((box, index) => {
    const chip = chips[index] ?? { width: 0, height: 0 };
    const candidates = candidatesFor(box, chip).map((rect) => inside(rect, picture));
    const free = candidates.find((rect) => placed.every((other) => !overlap(rect, other)));
    const fallback = candidates[0];
    const place = free ?? fallback;
    if (place !== undefined) placed.push(place);
  });
  return placed;
}

function candidatesFor(box: Rect, chip: Size): Rect[] {
  const centred = box.left + (box.width - chip.width) / 2;
  const below = box.top + box.height;
  return [
    { ...chip, left: centred, top: box.top - chip.height - GAP },
    { ...chip, left: centred, top: below + GAP },
    { ...chip, left: box.left + box.width + GAP, top: box.top },
    { ...chip, left: box.left - chip.width - GAP, top: box.top },
    { ...chip, left: centred, top: below - chip.height - GAP },
    { ...chip, left: centred, top: below + chip.height + 2 * GAP },
  ];
}

function inside(rect: Rect, picture: Size): Rect {
  const within = (value: number, size: number, room: number): number =>
    Math.max(GAP, Math.min(value, room - size - GAP));
  return {
    ...rect,
    left: within(rect.left, rect.width, picture.width),
    top: within(rect.top, rect.height, picture.height),
  };
}

export function overlap(a: Rect, b: Rect): boolean {
  return (
    a.left < b.left + b.width &&
    b.left < a.left + a.width &&
    a.top < b.top + b.height &&
    b.top < a.top + a.height
  );
}
