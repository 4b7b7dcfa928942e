/** The mouth of a placed bottle in the world: what annotations, cameras and closures refer to. */
import type { Bottle } from './scene-description.ts';
import { add, column, rotate, scale, type Vec3 } from './vectors.ts';

export interface Mouth {
  /** Centre of the lip, or of the closure that is on it. */
  readonly centre: Vec3;
  /** Half the visible width across the bottle's axis, centimetres. */
  readonly radius: number;
  /** From base to mouth, unit length. */
  readonly axis: Vec3;
}

export function bottleMouth(bottle: Bottle): Mouth {
  const { height, radius } = closureExtent(bottle);
  const local: Vec3 = [0, (bottle.profile.height + height) / 10, 0];
  return {
    centre: add(bottle.position, rotate(bottle.rotation, local)),
    radius: radius / 10,
    axis: column(bottle.rotation, 1),
  };
}

/** Height of the centre above the lip and half the width, both in millimetres. */
function closureExtent(bottle: Bottle): { readonly height: number; readonly radius: number } {
  const { lipRadius } = bottle.profile.finish;
  const closure = bottle.closure;
  switch (closure?.kind) {
    case 'crown':
      return { height: -2.5 + closure.lift, radius: lipRadius * CROWN_RATIO };
    case 'screw':
      return { height: 1.5 - closure.height / 2, radius: lipRadius + SCREW_WALL };
    case 'champagne':
      return { height: -2, radius: lipRadius + 2.2 };
    case 'swing':
      return { height: 2, radius: lipRadius + 0.8 };
    case 'foil':
      return { height: -2.5, radius: lipRadius + 1 };
    case 'cork':
      return { height: (closure.knob ? closure.height : closure.height / 2) - 2, radius: lipRadius };
    case 'capsule':
      return { height: -2.5, radius: lipRadius + 0.8 };
    case 'stopper':
      return { height: closure.height / 2 - 2, radius: lipRadius * Math.max(1, closure.width) };
    case 'roll-on':
      return { height: -Math.min(8, closure.sleeve.depth / 2), radius: lipRadius + 1 };
    case 'moulded-cap': {
      const top = CAP_TOP + (closure.spout?.height ?? 0) * 0.5;
      return {
        height: (top + CAP_TOP - closure.height) / 2,
        radius: mouldedRadius(lipRadius, closure.overhang),
      };
    }
    default:
      return { height: -2.5, radius: lipRadius };
  }
}

/** A crimped crown cap is this much wider than the lip that it grips. */
export const CROWN_RATIO = 1.09;
/** Millimetres of wall of a screw cap. */
export const SCREW_WALL = 1.8;

/** Millimetres of a screw cap above the lip. */
export const CAP_TOP = 1.5;

/** The outer radius of a plastic cap: thread, wall and what it stands out. */
export const mouldedRadius = (lipRadius: number, overhang: number): number => lipRadius * 1.1 + 1 + overhang;

/** The origin of closures: the middle of the lip's upper edge. */
export function lipCentre(bottle: Bottle): Vec3 {
  return add(bottle.position, scale(column(bottle.rotation, 1), bottle.profile.height / 10));
}
