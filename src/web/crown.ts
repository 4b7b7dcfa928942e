// The outline of a crown cap seen from above: a circle with 21 flutes, as on a real one.

export const CROWN_FLUTES = 21;

/**
 * An SVG path around (0, 0): flutes between `inner` and `outer` radius, each a smooth wave.
 * @param count how many of the flutes to draw, clockwise from the top; fewer leave the path open
 */
export function crownPath(inner: number, outer: number, count: number = CROWN_FLUTES): string {
  const step = (2 * Math.PI) / CROWN_FLUTES;
  const middle = (inner + outer) / 2;
  // A quadratic curve reaches only half way to its control point, so these lie twice as far out and in.
  const [crest, trough] = [2 * outer - middle, 2 * inner - middle];
  const waves = Array.from({ length: count }, (_, flute) => {
    const from = flute * step;
    return (
      `Q${point(crest, from + step / 4)} ${point(middle, from + step / 2)}` +
      `Q${point(trough, from + (3 * step) / 4)} ${point(middle, from + step)}`
    );
  });
  return `M${point(middle, 0)}${waves.join('')}${count === CROWN_FLUTES ? 'Z' : ''}`;
}

/** `angle` in radians, clockwise from the top. */
function point(radius: number, angle: number): string {
  return `${(radius * Math.sin(angle)).toFixed(2)} ${(-radius * Math.cos(angle)).toFixed(2)}`;
}
