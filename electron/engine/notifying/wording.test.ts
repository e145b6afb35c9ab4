/** What messages say to people. */
import { afterEach, describe, expect, test } from 'vitest';
import { happened, messageWith } from './message-for-tests.ts';
import { plainText, wordingOf } from './wording.ts';

const zone = process.env['TZ'];
afterEach(() => {
  if (zone === undefined) delete process.env['TZ'];
  else process.env['TZ'] = zone;
});
const minuteMs = 60_000;

const saidIn = (name: string, contents: Parameters<typeof wordingOf>[0], now = happened): string => {
  process.env['TZ'] = name;
  const { subject, paragraphs } = wordingOf(contents, now);
  return `${subject}\n\n${plainText(paragraphs)}`;
};

describe('a message', () => {
  test('of a problem says what, why, whom, where and since when', () => {
    expect(saidIn('Asia/Tbilisi', [messageWith()])).toBe(`PROBLEM critical: Kvareli is down

The branch router does not answer.

What shows it:
- The gateway answers.
- 39 of 40 devices behind it do not.

Affected: Kvareli router, Kvareli ATM and 38 more
Place: Kvareli, Kakheti

Since 2026-03-05 13:59:00 UTC+04:00.
Found 2026-03-05 14:00:00 UTC+04:00.

Sent by noc-1.`);
  });

  test('of a recovery says how long it was', () => {
    const over = messageWith({ kind: 'recovery', evidence: [], closedAt: happened + 192_000, at: happened + 192_000, affected: ['Kvareli router'], affectedCount: 1, region: null, station: '' });
    expect(saidIn('America/St_Johns', [over], happened + 192_000)).toBe(`RECOVERY critical: Kvareli was down for 4 min 12 s

The branch router does not answer.

Affected: Kvareli router
Place: Kvareli

Over since 2026-03-05 06:33:12 UTC-03:30: it lasted 4 min 12 s.
Began 2026-03-05 06:29:00 UTC-03:30.`);
  });

  test('that is sent more than 5 min after it happened says so', () => {
    expect([4, 5, 6].map(minutes => /^Sent late.*$/m.exec(saidIn('UTC', [messageWith()], happened + minutes * minuteMs))?.[0] ?? null)).toEqual([null, null, 'Sent late: this happened at 2026-03-05 10:00:00 UTC+00:00.']);
  });

  test('has a subject by its kind', () => {
    const subjects = (['problem', 'update', 'flapping', 'recovery', 'test'] as const).map(kind => wordingOf([messageWith({ kind, severity: 'low', title: 'Both links of Kvareli are slow', closedAt: happened + 2 * 86_400_000 })], happened).subject);
    expect([...subjects, wordingOf([messageWith({ kind: 'recovery', title: 'Both links of Kvareli are down', since: happened, closedAt: null })], happened).subject]).toEqual([
      'PROBLEM low: Both links of Kvareli are slow', 'UPDATE low: Both links of Kvareli are slow', 'FLAPPING low: Both links of Kvareli are slow', 'RECOVERY low: Both links of Kvareli are slow (over, after 2 d)', 'TEST: Both links of Kvareli are slow',
      'RECOVERY critical: Both links of Kvareli were down for 0 s',
    ]);
  });

  test('names 20 of what is affected, and lets no name break its lines or go on for ever', () => {
    const names = Array.from({ length: 25 }, (_, at) => `atm${at}`);
    const text = saidIn('UTC', [messageWith({ title: `a\r\nSubject: b\u202e ${'x'.repeat(900)}`, affected: names, affectedCount: 25 })]);
    expect([text.split('\n')[0]?.slice(0, 42), text.split('\n')[0]?.length, /^Affected: .*$/m.exec(text)?.[0]]).toEqual(['PROBLEM critical: a Subject: b xxxxxxxxxxxx'.slice(0, 42), 218, `Affected: ${names.slice(0, 20).join(', ')} and 5 more`]);
  });
});

describe('several messages in one', () => {
  test('are counted by kind, and each is told in short', () => {
    const contents = [messageWith({ affectedCount: 2 }), messageWith({ kind: 'recovery', severity: 'high', title: 'Telavi is down', verdict: 'It answers again.', closedAt: happened, affected: [], affectedCount: 0 }), messageWith({ severity: 'low', title: 'Slow', station: 'noc-2', affected: [], affectedCount: 0 })];
    expect(saidIn('UTC', contents, happened + 10 * minuteMs)).toBe(`3 messages: 2 PROBLEM, 1 RECOVERY, worst critical

PROBLEM critical: Kvareli is down
The branch router does not answer.
Affected: Kvareli router, Kvareli ATM
Since 2026-03-05 09:59:00 UTC+00:00.
Sent late: this happened at 2026-03-05 10:00:00 UTC+00:00.

RECOVERY high: Telavi was down for 1 min
It answers again.
Over since 2026-03-05 10:00:00 UTC+00:00: it lasted 1 min.
Sent late: this happened at 2026-03-05 10:00:00 UTC+00:00.

PROBLEM low: Slow
The branch router does not answer.
Since 2026-03-05 09:59:00 UTC+00:00.
Sent late: this happened at 2026-03-05 10:00:00 UTC+00:00.

Sent by noc-1, noc-2.`);
  });

  test('are told to 50', () => {
    const { subject, paragraphs } = wordingOf(Array.from({ length: 53 }, () => messageWith({ kind: 'recovery' })), happened);
    expect([subject, paragraphs.length, paragraphs.at(-2)]).toEqual(['53 messages: 53 RECOVERY', 52, ['… and 3 more']]);
  });
});
