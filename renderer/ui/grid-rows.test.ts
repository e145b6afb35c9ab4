import { describe, expect, test } from 'vitest';
import { compareValues, GridRows, matchesSearch, maySort, searchWords } from './grid-rows.ts';

type Row = { readonly id: string; readonly rank: number; readonly rtt: number };
const row = (id: string, rank: number, rtt = 0): Row => ({ id, rank, rtt });
const byRank = (before: Row, after: Row): boolean => before.rank !== after.rank;
const ids = (rows: readonly { readonly id: string }[]): string[] => rows.map(each => each.id);

describe('rows behind a grid', () => {
  test('a change of value is no change of place', () => {
    const rows = new GridRows<Row>();
    rows.apply({ reset: true, upsert: [row('a', 1), row('b', 2)], remove: [] }, byRank);
    const done = rows.apply({ reset: false, upsert: [row('a', 1, 9), row('b', 3)], remove: [] }, byRank);
    expect({ changed: ids(done.changed), moved: ids(done.moved), added: ids(done.added), a: rows.get('a') }).toEqual({ changed: ['a', 'b'], moved: ['b'], added: [], a: row('a', 1, 9) });
  });

  test('a reset keeps what it names and removes the rest', () => {
    const rows = new GridRows<Row>();
    rows.apply({ reset: true, upsert: [row('a', 1), row('b', 2)], remove: [] }, byRank);
    const done = rows.apply({ reset: true, upsert: [row('b', 2), row('c', 3)], remove: [] }, byRank);
    expect({ added: ids(done.added), removed: ids(done.removed), changed: ids(done.changed), size: rows.size }).toEqual({ added: ['c'], removed: ['a'], changed: ['b'], size: 2 });
  });

  test('removing what is not there is nothing', () => {
    const rows = new GridRows<Row>();
    expect(rows.apply({ reset: false, upsert: [], remove: ['x'] }, byRank).removed).toEqual([]);
  });
});

describe('order', () => {
  test.each([
    ['rests for five seconds', 4_999, 0, null, false],
    ['changes after that', 5_000, 0, null, true],
    ['waits for the pointer', 20_000, 0, 15_000, false],
    ['does not wait for a parked pointer', 45_000, 0, 15_000, true],
  ])('%s', (_, now, sortedAt, pointerMovedAt, may) => expect(maySort(now, sortedAt, pointerMovedAt)).toBe(may));

  test('numbers inside words count as numbers', () => {
    expect(['192.0.2.10', '192.0.2.9', 'Router 10', 'router 2'].toSorted((a, b) => compareValues(a, b, false))).toEqual(['192.0.2.9', '192.0.2.10', 'router 2', 'Router 10']);
  });

  test('what was never measured comes last, in either direction', () => {
    // The grid negates the result for a descending order.
    const sorted = (descending: boolean): (number | null)[] => [null, 3, 1].toSorted((a, b) => (descending ? -1 : 1) * compareValues(a, b, descending));
    expect([sorted(false), sorted(true)]).toEqual([[1, 3, null], [3, 1, null]]);
  });
});

test('every word of a search must be found, in any case and order', () => {
  const held = { id: 'a', row: row('a', 1), searchText: null, rowClass: '' };
  const matches = (search: string): boolean => matchesSearch(held, searchWords(search), () => 'Kvareli Router\n192.0.2.5');
  expect([matches(''), matches('  '), matches('router kva'), matches('192.0'), matches('kvareli atm')]).toEqual([true, true, true, true, false]);
});
