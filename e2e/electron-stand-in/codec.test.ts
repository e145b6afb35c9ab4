import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { makeCodec } from './codec.ts';

const codec = makeCodec();
const through = (value: unknown): unknown => codec.decode(codec.encode(value));

test('what structured clone carries arrives equal', () => {
  const values = [
    null, true, 0, -0, 1.5, NaN, -Infinity, 'ქართული', '', 12n, undefined, [], {}, [[1, [2]], { a: { b: null } }],
    { a: undefined, b: [undefined] }, { $: 'undefined' }, { $: { $: 1 }, deep: -0 },
    new Date(1_700_000_000_000), new Map<unknown, unknown>([['k', new Set([1, 2])], [3, 4n]]), /a+\/b/gi,
    new Uint8Array([0, 255, 7]), new Float64Array([1.25, -0]), new BigInt64Array([-3n]), new Uint8Array([1, 2, 3]).buffer,
  ];
  expect(values.map(through)).toEqual(values);
});

test('an error keeps its name, message and stack', () => {
  const error = new RangeError('too far');
  const seen = through(error);
  expect(seen instanceof Error && [seen.name, seen.message, seen.stack]).toEqual(['RangeError', 'too far', error.stack]);
});

test('one object met twice is copied twice, and is no cycle', () => {
  const shared = { id: 1, gone: undefined };
  expect(through([shared, shared])).toEqual([shared, shared]);
});

test('what structured clone refuses is refused', () => {
  const cycle: { self?: unknown } = {};
  cycle.self = cycle;
  for (const value of [() => {}, Symbol('s'), { f: () => {} }, Promise.resolve(), new WeakMap(), cycle]) {
    expect(() => codec.encode(value)).toThrow(expect.objectContaining({ name: 'DataCloneError' }));
  }
});

test('objects that would turn themselves into something else as JSON do not', () => {
  expect(through({ at: new Date(5), own: { toJSON: 'a field' } })).toEqual({ at: new Date(5), own: { toJSON: 'a field' } });
});

test('plain rows travel as plain JSON', () => {
  const rows = [{ id: 'd1', rttUs: 1200, state: 'up', note: null }];
  expect(codec.encode(rows)).toBe(`j${JSON.stringify(rows)}`);
});

test('the source alone works elsewhere', () => {
  // As a page receives it: nothing of this module is in reach there.
  const seen: unknown = runInNewContext(`const codec = (${makeCodec.toString()})(); const { a } = codec.decode(codec.encode({ a: [1n, { b: -0 }] })); [a[0] === 1n, Object.is(a[1].b, -0)].join()`, { DOMException });
  expect(seen).toBe('true,true');
});
