/** Uniform in [0, 1). Always passed in, so that the same seed gives the same pictures. */
export type Random = () => number;
