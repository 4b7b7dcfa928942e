/** The run cannot be done with what it was given; the message says what to change. */
export class TrainingError extends Error {
  override readonly name = 'TrainingError';
}
