import { PRIORITIES, type Priority } from './inference/inference.ts';

// Who is next. Nobody has to prove how urgent they are, so no urgency may keep the others from being served.

/**
 * So many turns may go to others while somebody of a priority waits; the next one is theirs. Under load programs thus
 * have at least every fourth turn, batches every twentieth (they give way once more when both are due), and people at
 * the page the rest.
 */
const TURNS_OF_OTHERS: Readonly<Record<Priority, number>> = {
  page: Number.POSITIVE_INFINITY,
  api: 3,
  job: 18,
};

type Counts = Record<Priority, number>;

export interface Lined {
  /** May change while it stands in line; it has then to be put there again. */
  readonly priority: Priority;
  /** When it came. */
  readonly since: number;
}

/** A line for each priority: among equals the order is that of arrival. */
export class FairLines<Item extends Lined> {
  readonly #lines: Readonly<Record<Priority, Item[]>> = { page: [], api: [], job: [] };
  /** Turns that went to others since the last one of each, counted while somebody waited. */
  #passed: Counts = { page: 0, api: 0, job: 0 };

  get length(): number {
    return PRIORITIES.reduce((sum, priority) => sum + this.#lines[priority].length, 0);
  }

  /** Everything that waits; it may be changed while this is gone through. */
  all(): Item[] {
    return PRIORITIES.flatMap((priority) => this.#lines[priority]);
  }

  /** Puts it where it belongs now, wherever it stood before. */
  put(item: Item): void {
    this.remove(item);
    const line = this.#lines[item.priority];
    line.splice(line.findLastIndex(({ since }) => since <= item.since) + 1, 0, item);
  }

  remove(item: Item): void {
    for (const priority of PRIORITIES) {
      const at = this.#lines[priority].indexOf(item);
      if (at >= 0) this.#lines[priority].splice(at, 1);
    }
  }

  /** Takes out whose turn it is. */
  shift(): Item | undefined {
    const waiting = this.#counts();
    const turn = turnOf(waiting, this.#passed);
    if (!turn) return undefined;
    this.#passed = afterTurn(turn, waiting, this.#passed);
    return this.#lines[turn].shift();
  }

  /** What would come before a newcomer of this priority if nobody came after it. */
  ahead(priority: Priority): Item[] {
    const waiting = this.#counts();
    waiting[priority] += 1;
    const taken: Counts = { page: 0, api: 0, job: 0 };
    let passed = this.#passed;
    const before: Item[] = [];
    for (;;) {
      const turn = turnOf(waiting, passed);
      const next = turn && this.#lines[turn][taken[turn]];
      // The newcomer itself stands behind the last one of its line.
      if (!next) return before;
      passed = afterTurn(turn, waiting, passed);
      waiting[turn] -= 1;
      taken[turn] += 1;
      before.push(next);
    }
  }

  #counts(): Counts {
    const { page, api, job } = this.#lines;
    return { page: page.length, api: api.length, job: job.length };
  }
}

/** The first that was passed over often enough, or else the most urgent. */
function turnOf(waiting: Counts, passed: Counts): Priority | undefined {
  const present = PRIORITIES.filter((priority) => waiting[priority] > 0);
  return present.find((priority) => passed[priority] >= TURNS_OF_OTHERS[priority]) ?? present[0];
}

/** Kept when a line empties: whoever left it because no turn came must not have waited for the next one in vain. */
function afterTurn(turn: Priority, waiting: Counts, passed: Counts): Counts {
  const count = (priority: Priority) =>
    priority === turn ? 0 : passed[priority] + (waiting[priority] > 0 ? 1 : 0);
  return { page: count('page'), api: count('api'), job: count('job') };
}
