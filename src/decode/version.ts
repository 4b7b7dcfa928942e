/** Raised when the same bytes would give other pixels than before: caches of decoded pictures carry it. */
export const DECODER_VERSION = 1;
