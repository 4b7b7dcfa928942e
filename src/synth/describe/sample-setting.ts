/** Where a scene takes place and how it is photographed: light, backdrop, surface, sensor. */
import { type Random, randomStream } from './random.ts';
import type { Assortment } from './sample-bottle.ts';
import { anyColour, fromHue, grey } from './sample-colours.ts';
import type {
  BackdropKind,
  Colour,
  EnvironmentKind,
  Photo,
  Setting,
  SurfaceKind,
} from './scene-description.ts';
import { normalise } from './vectors.ts';

interface Places {
  /** Share of shots on white. */
  readonly product: number;
  /** Share of those that stand on nothing, as cut out for a shop; none is not even asked for. */
  readonly cutOut: number;
  /** Weight of bare surfaces: sorting lines, floors. */
  readonly bare: number;
}

const PLACES: Record<Assortment, Places> = {
  beer: { product: 0.13, cutOut: 0, bare: 18 },
  cellar: { product: 0.13, cutOut: 0, bare: 18 },
  plastic: { product: 0.3, cutOut: 0.75, bare: 48 },
};

export function sampleSetting(seed: number, photos: boolean, assortment: Assortment = 'beer'): Setting {
  const r = randomStream(seed, 'setting');
  const { product: products, cutOut, bare } = PLACES[assortment];
  const product = r.chance(products);
  const white = grey(r.range(0.75, 1));
  return {
    environment: environment(product, r),
    backdrop: {
      kind: product ? 'plain' : backdropKind(photos, r),
      seed: r.integer(0, 1e9),
      blur: r.chance(0.3) ? r.range(0, 0.15) : r.range(0.1, 1),
      distance: r.range(35, 160),
      colour: product ? white : r.chance(0.4) ? grey(r.range(0.05, 0.7)) : muted(r),
    },
    surface:
      (r.chance(0.1) && !product) || (product && cutOut > 0 && r.chance(cutOut))
        ? null
        : surface(product ? white : null, bare, r),
  };
}

/** A shop's picture is exposed until its background is white. */
export function exposeForWhite(photo: Photo, { backdrop }: Setting, seed: number): Photo {
  if (backdrop.kind !== 'plain' || Math.min(...backdrop.colour) < 0.75) return photo;
  const exposure = randomStream(seed, 'white').range(2, 5);
  return { ...photo, exposure, noise: 0, chromaNoise: 0, vignette: 0, bloom: 0, sharpen: 0 };
}

const KEY_STRENGTH: Record<EnvironmentKind, (r: Random) => number> = {
  windows: (r) => r.range(0.2, 1.4),
  office: (r) => r.range(0.2, 1),
  studio: (r) => r.range(0.3, 1.4),
  night: (r) => r.range(0.02, 0.35),
  overcast: (r) => r.range(0, 0.3),
  sun: (r) => r.range(1.2, 3),
};

function environment(product: boolean, r: Random): Setting['environment'] {
  const kind = product
    ? 'studio'
    : r.weighted<EnvironmentKind>([
        ['windows', 30],
        ['studio', 14],
        ['night', 16],
        ['overcast', 10],
        ['sun', 10],
        ['office', 20],
      ]);
  const turn = r.range(0, 2 * Math.PI);
  const height = kind === 'office' ? r.range(0.8, 2.5) : r.range(0.25, 1.2);
  const warm = r.range(-0.25, 0.35);
  return {
    kind,
    seed: r.integer(0, 1e9),
    key: normalise([Math.cos(turn), height, Math.sin(turn)]),
    keyStrength: KEY_STRENGTH[kind](r),
    keyColour: [1 + warm, 1, 1 - warm],
  };
}

function backdropKind(photos: boolean, r: Random): BackdropKind {
  if (photos && r.chance(0.7)) return 'photo';
  return r.weighted<BackdropKind>([
    ['room', 24],
    ['shelf', 12],
    ['plain', 12],
    ['wall', 12],
    ['outdoor', 12],
    ['bokeh', 8],
    ['clutter', 14],
    ['texture', 8],
  ]);
}

function surface(colour: Colour | null, bare: number, r: Random): NonNullable<Setting['surface']> {
  const kind = colour
    ? 'plain'
    : r.weighted<SurfaceKind>([
        ['wood', 34],
        ['stone', 12],
        ['cloth', 12],
        ['plain', bare],
        ['tiles', 8],
        ['ground', 10],
        ['metal', 6],
      ]);
  return {
    kind,
    seed: r.integer(0, 1e9),
    colour:
      colour ??
      (kind === 'wood' ? fromHue(r.range(0.04, 0.1), r.range(0.3, 0.75), r.range(0.2, 0.85)) : muted(r)),
    roughness: kind === 'cloth' || kind === 'ground' ? 1 : r.range(0.15, 0.8),
    scale: r.range(30, 90),
    extent: colour ? 400 : r.range(42, 160),
  };
}

export function muted(r: Random): Colour {
  return r.chance(0.08) ? anyColour(r) : fromHue(r.next(), r.range(0, 0.65) ** 2, r.range(0.15, 0.9));
}

export function samplePhoto(seed: number): Photo {
  const r = randomStream(seed, 'photo');
  const warm = r.normal() * 0.1;
  const poor = r.chance(0.3);
  const speed = r.chance(0.25) ? r.range(0.002, 0.025) : 0;
  const heading = r.range(0, Math.PI);
  return {
    exposure: 2 ** (r.normal() * 0.45),
    contrast: r.range(0.85, 1.4),
    saturation: r.chance(0.03) ? 0 : r.range(0.65, 1.3),
    whiteBalance: [1 + warm, 1 + r.normal() * 0.03, 1 - warm],
    noise: poor ? r.range(0.01, 0.05) : r.range(0, 0.012),
    chromaNoise: poor ? r.range(0, 0.03) : r.range(0, 0.006),
    motion: [Math.cos(heading) * speed, Math.sin(heading) * speed],
    defocus: r.chance(0.18) ? r.range(0.001, 0.008) : 0,
    sharpen: r.chance(0.6) ? r.range(0.1, 0.9) : 0,
    vignette: r.range(0, 0.35),
    bloom: r.chance(0.5) ? r.range(0.02, 0.25) : 0,
    quality: poor ? r.range(0.35, 0.8) : r.range(0.75, 0.96),
  };
}
