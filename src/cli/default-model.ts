import { join, resolve } from 'node:path';
import type { Terminal } from './terminal.ts';

/** The bundled model, or the one of MODELS_DIR; the same wherever the command is called from. */
export function defaultModelFolder({ env }: Terminal): string {
  return join(env.MODELS_DIR || resolve(import.meta.dirname, '../../models'), 'default');
}
