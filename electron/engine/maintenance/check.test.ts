/** What is refused of a window, and what is only told. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MaintenanceInput } from '../../../shared/model/maintenance.ts';
import { checkedTimes, warningsOf, type Other } from './check.ts';
import { repetitionOf } from './repetition.ts';
import type { WindowTimes } from './times.ts';

const hour = 3_600_000;
const now = Date.parse('2026-06-01T00:00Z');
const input = (part: Partial<Record<keyof MaintenanceInput, unknown>>): MaintenanceInput =>
  MaintenanceInput.parse({ name: 'Sunday work', startsAt: '2026-06-07T22:00', zone: 'Asia/Tbilisi', durationMs: 4 * hour, repeat: null, ...part });

async function times(window: MaintenanceInput): Promise<WindowTimes> {
  const timed = await checkedTimes(window);
  if (timed.kind === 'wrong') throw new Error(timed.message);
  return timed.times;
}

describe('a window that cannot be kept is refused with a sentence', () => {
  test.each<readonly [Partial<Record<keyof MaintenanceInput, unknown>>, string]>([
    [{ zone: 'Asia/Atlantis' }, '"Asia/Atlantis" is not a time zone; write one such as Asia/Tbilisi.'],
    [{ zone: '+04:00' }, '"+04:00" is not a time zone; write one such as Asia/Tbilisi.'],
    [{ startsAt: '2026-02-30T22:00' }, 'There is no 2026-02-30 in the calendar.'],
    [{ startsAt: '0026-02-20T22:00' }, 'A window begins between 1970 and 2199.'],
    [{ repeat: 'every sunday' }, 'A repetition is an RRULE such as FREQ=WEEKLY;BYDAY=SU; "EVERY SUNDAY" is no part of one.'],
    [{ repeat: '' }, 'A repetition is an RRULE such as FREQ=WEEKLY;BYDAY=SU; "" is no part of one.'],
    [{ repeat: 'BYDAY=SU' }, 'The repetition does not say how often: begin with FREQ, as in FREQ=WEEKLY;BYDAY=SU.'],
    [{ repeat: 'FREQ=FORTNIGHTLY' }, 'FREQ is one of YEARLY, MONTHLY, WEEKLY, DAILY, HOURLY, not "FORTNIGHTLY".'],
    [{ repeat: 'FREQ=MINUTELY' }, 'A window cannot begin more often than hourly: FREQ=MINUTELY is too often.'],
    [{ repeat: 'FREQ=DAILY;BYHOUR=1,2,3;BYMINUTE=0,5,10,15,20,25,30,35,40,45' }, 'A window cannot begin more often than hourly: list fewer hours or minutes.'],
    [{ repeat: 'DTSTART:20260607T220000\nRRULE:FREQ=WEEKLY' }, 'Leave DTSTART out of the repetition: it begins when the window begins.'],
    [{ repeat: 'FREQ=WEEKLY\nEXDATE:20260614T220000' }, 'A repetition is one RRULE; single dates cannot be added to it or taken from it.'],
    [{ repeat: 'FREQ=WEEKLY;RSCALE=CHINESE' }, 'A repetition has no part "RSCALE"; its parts are FREQ, INTERVAL, COUNT, UNTIL, WKST, BYDAY, BYMONTH, BYMONTHDAY, BYYEARDAY, BYWEEKNO, BYSETPOS, BYHOUR, BYMINUTE.'],
    [{ repeat: 'FREQ=WEEKLY;BYSECOND=5' }, 'A window begins at a whole minute: leave BYSECOND out.'],
    [{ repeat: 'FREQ=WEEKLY;BYDAY=SU;BYDAY=MO' }, 'The repetition says BYDAY twice.'],
    [{ repeat: 'FREQ=WEEKLY;BYDAY=SUN' }, 'BYDAY lists weekdays such as SU, or -1SU for the last Sunday, not "SUN".'],
    [{ repeat: 'FREQ=WEEKLY;BYDAY=-1SU' }, '"The last Sunday" needs a month or a year: numbered weekdays in BYDAY go with FREQ=MONTHLY or YEARLY, not WEEKLY.'],
    [{ repeat: 'FREQ=MONTHLY;BYMONTHDAY=32' }, 'BYMONTHDAY lists numbers from 1 to 31, or from the end with a minus, not "32".'],
    [{ repeat: 'FREQ=WEEKLY;INTERVAL=0' }, 'INTERVAL is a number from 1 to 400, not "0".'],
    [{ repeat: 'FREQ=WEEKLY;COUNT=5;UNTIL=20270101' }, 'A repetition ends after COUNT times or at UNTIL: give one of them.'],
    [{ repeat: 'FREQ=WEEKLY;UNTIL=20270230' }, 'UNTIL is a date such as 20261231 or a time such as 20261231T220000Z, not "20270230".'],
    [{ repeat: 'FREQ=WEEKLY;UNTIL=20260607T175959Z' }, 'UNTIL lies before the start of the window.'],
    [{ repeat: 'FREQ=WEEKLY;COUNT=1000' }, 'COUNT=1000 takes more than ten years: give UNTIL instead.'],
    [{ repeat: 'FREQ=YEARLY;INTERVAL=9' }, 'INTERVAL is a number from 1 to 8, not "9".'],
    [{ repeat: 'FREQ=WEEKLY;BYDAY=SA,SU;BYSETPOS=1' }, 'BYSETPOS goes with FREQ=MONTHLY or YEARLY, not WEEKLY.'],
    [{ repeat: 'FREQ=WEEKLY;BYSETPOS=1' }, 'BYSETPOS chooses among what another part lists, and there is none.'],
    [{ repeat: 'FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30' }, 'The repetition never comes: no date of ten years fits it.'],
    [{ repeat: 'FREQ=HOURLY;BYMONTH=2;BYMONTHDAY=30' }, 'The repetition never comes: no date of ten years fits it.'],
    [{ repeat: 'FREQ=DAILY', durationMs: 24 * hour }, 'The window would never end: the next begins before one is over. Pause the devices instead, or make it shorter.'],
    [{ repeat: 'FREQ=WEEKLY;BYDAY=SA,SU', durationMs: 25 * hour }, 'The window overlaps itself: it lasts 1 d 1 h, and the next begins after 1 d.'],
    [{ repeat: 'FREQ=DAILY;COUNT=3', durationMs: 26.5 * hour }, 'The window overlaps itself: it lasts 1 d 2 h 30 min, and the next begins after 1 d.'],
    [{ scope: { interfaces: ['Fa0/*'] } }, 'A window covers whole devices: leave the interfaces out.'],
  ])('%j', async (part, message) => {
    expect(await checkedTimes(input(part))).toEqual({ kind: 'wrong', message });
  });
});

test.each(['RRULE:FREQ=WEEKLY;BYDAY=SU', 'freq=weekly; byday=su;', 'FREQ=WEEKLY;BYDAY=SA,SU', 'FREQ=MONTHLY;BYDAY=+1MO', 'FREQ=YEARLY;BYWEEKNO=-1;BYDAY=MO', 'FREQ=HOURLY;INTERVAL=6', 'FREQ=DAILY;UNTIL=20270101T000000'])('%s is a repetition', async repeat => {
  expect((await checkedTimes(input({ repeat }))).kind).toBe('times');
});

test('whatever a repetition says, it ends in a list or in a sentence', async () => {
  const word = fc.oneof(fc.constantFrom('FREQ=DAILY', 'FREQ=YEARLY', 'FREQ=HOURLY', 'FREQ=MONTHLY', 'FREQ=WEEKLY', 'BYDAY=', 'BYMONTH=2', 'BYMONTHDAY=30', 'BYMONTHDAY=-31', 'BYYEARDAY=-366', 'BYWEEKNO=53', 'BYSETPOS=366', 'BYSETPOS=-7', 'BYHOUR=1', 'BYMINUTE=59', 'INTERVAL=1000', 'INTERVAL=997', 'COUNT=900', 'UNTIL=99991231', 'BYDAY=53MO', 'BYDAY=-5FR', 'RRULE:'), fc.string({ maxLength: 12 }));
  await fc.assert(fc.asyncProperty(fc.array(word, { maxLength: 6 }), async words => {
    const timed = await checkedTimes(input({ repeat: words.join(';').slice(0, 500), durationMs: 60_000 }));
    expect(timed.kind === 'wrong' ? timed.message : 'It is fine.').toMatch(/^[A-Z"].*\.$/s);
  }), { numRuns: 150 });
  fc.assert(fc.property(fc.string({ maxLength: 200, unit: 'binary' }), text => repetitionOf(text).kind === 'wrong'));
});

describe('what is odd about a window is told', () => {
  const told = async (part: Partial<Record<keyof MaintenanceInput, unknown>>, covered = 3, others: readonly Other[] = []): Promise<string[]> => {
    const window = input({ scope: { branches: ['Kvareli'] }, ...part });
    return warningsOf(window, await times(window), { now, covered, others });
  };

  test('nothing of one that begins once, is to come and covers some', async () => {
    expect(await told({})).toEqual([]);
  });

  test('that it covers everything, or nothing', async () => {
    expect([await told({ scope: {} }), await told({ scope: {} }, 0)]).toEqual([['It covers every device.'], ['It covers no device.']]);
  });

  test('that it is over', async () => {
    expect([await told({ startsAt: '2026-05-31T22:00' }), await told({ startsAt: '2026-04-01T22:00', repeat: 'FREQ=DAILY;COUNT=20' })]).toEqual([['It lies wholly in the past.'], ['It lies wholly in the past.']]);
  });

  test('that it has no end, and that its start is none of its times', async () => {
    expect(await told({ repeat: 'FREQ=WEEKLY;BYDAY=SA' })).toEqual(['Its start is none of its times: it first begins on 2026-06-13 22:00.', 'It is repeated without an end.']);
  });

  test('which other window of the same devices it overlaps first', async () => {
    const [night, other] = await Promise.all([times(input({ startsAt: '2026-06-14T01:00', zone: 'Europe/Berlin', repeat: 'FREQ=WEEKLY;COUNT=3' })), times(input({ startsAt: '2026-08-01T22:00' }))]);
    expect(await told({ repeat: 'FREQ=DAILY;COUNT=30', durationMs: 6 * hour }, 3, [{ name: 'Berlin night', times: night }, { name: 'August', times: other }])).toEqual([
      'It overlaps the window "Berlin night" on 2026-06-14 01:00 (by the clocks of that window).',
    ]);
  });

  test('what changes of clocks do to it within a year, the first of each kind', async () => {
    expect([
      await told({ zone: 'Europe/Berlin', startsAt: '2026-06-01T02:30', durationMs: hour, repeat: 'FREQ=DAILY;COUNT=900' }),
      await told({ zone: 'Europe/Berlin', startsAt: '2026-06-01T22:00', durationMs: 8 * hour, repeat: 'FREQ=DAILY;COUNT=900' }),
      await told({ zone: 'Asia/Tbilisi', startsAt: '2026-06-01T02:30', durationMs: hour, repeat: 'FREQ=DAILY;COUNT=900' }),
    ]).toEqual([
      ['Clocks go back on 2026-10-25 and 02:30 comes twice: it begins the first time.', 'Clocks go forward on 2027-03-28 and 02:30 does not come: it begins at 03:30.'],
      ['Clocks change on 2026-10-24 while it lasts: it ends at 05:00 instead of 06:00.'],
      [],
    ]);
  });
});
