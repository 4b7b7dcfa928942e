import type { PictureFormat } from '../../contract/limits.ts';
import { DecodeError } from '../../decode/decode-error.ts';
import { sniffFormat } from '../../decode/picture-format.ts';
import type { Inference } from '../inference/inference.ts';

/** An inference that is shown no file of another format, by its first bytes: not the cache, not a queue, no decoder. */
export function onlyFormats(inference: Inference, formats: readonly PictureFormat[]): Inference {
  return {
    get card() {
      return inference.card;
    },
    async look(subject, options) {
      const found = sniffFormat(subject.bytes);
      if (subject.bytes.length > 0 && !formats.some((format) => format === found)) {
        throw new DecodeError('UNSUPPORTED_FORMAT', { found, allowed: formats.join(', ') });
      }
      return inference.look(subject, options);
    },
  };
}
