/** How many problems a message names before it only counts the rest. */
const SHOWN = 12;

/** A data folder or a table that cannot be used as it is; names every problem, each with its file and line. */
export class DatasetError extends Error {
  override readonly name = 'DatasetError';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    const rest = problems.length - SHOWN;
    super([...problems.slice(0, SHOWN), ...(rest > 0 ? [`… and ${rest} more`] : [])].join('\n'));
    this.problems = problems;
  }
}
