import fc from 'fast-check';
import { expect, test } from 'vitest';
import { places, repeatDraft, repeatOf, weekdays, type RepeatDraft } from './repeat-draft.ts';

/** A Saturday, the last of its month. */
const startsAt = '2026-11-28T22:00';

test('a new repetition begins with the day of the first time', () => {
  const { kind, days, monthDay, place, weekday } = repeatDraft(null, startsAt);
  expect({ kind, days, monthDay, place, weekday }).toEqual({ kind: 'once', days: ['SA'], monthDay: 28, place: 4, weekday: 'SA' });
});

test('what the form knows is read into its fields, everything else is a text of one\u2019s own', () => {
  const texts = ['FREQ=DAILY', 'RRULE:FREQ=WEEKLY;BYDAY=SU,SA;INTERVAL=2', 'FREQ=MONTHLY;BYMONTHDAY=15;COUNT=12', 'FREQ=MONTHLY;BYDAY=-1SU', 'FREQ=WEEKLY', 'FREQ=YEARLY', 'FREQ=WEEKLY;BYDAY=1SU', 'FREQ=MONTHLY;BYDAY=SU', 'FREQ=DAILY;UNTIL=20270101T000000Z', 'FREQ=MONTHLY;BYMONTHDAY=-1', 'nonsense'];
  expect(texts.map(text => repeatDraft(text, startsAt).kind)).toEqual(['daily', 'weekly', 'month-day', 'month-weekday', 'weekly', 'own', 'own', 'own', 'own', 'own', 'own']);
});

test('fields become an RRULE', () => {
  const fresh = repeatDraft(null, startsAt);
  const drafts: RepeatDraft[] = [
    fresh, { ...fresh, kind: 'daily', every: 3 }, { ...fresh, kind: 'weekly', days: ['SU', 'MO'] }, { ...fresh, kind: 'month-day', monthDay: 31, times: 6 }, { ...fresh, kind: 'month-weekday', place: -1, weekday: 'FR', every: 2 },
    { ...fresh, kind: 'own', text: ' RRULE:FREQ=YEARLY ' },
  ];
  expect(drafts.map(repeatOf)).toEqual([
    { repeat: null }, { repeat: 'FREQ=DAILY;INTERVAL=3' }, { repeat: 'FREQ=WEEKLY;BYDAY=MO,SU' }, { repeat: 'FREQ=MONTHLY;BYMONTHDAY=31;COUNT=6' }, { repeat: 'FREQ=MONTHLY;BYDAY=-1FR;INTERVAL=2' }, { repeat: 'FREQ=YEARLY' },
  ]);
});

test('what is missing is named', () => {
  const fresh = repeatDraft(null, startsAt);
  const drafts: RepeatDraft[] = [{ ...fresh, kind: 'daily', every: '' }, { ...fresh, kind: 'weekly', days: [] }, { ...fresh, kind: 'month-day', monthDay: 32 }, { ...fresh, kind: 'daily', times: 0 }, { ...fresh, kind: 'own', text: ' ' }];
  expect(drafts.map(repeatOf)).toEqual(['every', 'days', 'monthDay', 'times', 'text']);
});

test('whatever the fields say is read back as it was written', () => {
  const drafts = fc.record({
    kind: fc.constantFrom('once' as const, 'daily' as const, 'weekly' as const, 'month-day' as const, 'month-weekday' as const), every: fc.integer({ min: 1, max: 1_000 }), days: fc.subarray([...weekdays], { minLength: 1 }), monthDay: fc.integer({ min: 1, max: 31 }),
    place: fc.constantFrom(...places), weekday: fc.constantFrom(...weekdays), times: fc.oneof(fc.constant(''), fc.integer({ min: 1, max: 9_999 })), text: fc.constant(''),
  });
  fc.assert(fc.property(drafts, draft => {
    const written = repeatOf(draft);
    if (typeof written === 'string') throw new Error(written);
    expect(repeatOf(repeatDraft(written.repeat, startsAt))).toEqual(written);
  }));
});
