import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Prediction } from '../../../contract/prediction.ts';
import { type Failure, pageFailure, tableFailure } from '../../api/failure.ts';
import { type Batch, type BatchEvent, countOf, EMPTY_BATCH, nextOf, reduce, secondsLeft } from './batch.ts';
import { fromInput, looksLikePicture } from './folders.ts';
import { asCsv, asJson, csvCell } from './results.ts';
import { chosenRows, FIRST_LOOK, kindCounts } from './rows.ts';

const prediction = (over: Partial<Prediction> = {}): Prediction => ({
  id: '01900000-0000-7000-8000-000000000000',
  created: '2026-01-01T00:00:00Z',
  file: null,
  verdict: 'closed',
  p_open: 0.1,
  confidence: 0.9,
  bottles: [],
  model: 'm',
  ms: 3,
  timings: { decode: 1, infer: 2, total: 3 },
  width: 10,
  height: 20,
  format: 'jpeg',
  bytes: 5,
  sha256: 's',
  ...over,
});

const file = (name: string): File => new File([name], name, { lastModified: 1 });
const added = (...paths: string[]): BatchEvent => ({
  type: 'added',
  picked: paths.map((path) => ({ path, file: file(path) })),
  leftOut: 0,
});
const run = (...events: BatchEvent[]): Batch => events.reduce(reduce, EMPTY_BATCH);
const offline = pageFailure('OFFLINE');
const broken = tableFailure('BROKEN_PICTURE');

/** A batch of `count` files, and their ids. */
function started(count: number): [Batch, number[]] {
  const batch = run(added(...Array.from({ length: count }, (_, index) => `${index}.jpg`)));
  return [batch, batch.items.map(({ id }) => id)];
}

describe('a batch', () => {
  test('takes each file once', () => {
    const batch = run(added('a.jpg', 'b.jpg', 'a.jpg'), added('b.jpg', 'folder/b.jpg'));
    expect(batch.items.map(({ path }) => path)).toEqual(['a.jpg', 'b.jpg', 'folder/b.jpg']);
    expect(batch.leftOut).toBe(1);
  });

  test('sends the least tried first, else in the order given', () => {
    const [batch, [a = 0, b = 0]] = started(3);
    expect(nextOf(batch)?.id).toBe(a);
    const returned = [
      { type: 'began', id: a },
      { type: 'returned', id: a, hold: null },
    ] as const;
    expect(nextOf(returned.reduce(reduce, batch))?.id).toBe(b);
  });

  test('several that come back at once make one hold, and the next is longer', () => {
    const [batch, [a = 0, b = 0]] = started(2);
    const hold = { why: 'unreachable', until: 5 } as const;
    const events: BatchEvent[] = [
      { type: 'began', id: a },
      { type: 'began', id: b },
      { type: 'returned', id: a, hold },
      { type: 'returned', id: b, hold: { ...hold, until: 9 } },
    ];
    const held = events.reduce(reduce, batch);
    expect(held).toMatchObject({ hold, losses: 1 });
    expect(countOf(held)).toMatchObject({ waiting: 2, sending: 0, done: 0 });
    expect(reduce(held, { type: 'released' }).hold).toBeNull();
  });

  test('cancelled, what was not judged can be tried again', () => {
    const [batch, [a = 0, b = 0]] = started(3);
    const events: BatchEvent[] = [
      { type: 'began', id: a },
      { type: 'judged', id: a, prediction: prediction(), at: 1 },
      { type: 'began', id: b },
      { type: 'cancelled' },
      // What was on its way arrives too late.
      { type: 'judged', id: b, prediction: prediction(), at: 2 },
    ];
    const cancelled = events.reduce(reduce, batch);
    expect(countOf(cancelled)).toMatchObject({ judged: 1, failed: 2, retryable: 2 });
    expect(countOf(reduce(cancelled, { type: 'retried' }))).toMatchObject({ judged: 1, waiting: 2 });
  });

  test('of the failed only those are tried again together that could go better; one alone always', () => {
    const [batch, [a = 0, b = 0]] = started(2);
    const failed = (id: number, failure: Failure): BatchEvent[] => [
      { type: 'began', id },
      { type: 'failed', id, failure, at: 1 },
    ];
    const both = [...failed(a, offline), ...failed(b, broken)].reduce(reduce, batch);
    expect(countOf(reduce(both, { type: 'retried' }))).toMatchObject({ waiting: 1, failed: 1 });
    expect(countOf(reduce(both, { type: 'retried', id: b }))).toMatchObject({ waiting: 1, failed: 1 });
  });

  test('whatever happens in whatever order, no file is lost or counted twice', () => {
    const event = fc.record({
      type: fc.constantFrom('began', 'judged', 'failed', 'returned', 'cancelled', 'retried', 'paused'),
      which: fc.nat(9),
    });
    fc.assert(
      fc.property(fc.array(event, { maxLength: 60 }), (events) => {
        const [batch, ids] = started(10);
        const after = events.reduce((state, { type, which }) => {
          const id = ids[which] ?? 0;
          return reduce(state, eventOf(type, id));
        }, batch);
        const { all, waiting, sending, done } = countOf(after);
        expect(all).toBe(10);
        expect(waiting + sending + done).toBe(10);
      }),
    );
  });

  test('time left: the rest at the pace of the last ones', () => {
    const [batch, ids] = started(20);
    const tenDone = ids.slice(0, 10).flatMap((id, index): BatchEvent[] => [
      { type: 'began', id },
      { type: 'judged', id, prediction: prediction(), at: 500 * index },
    ]);
    // One every half second, ten to go.
    expect(secondsLeft(tenDone.reduce(reduce, batch))).toBe(5);
    expect(secondsLeft(tenDone.slice(0, 6).reduce(reduce, batch))).toBeNull();
    expect(secondsLeft([...tenDone, { type: 'paused' } as const].reduce(reduce, batch))).toBeNull();
  });
});

function eventOf(type: string, id: number): BatchEvent {
  switch (type) {
    case 'began':
      return { type, id };
    case 'judged':
      return { type, id, prediction: prediction(), at: 1 };
    case 'failed':
      return { type, id, failure: offline, at: 1 };
    case 'returned':
      return { type, id, hold: null };
    case 'cancelled':
      return { type };
    case 'retried':
      return { type };
    default:
      return { type: 'paused' };
  }
}

describe('the files', () => {
  test.each([
    ['a.jpg', '', true],
    ['A.JPEG', '', true],
    ['x/y/z.webp', '', true],
    ['photo', 'image/png', true],
    ['x/._a.jpg', 'image/jpeg', false],
    ['.DS_Store', '', false],
    ['notes.txt', 'text/plain', false],
    ['jpg', '', false],
  ])('%s (%s): a picture %s', (path, type, expected) => {
    expect(looksLikePicture(path, type)).toBe(expected);
  });

  test('one chosen by itself is always taken, to be told what is wrong with it; in order of its number', () => {
    const found = fromInput([file('b10.jpg'), file('b9.jpg'), file('a.txt')]);
    expect(found.picked.map(({ path }) => path)).toEqual(['a.txt', 'b9.jpg', 'b10.jpg']);
    expect(found.leftOut).toBe(0);
  });
});

describe('the results', () => {
  const [two, [a = 0, b = 0]] = started(3);
  const batch = (
    [
      { type: 'began', id: a },
      { type: 'judged', id: a, prediction: prediction({ verdict: 'open', p_open: 0.95 }), at: 1 },
      { type: 'began', id: b },
      { type: 'failed', id: b, failure: broken, at: 2 },
    ] as const
  ).reduce(reduce, two);

  test('as CSV: a line for each that is done, the text of the error in the language', () => {
    const [head, ...lines] = asCsv(batch, 'en').split('\r\n');
    expect(head).toMatch(/^\uFEFFfile,verdict,p_open,/);
    expect(lines).toEqual([
      '0.jpg,open,0.95,0.9,0,10,20,m,3,01900000-0000-7000-8000-000000000000,s,,',
      '1.jpg,,,,,,,,,,,BROKEN_PICTURE,The picture is damaged or cut off and cannot be decoded.',
      '',
    ]);
  });

  test('as JSON: the fields of the command line, an error in its place', () => {
    const list: unknown = JSON.parse(asJson(batch, 'pt'));
    expect(list).toMatchObject([
      { file: '0.jpg', verdict: 'open', p_open: 0.95, bottles: [] },
      { file: '1.jpg', error: { code: 'BROKEN_PICTURE', message: expect.stringContaining('danificada') } },
    ]);
  });

  test.each([
    ['a,b', '"a,b"'],
    ['say "x"', '"say ""x"""'],
    ['two\nlines', '"two\nlines"'],
    ['=1+1', "'=1+1"],
    ['@SUM(A1)', "'@SUM(A1)"],
    [-0.5, '-0.5'],
  ])('a cell: %s', (value, cell) => {
    expect(csvCell(value)).toBe(cell);
  });
});

describe('the rows', () => {
  const judged = (verdict: Prediction['verdict'], confidence: number, id: number): BatchEvent[] => [
    { type: 'began', id },
    { type: 'judged', id, prediction: prediction({ verdict, confidence }), at: 1 },
  ];
  const [four, [a = 0, b = 0, c = 0]] = started(4);
  const { items } = [
    ...judged('open', 0.95, a),
    ...judged('closed', 0.6, b),
    ...judged('closed', 0.8, c),
  ].reduce(reduce, four);
  const names = (look: Partial<typeof FIRST_LOOK>): string[] =>
    chosenRows(items, { ...FIRST_LOOK, ...look }).map(({ path }) => path);

  test('are counted by kind', () => {
    expect(kindCounts(items)).toMatchObject({ all: 4, open: 1, closed: 2, open_items: 1, failed: 0 });
  });

  test('are chosen by verdict and confidence', () => {
    expect(names({ kind: 'closed' })).toEqual(['1.jpg', '2.jpg']);
    expect(names({ band: 'low' })).toEqual(['1.jpg']);
    expect(names({ kind: 'closed', band: 'middle' })).toEqual(['2.jpg']);
    expect(names({ band: 'high' })).toEqual(['0.jpg']);
  });

  test('are sorted, those without a confidence last in both directions', () => {
    expect(names({ order: 'confidence' })).toEqual(['1.jpg', '2.jpg', '0.jpg', '3.jpg']);
    expect(names({ order: 'confidence', descending: true })).toEqual(['0.jpg', '2.jpg', '1.jpg', '3.jpg']);
    expect(names({ order: 'verdict' })).toEqual(['0.jpg', '1.jpg', '2.jpg', '3.jpg']);
    expect(names({ order: 'name', descending: true })).toEqual(['3.jpg', '2.jpg', '1.jpg', '0.jpg']);
  });
});
