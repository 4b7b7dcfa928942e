import { describe, expect, it } from 'vitest';
import { annotate } from './annotate.ts';
import { sampleScene } from './sample-scene.ts';
import type { Bottle, Camera, Prop, SceneDescription } from './scene-description.ts';
import { rotationAlong, type Vec3 } from './vectors.ts';

/** A scene of one plain open bottle of known size seen by a known camera. */
function sceneOf(
  bottle: Partial<Bottle>,
  camera: Partial<Camera> = {},
  props: readonly Prop[] = [],
): SceneDescription {
  const scene = sampleScene(1, { size: 400, kind: 'single', state: 'open' });
  const base = bottleOf(scene);
  return {
    ...scene,
    width: 400,
    height: 400,
    vessels: [],
    props,
    bottles: [{ ...base, position: [0, 0, 0], rotation: rotationAlong([0, 1, 0], 0), held: null, ...bottle }],
    camera: { position: [0, 20, 100], target: [0, 20, 0], roll: 0, fieldOfView: Math.PI / 3, ...camera },
  };
}

/** The bottle of a scene that has one. */
function bottleOf(scene: SceneDescription): Bottle {
  const [bottle] = scene.bottles;
  if (bottle === undefined) throw new Error('no bottle');
  return bottle;
}

const tilted = (axis: Vec3) => ({ rotation: rotationAlong(axis, 0.3) });

describe('annotate', () => {
  it('gives centre, width and direction that follow from the camera by hand', () => {
    const scene = sceneOf({});
    const [mouth] = annotate(scene).mouths;
    const { height, finish } = bottleOf(scene).profile;
    const reach = 100 * Math.tan(Math.PI / 6);
    expect(mouth?.x).toBeCloseTo(0.5, 6);
    expect(mouth?.y).toBeCloseTo(0.5 - ((height - 2.5) / 10 - 20) / (2 * reach), 6);
    expect(mouth?.diameter).toBeCloseTo((2 * finish.lipRadius) / 10 / (2 * reach), 6);
    expect(mouth?.angle).toBeCloseTo(0, 6);
    expect(mouth?.state).toBe('open');
  });

  it.each([
    ['mouth to the right, base to the left', [1, 0, 0], 90],
    ['mouth to the left, base to the right', [-1, 0, 0], -90],
    ['upside down', [0, -1, 0], 180],
    ['leaning right', [1, 1, 0], 45],
  ] as const)('%s: %s is %i degrees', (_, axis, degrees) => {
    const scene = sceneOf({ ...tilted(axis), position: [0, 20, 0] });
    // Close to the picture's middle, so that perspective hardly turns the direction.
    const [mouth] = annotate({
      ...scene,
      camera: { ...scene.camera, position: [0, 20, 4000], fieldOfView: 0.02 },
    }).mouths;
    expect(Math.abs(mouth?.angle ?? Number.NaN)).toBeCloseTo(Math.abs(degrees), 0);
    expect(Math.sign(mouth?.angle ?? 0)).toBe(
      degrees === 180 ? Math.sign(mouth?.angle ?? 0) : Math.sign(degrees),
    );
  });

  it('calls a mouth outside the frame no mouth and the frame unclear', () => {
    const annotation = annotate(sceneOf({}, { position: [0, 3, 25], target: [0, 3, 0] }));
    expect(annotation).toEqual({ label: 'unclear', mouths: [] });
  });

  it('calls a mouth that a box hides by more than half unclear, and does not list one that it hides wholly', () => {
    const { profile } = bottleOf(sceneOf({}));
    const lip = profile.height / 10;
    const wall = (x: number): Prop => ({
      kind: 'box',
      position: [x, 0, 40],
      size: [20, 80, 2],
      turn: 0,
      colour: [0, 0, 0],
      seed: 1,
      roughness: 1,
    });
    const eyeLevel = { position: [0, lip, 100] as const, target: [0, lip, 0] as const };
    expect(annotate(sceneOf({}, eyeLevel, [wall(0)])).mouths).toEqual([]);
    expect(annotate(sceneOf({}, eyeLevel, [wall(10 - 0.2)])).mouths[0]?.state).toBe('unclear');
    expect(annotate(sceneOf({}, eyeLevel, [wall(10 + 2)])).mouths[0]?.state).toBe('open');
  });

  it('calls a mouth of a few pixels unclear', () => {
    expect(annotate(sceneOf({}, { position: [0, 20, 3000] })).mouths[0]?.state).toBe('unclear');
  });

  it('labels frames without a bottle none, and both states together mixed', () => {
    const scene = sceneOf({});
    const bottle = bottleOf(scene);
    expect(annotate({ ...scene, bottles: [] }).label).toBe('none');
    const neighbour: Bottle = { ...bottle, state: 'closed', position: [12, 0, 0] };
    expect(annotate({ ...scene, bottles: [bottle, neighbour] }).label).toBe('mixed');
  });
});
