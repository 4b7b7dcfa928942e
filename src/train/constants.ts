// Preprocessing that training fixes and cards then carry; serving reads the card, never this file.

/** The pretrained trunk was trained on −1…1. */
export const NORMALISATION = { mean: 127.5, scale: 127.5 } as const;
/** Mid-grey around pictures that are not square. */
export const FILL = [114, 114, 114] as const;
/** Longest side of a decoded picture: enough for the reader's crops of small mouths. */
export const MAX_SIDE = 1280;
