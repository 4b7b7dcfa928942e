import { ERRORS, Refusal } from '../contract/errors.ts';
import type { Asker, Predictor } from './predictor.ts';

/**
 * Writes a refused request into the log. Not one refused for lack of room: it must stay cheaper than an answer.
 * Nor one whose client has gone, which looks like a broken body.
 * Pictures refused after they were read are recorded by the predictor.
 */
export async function recordingRefusals<T>(
  predictor: Predictor,
  asker: Asker,
  answer: () => Promise<T>,
): Promise<T> {
  try {
    return await answer();
  } catch (error) {
    const worthIt = error instanceof Refusal && ERRORS[error.code].status < 500 && !asker.gone.aborted;
    if (worthIt) await predictor.recordRefusal(error.code, asker);
    throw error;
  }
}
