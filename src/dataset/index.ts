// The dataset layer: which photographs there are, what is known of them, and how they may be split.
export {
  type AnnotatedPicture,
  MOUTH_STATES,
  type Mouth,
  type MouthState,
  readMouths,
} from './annotations.ts';
export { type BatchLoader, type BatchLoaderConfig, createBatchLoader } from './batch-loader.ts';
export { type MadeBatch, serveBatches } from './batch-worker.ts';
export { groupBursts } from './bursts.ts';
export { DatasetError } from './dataset-error.ts';
export {
  type CachedPicture,
  type DecodeCache,
  type DecodeCacheConfig,
  openDecodeCache,
} from './decode-cache.ts';
export {
  FINGERPRINT_SIDE,
  type FileIdentity,
  identify,
  manifestHash,
  type Regrouped,
  regroup,
  samePictures,
  type Twins,
  withoutTwinsOf,
} from './duplicates.ts';
export { byName, type FilesBelow, filesBelow } from './files-below.ts';
export { type Fingerprint, fewestBits, fingerprint, highestCorrelation } from './perceptual-hash.ts';
export { hasPictureName } from './picture-name.ts';
export { type FractionBox, LABELS, type Label, type Sample } from './sample.ts';
export { scanDataset } from './scan.ts';
export {
  defaultSplitBy,
  foldsByGroup,
  leakyRandomSplit,
  type Split,
  type SplitBy,
  splitByGroup,
} from './split.ts';
export { type DisjointSets, disjointSets } from './union-find.ts';
