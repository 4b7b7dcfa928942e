/**
 * Works on several items at once and yields the results in the items' order. At most `inFlight` are started
 * and not yet taken, so a slow reader holds the work back instead of filling the memory.
 * `work` must not throw: a failure is a result like any other.
 */
export async function* inOrder<Item, Result>(
  items: Iterable<Item> | AsyncIterable<Item>,
  inFlight: number,
  work: (item: Item) => Promise<Result>,
): AsyncGenerator<Result> {
  const started: Promise<Result>[] = [];
  for await (const item of items) {
    started.push(work(item));
    if (started.length < inFlight) continue;
    const first = started.shift();
    if (first) yield await first;
  }
  for (const result of started) yield await result;
}
