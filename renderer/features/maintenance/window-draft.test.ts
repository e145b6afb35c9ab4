import i18n from 'i18next';
import { beforeAll, expect, test } from 'vitest';
import { MaintenanceInput } from '../../../shared/model/maintenance.ts';
import { startTexts } from '../../i18n.ts';
import type { Words } from '../../ui/shown-state.ts';
import { localOf, newWindow, windowDraft, windowOf, withStart } from './window-draft.ts';
import { whenWords } from './window-words.ts';

beforeAll(() => startTexts('en'));
const t: Words = (key, ...values) => i18n.getFixedT('en', 'maintenance')(key, ...values);

const stored = MaintenanceInput.parse({ name: 'Restart', reason: 'Memory', scope: { types: ['paybox'] }, startsAt: '2026-11-28T22:00', zone: 'Asia/Tbilisi', durationMs: 5_400_000, repeat: 'FREQ=WEEKLY;BYDAY=SA' });

test('a stored window that nobody changes goes back as it was', () => {
  expect(windowOf(windowDraft(stored))).toEqual(stored);
});

test('a new window begins at the next full hour, and lasts two', () => {
  const now = new Date(2026, 10, 28, 9, 41).getTime();
  const { startsAt, duration, zone } = newWindow(now, 'Asia/Tbilisi');
  expect({ startsAt, duration, zone }).toEqual({ startsAt: '2026-11-28 10:00', duration: { amount: 2, unit: 'h' }, zone: 'Asia/Tbilisi' });
});

test('a beginning is read as people write it', () => {
  expect(['2026-11-28 22:00', ' 2026-11-28T9:05', '2026-11-28', '2026-13-01 10:00', '28.11.2026 10:00'].map(localOf)).toEqual(['2026-11-28T22:00', '2026-11-28T09:05', null, null, null]);
});

test('another beginning moves the weekday until a repetition is chosen', () => {
  const once = windowDraft({ ...stored, repeat: null });
  const moved = [withStart(once, '2026-11-30 22:00'), withStart(windowDraft(stored), '2026-11-30 22:00')];
  expect(moved.map(({ repeat }) => repeat.days)).toEqual([['MO'], ['SA']]);
});

test('what is missing is named', () => {
  const draft = windowDraft(stored);
  expect([windowOf({ ...draft, startsAt: 'tomorrow' }), windowOf({ ...draft, duration: { amount: 0, unit: 'h' } }), windowOf({ ...draft, repeat: { ...draft.repeat, days: [] } })]).toEqual(['start', 'duration', 'days']);
});

test('a window is said with its zone where that is another one', () => {
  const windows = [{ ...stored, repeat: null }, stored, { ...stored, repeat: 'FREQ=MONTHLY;BYDAY=-1SU;COUNT=12' }, { ...stored, repeat: 'FREQ=WEEKLY;BYDAY=SA,SU;INTERVAL=2' }, { ...stored, repeat: 'FREQ=YEARLY' }];
  expect([...windows.map(window => whenWords(window, 'Asia/Tbilisi', t)), whenWords(stored, 'UTC', t)]).toEqual([
    '2026-11-28 22:00, for 1 h 30 min', 'Every Sat, 22:00, for 1 h 30 min', 'Monthly on the last Sunday, 12 times, 22:00, for 1 h 30 min', 'Every 2 weeks on Sat, Sun, 22:00, for 1 h 30 min', 'FREQ=YEARLY, 22:00, for 1 h 30 min',
    'Every Sat, 22:00, for 1 h 30 min (Asia/Tbilisi)',
  ]);
});
