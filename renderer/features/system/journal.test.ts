import { expect, test } from 'vitest';
import type { JournalRow } from '../../../shared/model/observation.ts';
import { byNewest, lastedMs, markOf } from './journal.ts';

const entry = (id: string, part: Partial<JournalRow>): JournalRow => ({ id, kind: 'blind', cause: 'slept', from: 1_000, to: 61_000, devices: null, detail: '', ...part });

test('the newest entry stands on top', () => {
  const listed = [entry('a', {}), entry('b', { from: 5_000 }), entry('c', {})];
  expect(listed.toSorted(byNewest).map(each => each.id)).toEqual(['b', 'c', 'a']);
});

test('each kind of entry has a look of its own', () => {
  expect([entry('a', {}), entry('b', { kind: 'maintenance', cause: null }), entry('c', { kind: 'clock-step', cause: null })].map(markOf)).toEqual(['not-observed', 'maintenance', 'clock']);
});

test('blind time lasts until it ends; a step of the clock takes none', () => {
  const lasted = [entry('a', {}), entry('b', { to: null }), entry('c', { kind: 'clock-step', to: 3_601_000 })].map(each => lastedMs(each, 31_000));
  expect(lasted).toEqual([60_000, 30_000, null]);
});
