/**
 * A scene as plain data: all that is drawn, and nothing about how. Centimetres and radians, world y up, colours
 * linear RGB in 0–1 unless a name says otherwise. Equal seeds give equal descriptions.
 */
import type { Profile } from './profile.ts';
import type { Rotation, Vec3 } from './vectors.ts';

export type Colour = readonly [number, number, number];
export type BottleState = 'open' | 'closed';

export const SCENE_KINDS = ['neck', 'single', 'several', 'crowd', 'cut', 'none'] as const;
export type SceneKind = (typeof SCENE_KINDS)[number];

export type Closure =
  | {
      readonly kind: 'crown';
      readonly art: CapArt;
      readonly lift: number;
      readonly tilt: number;
      readonly bend: number;
      readonly flare: number;
    }
  | {
      readonly kind: 'screw';
      readonly art: CapArt;
      readonly height: number;
      readonly ribs: number;
      readonly ring: boolean;
      readonly metal: boolean;
    }
  | { readonly kind: 'cork'; readonly height: number; readonly knob: Colour | null }
  | { readonly kind: 'champagne'; readonly foil: Colour | null; readonly art: CapArt }
  | { readonly kind: 'swing'; readonly colour: Colour; readonly wire: Colour }
  | { readonly kind: 'foil'; readonly colour: Colour; readonly depth: number }
  | { readonly kind: 'capsule'; readonly sleeve: Sleeve; readonly top: number }
  | {
      readonly kind: 'stopper';
      readonly material: 'wood' | 'plastic' | 'metal' | 'cork';
      readonly colour: Colour;
      /** Share of the lip's radius. */
      readonly width: number;
      readonly height: number;
      /** 0 is a disc with an edge, 1 a ball. */
      readonly rounding: number;
    }
  | {
      readonly kind: 'roll-on';
      readonly sleeve: Sleeve;
      readonly art: CapArt;
      /** Grooves around the rim, 0 for none. */
      readonly knurls: number;
    }
  | ({ readonly kind: 'moulded-cap'; readonly seal: Seal | null; readonly ring: boolean } & MouldedCap);

/** A screw cap of plastic; millimetres. */
export interface MouldedCap {
  readonly art: CapArt;
  readonly printed: boolean;
  /** From the rim to the top. */
  readonly height: number;
  readonly ribs: number;
  /** How much wider it is than the thread asks for. */
  readonly overhang: number;
  /** Of the top edge. */
  readonly rounding: number;
  /** A sports cap's spout, shut. */
  readonly spout: Spout | null;
}

export interface Spout {
  readonly style: 'push-pull' | 'flip-top' | 'dome';
  readonly height: number;
  readonly colour: Colour;
}

/** Film shrunk over cap and neck. */
export interface Seal {
  readonly sleeve: Sleeve;
  /** Whether the cap is seen through it. */
  readonly clear: boolean;
  /** Millimetres of the cap's edge that it leaves bare; less than none laps over the top. */
  readonly bare: number;
}

/** What is drawn over a neck like a stocking: a capsule, the long skirt of a cap, a printed seal. */
export interface Sleeve {
  readonly colour: Colour;
  readonly metal: boolean;
  readonly roughness: number;
  /** Millimetres that it reaches down from the lip. */
  readonly depth: number;
  /** Millimetres of the neck's shape that it bridges: little follows every bead, much is a plain tube. */
  readonly stretch: number;
  readonly wrinkles: number;
  /** Seed of what is printed on it. */
  readonly print: number | null;
}

export type Opening =
  | { readonly kind: 'clean' }
  | { readonly kind: 'foam'; readonly rise: number }
  | { readonly kind: 'lime'; readonly turn: number }
  | { readonly kind: 'ring'; readonly colour: Colour }
  | { readonly kind: 'hanging-swing'; readonly colour: Colour; readonly wire: Colour }
  /** What stays on the neck when a capsule has been cut or a long cap broken: it begins below the lip. */
  | { readonly kind: 'sleeve'; readonly sleeve: Sleeve; readonly below: number };

/** How the top of a cap is painted. */
export interface CapArt {
  readonly seed: number;
  readonly base: Colour;
  readonly metal: boolean;
  readonly roughness: number;
}

export interface Glass {
  readonly tint: 'clear' | 'green' | 'amber' | 'blue' | 'plastic' | 'opaque';
  /** Absorption per millimetre. */
  readonly absorption: Colour;
  readonly index: number;
  /** Painted colour of an opaque vessel. */
  readonly paint: Colour;
  readonly roughness: number;
  readonly metal: boolean;
  readonly waviness: number;
  readonly dirt: number;
  /** How dark it is inside an opaque vessel, 0 as light as outside. */
  readonly gloom?: number;
}

/** How a thin body has been squashed, below the neck only. */
export interface Dent {
  /** Share of its width that is lost across one direction, and that direction about the axis. */
  readonly flatten: number;
  readonly turn: number;
  /** Share of the radius that folds reach in. */
  readonly folds: number;
  readonly phase: number;
  /** Millimetres above the base where it ends. */
  readonly high: number;
}

export interface Liquid {
  /** Share of the cavity's extent along the vertical; 0 is empty. */
  readonly level: number;
  readonly absorption: Colour;
  readonly scatter: number;
  readonly colour: Colour;
  /** Millimetres of foam on the surface. */
  readonly foam: number;
}

export interface Label {
  readonly seed: number;
  /** Heights in millimetres. */
  readonly low: number;
  readonly high: number;
  /** Share of the circumference, 1 all around. */
  readonly span: number;
  readonly turn: number;
  readonly foil: boolean;
}

export interface Vessel {
  readonly profile: Profile;
  readonly glass: Glass;
  readonly liquid: Liquid;
  readonly labels: readonly Label[];
  readonly condensation: number;
  /** The base's centre. */
  readonly position: Vec3;
  readonly rotation: Rotation;
  readonly seed: number;
  readonly detail: VesselDetail;
  readonly dent?: Dent;
}

export type VesselDetail = 'bottle' | 'glass' | 'can' | 'cup' | 'mug';

export interface Bottle extends Vessel {
  readonly state: BottleState;
  readonly closure: Closure | null;
  readonly opening: Opening | null;
  readonly held: Hand | null;
}

export interface Hand {
  /** Millimetres above the base. */
  readonly height: number;
  readonly turn: number;
  readonly skin: Colour;
  readonly sleeve: Colour;
  readonly seed: number;
}

export type Prop =
  | {
      readonly kind: 'box';
      readonly position: Vec3;
      readonly size: Vec3;
      readonly turn: number;
      readonly colour: Colour;
      readonly seed: number;
      readonly roughness: number;
    }
  | {
      readonly kind: 'ball';
      readonly position: Vec3;
      readonly radius: number;
      readonly colour: Colour;
      readonly roughness: number;
      readonly seed: number;
    }
  | {
      readonly kind: 'disc';
      readonly position: Vec3;
      readonly radius: number;
      readonly height: number;
      readonly art: CapArt;
      readonly turn: number;
    }
  | {
      readonly kind: 'loose-cap';
      readonly position: Vec3;
      readonly art: CapArt;
      readonly rotation: Rotation;
      /** A crown cap when not said. */
      readonly moulded?: MouldedCap;
    }
  | {
      readonly kind: 'lamp';
      readonly position: Vec3;
      readonly radius: number;
      readonly height: number;
      readonly colour: Colour;
    }
  | {
      readonly kind: 'blocker';
      readonly position: Vec3;
      readonly size: Vec3;
      readonly turn: number;
      readonly colour: Colour;
      readonly seed: number;
    };

export interface Camera {
  readonly position: Vec3;
  readonly target: Vec3;
  readonly roll: number;
  /** Vertical field of view, radians. */
  readonly fieldOfView: number;
}

export const ENVIRONMENTS = ['windows', 'studio', 'night', 'overcast', 'sun', 'office'] as const;
export type EnvironmentKind = (typeof ENVIRONMENTS)[number];

export const BACKDROPS = [
  'room',
  'shelf',
  'plain',
  'wall',
  'outdoor',
  'bokeh',
  'clutter',
  'texture',
  'photo',
] as const;
export type BackdropKind = (typeof BACKDROPS)[number];

export const SURFACES = ['wood', 'stone', 'cloth', 'plain', 'tiles', 'ground', 'metal'] as const;
export type SurfaceKind = (typeof SURFACES)[number];

export interface Setting {
  readonly environment: {
    readonly kind: EnvironmentKind;
    readonly seed: number;
    readonly key: Vec3;
    readonly keyStrength: number;
    readonly keyColour: Colour;
  };
  readonly backdrop: {
    readonly kind: BackdropKind;
    readonly seed: number;
    readonly blur: number;
    readonly distance: number;
    readonly colour: Colour;
  };
  readonly surface: {
    readonly kind: SurfaceKind;
    readonly seed: number;
    readonly colour: Colour;
    readonly roughness: number;
    readonly scale: number;
    readonly extent: number;
  } | null;
}

/** What the camera's sensor and software do to the picture. */
export interface Photo {
  /** Share of mid grey that the scene's mean is brought to. */
  readonly exposure: number;
  readonly contrast: number;
  readonly saturation: number;
  readonly whiteBalance: Colour;
  readonly noise: number;
  readonly chromaNoise: number;
  readonly motion: readonly [number, number];
  readonly defocus: number;
  readonly sharpen: number;
  readonly vignette: number;
  readonly bloom: number;
  readonly quality: number;
}

export interface SceneDescription {
  readonly seed: number;
  readonly kind: SceneKind;
  readonly width: number;
  readonly height: number;
  readonly bottles: readonly Bottle[];
  readonly vessels: readonly Vessel[];
  readonly props: readonly Prop[];
  readonly camera: Camera;
  readonly setting: Setting;
  readonly photo: Photo;
}
