import { setFlagsFromString } from 'node:v8';

/**
 * Lets the heap of this process grow to three times what is in use before V8 looks through all of it. Every picture
 * leaves megabytes behind, which count as growth although freeing them is no work; by its own rule V8 would look
 * through everything after every second picture, for a tenth of the picture's cost. To be called when all is loaded:
 * code that was compiled under other flags, Node's own included, is compiled anew.
 */
export function letHeapGrow(): void {
  setFlagsFromString('--heap-growing-percent=200');
}
