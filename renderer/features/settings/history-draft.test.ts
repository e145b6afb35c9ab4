import i18n from 'i18next';
import { beforeAll, expect, test } from 'vitest';
import type { Forecast } from '../../../shared/model/history.ts';
import { Settings } from '../../../shared/model/settings.ts';
import { startTexts } from '../../i18n.ts';
import { forecastSentence, historyDraft, historyOf, isSameHistory, keptDays } from './history-draft.ts';

beforeAll(() => startTexts('en'));

const stored = Settings.shape.history.parse({});
const draft = historyDraft(stored);

test('an untouched draft is what is stored, with and without a maximum', () => {
  const limited = { ...stored, maxSizeMb: 500 };
  expect([historyOf(draft), historyOf(historyDraft(limited)), isSameHistory(stored, limited)]).toEqual([stored, limited, false]);
});

test('a maximum that is switched on has a size, and one that is switched off is none whatever stands in its field', () => {
  expect([historyOf({ ...draft, limited: true })?.maxSizeMb, historyOf({ ...draft, limited: false, maxSizeMb: '' })?.maxSizeMb]).toEqual([2_000, null]);
});

test.each([{ rawDays: 1 }, { fiveMinDays: '' }, { hourDays: 30 }, { limited: true, maxSizeMb: 10 }, { dailyRunAt: '25:00' }, { dailyRunAt: '3' }])('%o cannot be stored', part => expect(historyOf({ ...draft, ...part })).toBeNull());

test('days that do not fit are fewer, and there are never more than were asked for', () => {
  const forecast: Forecast = { samplesPerDay: 1, bytesPerSample: 3, bytesNow: 1, bytesFull: 2, rawDays: 12.7, fiveMinDays: 400, hourDays: 1_095, leastSizeMb: 100, verdict: 'shortened', message: null };
  expect(keptDays(stored, forecast)).toEqual([
    { resolution: 'raw', asked: 30, kept: 12 },
    { resolution: '5min', asked: 180, kept: 180 },
    { resolution: 'hourDay', asked: 1_095, kept: 1_095 },
  ]);
});

test('the engine\'s sentence is shown as it is in English; in another language ours says as much, and a refusal keeps the exact words', () => {
  const of = (verdict: Forecast['verdict'], message: string | null, language: string): string => forecastSentence({ verdict, message, leastSizeMb: 100 }, i18n.getFixedT(language, 'settings'), language);
  expect([of('kept', null, 'en'), of('shortened', 'Less.', 'en'), of('shortened', 'Less.', 'ka'), of('impossible', 'Never.', 'ka'), of('impossible', null, 'en')]).toEqual([
    '', 'Less.', 'ზღვარში ყველაფერი არ ეტევა: ნაკლები დღე შეინახება.', 'ამის შენახვა შეუძლებელია; ზომა უნდა იყოს სულ მცირე 100 MB. Never.', 'This cannot be kept; the maximum must be at least 100 MB.',
  ]);
});
