import { expect, test } from 'vitest';
import { answered, Flights, flying, maxUnderWay } from './flights.ts';

const address = Uint8Array.of(127, 0, 0, 1);

function begin(flights: Flights, id: number, timeoutMs: number, sentMs: number): number {
  const index = flights.next();
  if (index === null) throw new Error('full');
  flights.begin(index, id, 4, address, 0, timeoutMs, sentMs * 1000, sentMs);
  return index;
}

const expired = (flights: Flights, nowMs: number): number[] => {
  const ids: number[] = [];
  flights.expire(nowMs, index => ids.push(flights.ids[index] ?? Number.NaN));
  return ids;
};

test('each request expires by its own timeout, those that ended before do not', () => {
  const flights = new Flights();
  begin(flights, 1, 100, 0);
  const answeredSoon = begin(flights, 2, 100, 0);
  begin(flights, 3, 500, 0);
  begin(flights, 4, 100, 50);
  flights.end(answeredSoon, answered);
  expect([expired(flights, 99), expired(flights, 100), expired(flights, 150), expired(flights, 499), expired(flights, 500), flights.underWay]).toEqual([[], [1], [4], [], [3], 0]);
});

test('an answered request is remembered until its index is needed, one under way is never passed over to another', () => {
  const flights = new Flights();
  const first = begin(flights, 1, 100_000, 0);
  const second = begin(flights, 2, 100_000, 0);
  flights.end(second, answered);
  const nonce = flights.nonces[second];
  for (let id = 3; id < maxUnderWay + 1; id++) begin(flights, id, 100_000, 0);
  expect([flights.stateOf(first, 4), flights.stateOf(second, 4), flights.nonces[second] === nonce]).toEqual([flying, answered, true]);
  expect([begin(flights, 99, 100_000, 0), flights.next(), flights.underWay]).toEqual([second, null, maxUnderWay]);
});

test('an index means something only with its family and its address', () => {
  const flights = new Flights();
  const index = begin(flights, 1, 100, 0);
  expect([flights.stateOf(index, 4), flights.stateOf(index, 6), flights.wasSentTo(index, address, 0), flights.wasSentTo(index, Uint8Array.of(127, 0, 0, 2), 0)]).toEqual([flying, 0, true, false]);
});
