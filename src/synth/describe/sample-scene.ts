/** The random scene of a seed: a pure function, apart from all drawing. */
import { CAP_TOP, lipCentre } from './mouth.ts';
import { type Random, randomStream } from './random.ts';
import { type Assortment, sampleBottle, sampleFamily, type Unplaced } from './sample-bottle.ts';
import { sampleCamera } from './sample-camera.ts';
import { grey } from './sample-colours.ts';
import { sampleMouldedCap } from './sample-plastic.ts';
import { type Footprint, placeProps, placeVessels } from './sample-props.ts';
import { exposeForWhite, muted, samplePhoto, sampleSetting } from './sample-setting.ts';
import type {
  Bottle,
  BottleState,
  Camera,
  Colour,
  Hand,
  Prop,
  SceneDescription,
  SceneKind,
} from './scene-description.ts';
import { add, cross, normalise, rotationAlong, scale, subtract, type Vec3 } from './vectors.ts';

export interface SceneOptions {
  /** Longest side of the picture, pixels. */
  readonly size: number;
  /** Draw this kind of scene instead of a random one. */
  readonly kind?: SceneKind;
  /** Give every bottle this state instead of a random one. */
  readonly state?: BottleState;
  /** What bottles are drawn from; beer when not said. */
  readonly assortment?: Assortment;
  /** Photographs may serve as backdrops. */
  readonly photos?: boolean;
}

export function sampleScene(seed: number, options: SceneOptions): SceneDescription {
  const kind = options.kind ?? sampleKind(randomStream(seed, 'kind'));
  const [width, height] = sampleFrame(options.size, randomStream(seed, 'frame'));
  const setting = sampleSetting(seed, options.photos ?? false, options.assortment);
  const bottles = kind === 'none' ? [] : placeBottles(seed, kind, options);
  const main = bottles[0];
  const floating = main !== undefined && main.position[1] > 5;
  const taken: Footprint[] = bottles.map((b) => footprint(b));
  const clutter = randomStream(seed, 'clutter');
  const spread = kind === 'none' ? 16 : clutter.range(14, 40);
  const plenty = kind === 'none' ? clutter.integer(1, 6) : clutter.chance(0.35) ? clutter.integer(1, 3) : 0;
  const vessels = floating ? [] : placeVessels(seed, plenty, spread, taken);
  const things = floating
    ? []
    : placeProps(seed, clutter.chance(0.4) ? 0 : clutter.integer(1, 7), spread, taken);
  const plastic = options.assortment === 'plastic';
  const props = plastic ? things.map(mouldCaps) : things;
  const photo = samplePhoto(seed);
  const camera = sampleCamera(
    seed,
    kind,
    width / height,
    bottles,
    vessels,
    setting.surface !== null && !floating,
    options.assortment,
  );
  const blocked = placeBlocker(seed, camera, bottles);
  return {
    seed,
    kind,
    width,
    height,
    bottles,
    vessels,
    props: [...props, ...blocked],
    camera,
    setting: floating ? { ...setting, surface: null } : setting,
    photo: plastic ? exposeForWhite(photo, setting, seed) : photo,
  };
}

function sampleKind(r: Random): SceneKind {
  return r.weighted<SceneKind>([
    ['neck', 36],
    ['single', 20],
    ['several', 14],
    ['crowd', 6],
    ['cut', 6],
    ['none', 18],
  ]);
}

function sampleFrame(size: number, r: Random): readonly [number, number] {
  const aspect = r.weighted([
    [1, 20],
    [3 / 4, 36],
    [4 / 3, 26],
    [9 / 16, 9],
    [16 / 9, 9],
  ]);
  const short = Math.round(size * Math.min(aspect, 1 / aspect));
  return aspect < 1 ? [short, size] : [size, short];
}

function placeBottles(seed: number, kind: SceneKind, options: SceneOptions): readonly Bottle[] {
  const r = randomStream(seed, 'bottles');
  const states = randomStream(seed, 'states');
  const main: BottleState = states.chance(0.5) ? 'open' : 'closed';
  const agree = states.chance(0.7);
  const count = kind === 'several' ? r.integer(2, 6) : kind === 'crowd' ? r.integer(7, 14) : 1;
  const alike = r.chance(kind === 'crowd' ? 0.85 : 0.5);
  const first = r.integer(1, 2 ** 31);
  const spots = layout(kind, count, r);
  return spots.map((spot, i) => {
    const state =
      options.state ?? (i === 0 || agree || states.chance(0.5) ? main : main === 'open' ? 'closed' : 'open');
    const own = i === 0 || alike ? first : r.integer(1, 2 ** 31);
    const bottle = sampleBottle(own, state, sampleFamily(own, options.assortment));
    return pose(bottle, spot, i, kind, seed, POSES[options.assortment ?? 'beer']);
  });
}

function layout(kind: SceneKind, count: number, r: Random): readonly Vec3[] {
  if (count === 1) return [[0, 0, 0]];
  const gap = kind === 'crowd' ? r.range(7.2, 9) : r.range(7.5, 14);
  const columns = kind === 'crowd' ? r.integer(3, 5) : r.chance(0.6) ? count : Math.ceil(Math.sqrt(count));
  const loose = kind === 'crowd' ? 0.2 : r.range(0, 0.25);
  return Array.from({ length: count }, (_, i): Vec3 => {
    const x = (i % columns) - (columns - 1) / 2 + r.range(-loose, loose);
    const z = -Math.floor(i / columns) + r.range(-loose, loose);
    return [x * gap * 1.05, 0, z * gap];
  });
}

/** Of what is drawn evenly from 0 to 1: from where a lone bottle leans, lies, is held. */
const POSES: Record<Assortment, readonly [leans: number, lies: number, held: number]> = {
  beer: [0.66, 0.74, 0.84],
  cellar: [0.66, 0.74, 0.84],
  plastic: [0.46, 0.52, 0.9],
};

function pose(
  drawn: Unplaced,
  spot: Vec3,
  index: number,
  kind: SceneKind,
  seed: number,
  [leans, lies, isHeld]: (typeof POSES)[Assortment],
): Bottle {
  const r = randomStream(seed, `pose ${index}`);
  // Bottles side by side in numbers are new.
  const bottle = kind === 'crowd' ? withoutDent(drawn) : drawn;
  const alone = kind === 'neck' || kind === 'single' || kind === 'cut';
  const chance = alone ? r.next() : 0;
  const spin = r.range(0, 2 * Math.PI);
  const height = bottle.profile.height / 10;
  if (chance > isHeld) return held(withoutDent(bottle), r, spin);
  if (chance > lies) {
    const turn = r.range(0, 2 * Math.PI);
    // A squashed bottle lies on its flat side.
    const half = bottle.profile.bodyRadius * (1 - (bottle.dent?.flatten ?? 0));
    const drop = (half - bottle.profile.finish.lipRadius) / 10 / height;
    const axis: Vec3 = [Math.cos(turn), -drop, Math.sin(turn)];
    const base = add(scale(axis, -height * 0.6), [0, bottle.profile.bodyRadius / 10 + 0.05, 0]);
    const rotation = rotationAlong(axis, spin);
    return {
      ...bottle,
      ...(bottle.dent && { dent: { ...bottle.dent, turn: Math.atan2(rotation[1][2], rotation[1][0]) } }),
      position: [base[0], half / 10, base[2]],
      rotation,
      held: null,
    };
  }
  const lean = chance > leans ? r.range(0.1, 0.5) : r.range(0, 0.015);
  const turn = r.range(0, 2 * Math.PI);
  const axis: Vec3 = [Math.sin(lean) * Math.cos(turn), Math.cos(lean), Math.sin(lean) * Math.sin(turn)];
  const lifted = (Math.sin(lean) * bottle.profile.bodyRadius) / 10;
  return { ...bottle, position: [spot[0], lifted, spot[2]], rotation: rotationAlong(axis, spin), held: null };
}

const withoutDent = ({ dent: _, ...bottle }: Unplaced): Unplaced => bottle;

function held(bottle: Unplaced, r: Random, spin: number): Bottle {
  const lean = Math.abs(r.normal()) * 0.5;
  const turn = r.range(0, 2 * Math.PI);
  const axis: Vec3 = [Math.sin(lean) * Math.cos(turn), Math.cos(lean), Math.sin(lean) * Math.sin(turn)];
  const low = bottle.profile.shoulder * 0.35;
  const high = bottle.profile.neck + (bottle.profile.finishBase - bottle.profile.neck) * 0.35;
  const hand: Hand = {
    height: r.chance(0.7) ? r.range(low, bottle.profile.shoulder) : r.range(bottle.profile.shoulder, high),
    turn: r.range(0, 2 * Math.PI),
    skin: skin(r),
    sleeve: muted(r),
    seed: r.integer(0, 1e9),
  };
  return { ...bottle, position: [0, 30, 0], rotation: rotationAlong(axis, spin), held: hand };
}

function skin(r: Random): Colour {
  const t = r.next();
  return [0.75 - 0.6 * t, 0.45 - 0.38 * t, 0.33 - 0.3 * t];
}

/** Among plastic bottles, the caps that lie about are of plastic. */
function mouldCaps(prop: Prop): Prop {
  if (prop.kind !== 'loose-cap') return prop;
  const moulded = sampleMouldedCap(null, randomStream(prop.art.seed, 'moulded'));
  const upright = prop.rotation[1][1] > 0;
  const rise = upright ? moulded.height - CAP_TOP : CAP_TOP + (moulded.spout?.height ?? 0);
  return { ...prop, moulded, position: [prop.position[0], rise / 10 + 0.05, prop.position[2]] };
}

/** Where a bottle stands or, lying, about where it lies. */
function footprint(bottle: Bottle): Footprint {
  const centre = add(
    bottle.position,
    scale([bottle.rotation[0][1], 0, bottle.rotation[2][1]], bottle.profile.height / 20),
  );
  const across = Math.abs(bottle.rotation[1][1]);
  const radius = (bottle.profile.bodyRadius + (1 - across) * bottle.profile.height * 0.5) / 10;
  return { x: centre[0], z: centre[2], radius };
}

/** Now and then something near the camera hides a part of the first mouth, or all of it. */
function placeBlocker(seed: number, camera: Camera, bottles: readonly Bottle[]): readonly Prop[] {
  const r = randomStream(seed, 'blocker');
  const bottle = bottles[0];
  if (bottle === undefined || !r.chance(0.07)) return [];
  const lip = lipCentre(bottle);
  const radius = bottle.profile.finish.lipRadius / 10;
  const toCamera = subtract(camera.position, lip);
  const side = normalise(cross(toCamera, [0.1, 1, 0.05]));
  const turn = r.range(0, 2 * Math.PI);
  const size = radius * r.range(1.2, 3);
  const shift = size * 0.5 + radius * r.range(-1, 1.2);
  const offset = add(scale(side, Math.cos(turn) * shift), [0, Math.sin(turn) * shift, 0]);
  const position = add(add(lip, scale(toCamera, r.range(0.12, 0.3))), offset);
  const colour = r.chance(0.4) ? skin(r) : r.chance(0.5) ? muted(r) : grey(r.range(0.02, 0.8));
  return [
    {
      kind: 'blocker',
      position,
      size: [size, size * r.range(0.6, 3), size],
      turn: r.range(0, 6.28),
      colour,
      seed: r.integer(0, 1e9),
    },
  ];
}
