import i18n from 'i18next';
import { beforeAll, expect, test } from 'vitest';
import type { JobRow } from '../../shared/model/storage.ts';
import { startTexts } from '../i18n.ts';
import { jobSentence } from './job-sentence.ts';

beforeAll(() => startTexts('en'));

const job = (part: Partial<JobRow>): JobRow => ({ id: 'a', kind: 'export', state: 'running', startedAt: 0, endedAt: null, progress: 0.429, file: '/srv/ping.csv', bytes: 12_400_000, rows: 120_000, message: null, ...part });

test.each<[Partial<JobRow>, string]>([
  [{}, '42 %, 120,000 rows'],
  [{ kind: 'backup', rows: null }, '42 %'],
  [{ state: 'done', progress: 1 }, '120,000 rows (12 MB) are in /srv/ping.csv.'],
  [{ state: 'done', rows: 1, bytes: 900 }, '1 row (900 B) is in /srv/ping.csv.'],
  [{ state: 'done', kind: 'backup', rows: null, file: '/srv/a.db' }, 'The backup (12 MB) is /srv/a.db.'],
  [{ state: 'done', message: 'Two stretches were damaged and left out.' }, '120,000 rows (12 MB) are in /srv/ping.csv. Two stretches were damaged and left out.'],
  [{ state: 'failed', message: 'The disk is full.' }, 'The disk is full.'],
  [{ state: 'failed' }, 'It failed.'],
  [{ state: 'cancelled' }, 'Cancelled; nothing of it was left behind.'],
])('%o', (part, sentence) => expect(jobSentence(job(part), i18n.t, 'en')).toBe(sentence));

test('in another language the engine\'s own sentence follows a word of that language', () => {
  expect(jobSentence(job({ state: 'failed', message: 'The disk is full.' }), i18n.getFixedT('ka'), 'ka')).toBe('ვერ მოხერხდა. The disk is full.');
});
