// The decode layer: bytes to pixels, one way for training, evaluation, command line and server.
export { PICTURE_FORMATS, type PictureFormat } from '../contract/limits.ts';
export {
  DEFAULT_DECODE_LIMITS,
  type DecodedPicture,
  type DecodeLimits,
  type DecodeOptions,
  decode,
} from './decode.ts';
export { DECODE_ERROR_CODES, DecodeError, type DecodeErrorCode } from './decode-error.ts';
export { encodeJpeg, encodePng, encodeWebp } from './encode.ts';
export { type RefusedFormat, sniffFormat } from './picture-format.ts';
export { DECODER_VERSION } from './version.ts';
