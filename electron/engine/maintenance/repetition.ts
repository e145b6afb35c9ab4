/** What a repetition says: the RRULE of RFC 5545 as a value, or a sentence about what is wrong with it. */

const frequencies = ['YEARLY', 'MONTHLY', 'WEEKLY', 'DAILY', 'HOURLY'] as const;
type Frequency = (typeof frequencies)[number];
const weekdays = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'] as const;

/** Until when it goes on: an instant, or a time by the clocks of the window. */
type Until = { readonly by: 'utc' | 'wall'; readonly at: number };

export type Repetition = {
  readonly freq: Frequency;
  readonly interval: number;
  readonly count: number | null;
  readonly until: Until | null;
  readonly wkst: string;
  readonly byDay: readonly string[];
  readonly byMonth: readonly number[];
  readonly byMonthDay: readonly number[];
  readonly byYearDay: readonly number[];
  readonly byWeekNo: readonly number[];
  readonly bySetPos: readonly number[];
  readonly byHour: readonly number[];
  readonly byMinute: readonly number[];
};

/** What a text is not, said to its writer. Never leaves this file. */
class Wrong extends Error {}

const mostTimes = 1_000;
/** Eight years where that is fewer: what comes more seldom is beyond the horizon of times.ts. */
const mostInterval = { YEARLY: 8, MONTHLY: 96, WEEKLY: 400, DAILY: 1_000, HOURLY: 1_000 } as const satisfies Record<Frequency, number>;
/** Checking is every second at best; what begins more often than hourly is no window but a way of looking away. */
const mostADay = 24;
const example = 'FREQ=WEEKLY;BYDAY=SU';

export function repetitionOf(text: string): { readonly kind: 'repetition'; readonly repetition: Repetition } | { readonly kind: 'wrong'; readonly message: string } {
  try {
    return { kind: 'repetition', repetition: read(text) };
  } catch (error) {
    if (error instanceof Wrong) return { kind: 'wrong', message: error.message };
    throw error;
  }
}

function read(text: string): Repetition {
  const parts = partsOf(text);
  const freq = frequencyOf(parts.get('FREQ'));
  const repetition: Repetition = {
    freq,
    interval: wholeNumber(parts, 'INTERVAL', mostInterval[freq]) ?? 1,
    count: wholeNumber(parts, 'COUNT', mostTimes),
    until: untilOf(parts.get('UNTIL')),
    wkst: oneOf(parts, 'WKST', weekdays) ?? 'MO',
    byDay: listOf(parts, 'BYDAY', part => /^(?:[+-]?(?:[1-9]|[1-4]\d|5[0-3]))?(?:MO|TU|WE|TH|FR|SA|SU)$/.test(part), 'weekdays such as SU, or -1SU for the last Sunday').map(day => day.replace('+', '')),
    byMonth: numbers(parts, 'BYMONTH', 1, 12),
    byMonthDay: numbers(parts, 'BYMONTHDAY', 1, 31, true),
    byYearDay: numbers(parts, 'BYYEARDAY', 1, 366, true),
    byWeekNo: numbers(parts, 'BYWEEKNO', 1, 53, true),
    bySetPos: numbers(parts, 'BYSETPOS', 1, 366, true),
    byHour: numbers(parts, 'BYHOUR', 0, 23),
    byMinute: numbers(parts, 'BYMINUTE', 0, 59),
  };
  checkTogether(repetition);
  return repetition;
}

const known = ['FREQ', 'INTERVAL', 'COUNT', 'UNTIL', 'WKST', 'BYDAY', 'BYMONTH', 'BYMONTHDAY', 'BYYEARDAY', 'BYWEEKNO', 'BYSETPOS', 'BYHOUR', 'BYMINUTE'];

function partsOf(text: string): ReadonlyMap<string, string> {
  const rule = text.trim().toUpperCase().replace(/^RRULE:/, '');
  if (/\bDTSTART\b/.test(rule)) throw new Wrong('Leave DTSTART out of the repetition: it begins when the window begins.');
  if (/\b(EXDATE|RDATE|EXRULE)\b/.test(rule)) throw new Wrong('A repetition is one RRULE; single dates cannot be added to it or taken from it.');
  const parts = new Map<string, string>();
  for (const part of rule.replace(/;$/, '').split(';')) {
    const [, name = '', value = ''] = /^\s*([A-Z-]+)\s*=\s*(\S+)\s*$/.exec(part) ?? [];
    if (name === '') throw new Wrong(`A repetition is an RRULE such as ${example}; "${part.slice(0, 40)}" is no part of one.`);
    if (name === 'BYSECOND') throw new Wrong('A window begins at a whole minute: leave BYSECOND out.');
    if (!known.includes(name)) throw new Wrong(`A repetition has no part "${name.slice(0, 40)}"; its parts are ${known.join(', ')}.`);
    if (parts.has(name)) throw new Wrong(`The repetition says ${name} twice.`);
    parts.set(name, value);
  }
  return parts;
}

function frequencyOf(value: string | undefined): Frequency {
  if (value === 'MINUTELY' || value === 'SECONDLY') throw new Wrong(`A window cannot begin more often than hourly: FREQ=${value} is too often.`);
  const found = frequencies.find(each => each === value);
  if (!found) throw new Wrong(value === undefined ? `The repetition does not say how often: begin with FREQ, as in ${example}.` : `FREQ is one of ${frequencies.join(', ')}, not "${value.slice(0, 40)}".`);
  return found;
}

function wholeNumber(parts: ReadonlyMap<string, string>, name: string, most: number): number | null {
  const value = parts.get(name);
  if (value === undefined) return null;
  const number = Number(value);
  if (!/^\d+$/.test(value) || number < 1 || number > most) throw new Wrong(`${name} is a number from 1 to ${most}, not "${value.slice(0, 40)}".`);
  return number;
}

function oneOf<T extends string>(parts: ReadonlyMap<string, string>, name: string, values: readonly T[]): T | null {
  const value = parts.get(name);
  const found = values.find(each => each === value);
  if (value !== undefined && found === undefined) throw new Wrong(`${name} is one of ${values.join(', ')}, not "${value.slice(0, 40)}".`);
  return found ?? null;
}

function listOf(parts: ReadonlyMap<string, string>, name: string, fits: (part: string) => boolean, what: string): string[] {
  const items = parts.get(name)?.split(',') ?? [];
  const bad = items.find(item => !fits(item));
  if (bad !== undefined) throw new Wrong(`${name} lists ${what}, not "${bad.slice(0, 40)}".`);
  return [...new Set(items)];
}

/** `fromEnd`: negative numbers count from the end. */
function numbers(parts: ReadonlyMap<string, string>, name: string, least: number, most: number, fromEnd = false): number[] {
  const fits = (item: string): boolean => {
    const number = fromEnd ? Math.abs(Number(item)) : Number(item);
    return /^[+-]?\d{1,3}$/.test(item) && number >= least && number <= most;
  };
  return listOf(parts, name, fits, `numbers from ${least} to ${most}${fromEnd ? ', or from the end with a minus' : ''}`).map(Number);
}

function untilOf(value: string | undefined): Until | null {
  if (value === undefined) return null;
  const [, year, month, day, time, hour, minute, second, utc] = /^(\d{4})(\d{2})(\d{2})(T(\d{2})(\d{2})(\d{2})(Z?))?$/.exec(value) ?? [];
  const iso = `${year}-${month}-${day}T${time ? `${hour}:${minute}:${second}` : '23:59:59'}`;
  const at = Date.parse(`${iso}Z`);
  // A 30 February would be taken for a day in March.
  if (Number.isNaN(at) || !new Date(at).toISOString().startsWith(iso)) throw new Wrong(`UNTIL is a date such as 20261231 or a time such as 20261231T220000Z, not "${value.slice(0, 40)}".`);
  return { by: utc === 'Z' ? 'utc' : 'wall', at };
}

/** The parts that RFC 5545, 3.3.10 does not allow beside one another. */
function checkTogether({ freq, count, until, byDay, byMonthDay, byYearDay, byWeekNo, bySetPos, byMonth, byHour, byMinute }: Repetition): void {
  if (count !== null && until !== null) throw new Wrong('A repetition ends after COUNT times or at UNTIL: give one of them.');
  const counted = byDay.some(day => /\d/.test(day));
  if (counted && freq !== 'MONTHLY' && freq !== 'YEARLY') throw new Wrong(`"The last Sunday" needs a month or a year: numbered weekdays in BYDAY go with FREQ=MONTHLY or YEARLY, not ${freq}.`);
  if (counted && byWeekNo.length > 0) throw new Wrong('Numbered weekdays in BYDAY do not go with BYWEEKNO.');
  if (byWeekNo.length > 0 && freq !== 'YEARLY') throw new Wrong(`BYWEEKNO goes with FREQ=YEARLY, not ${freq}.`);
  if (byYearDay.length > 0 && freq !== 'YEARLY' && freq !== 'HOURLY') throw new Wrong(`BYYEARDAY goes with FREQ=YEARLY, not ${freq}.`);
  if (byMonthDay.length > 0 && freq === 'WEEKLY') throw new Wrong('BYMONTHDAY does not go with FREQ=WEEKLY.');
  if (bySetPos.length > 0 && [byDay, byMonthDay, byYearDay, byWeekNo, byMonth, byHour, byMinute].every(part => part.length === 0)) throw new Wrong('BYSETPOS chooses among what another part lists, and there is none.');
  // Choosing among the hours of a day is hard work for the library, and says nothing that BYHOUR does not.
  if (bySetPos.length > 0 && freq !== 'MONTHLY' && freq !== 'YEARLY') throw new Wrong(`BYSETPOS goes with FREQ=MONTHLY or YEARLY, not ${freq}.`);
  const timesADay = (freq === 'HOURLY' && byHour.length === 0 ? mostADay : Math.max(1, byHour.length)) * Math.max(1, byMinute.length);
  if (timesADay > mostADay) throw new Wrong('A window cannot begin more often than hourly: list fewer hours or minutes.');
}
