/** Repetitions as a form edits them, and as the RRULE (RFC 5545) that they are stored as. */

/** Monday first, as the standard writes them. */
export const weekdays = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'] as const;
export type Weekday = (typeof weekdays)[number];
export const repeatKinds = ['once', 'daily', 'weekly', 'month-day', 'month-weekday', 'own'] as const;
export type RepeatKind = (typeof repeatKinds)[number];
/** Which of the month's weekdays; -1: the last. */
export const places = [1, 2, 3, 4, -1] as const;
export type Place = (typeof places)[number];

/** All fields of all kinds, so that changing the kind loses nothing. `times` empty: without end. `text`: an RRULE of one's own. */
export type RepeatDraft = {
  readonly kind: RepeatKind;
  readonly every: number | string;
  readonly days: readonly Weekday[];
  readonly monthDay: number | string;
  readonly place: Place;
  readonly weekday: Weekday;
  readonly times: number | string;
  readonly text: string;
};

/** What `repeat` says; what the form has no fields for is a text of one's own. The rest of the fields begins as the day of the first time suggests: "2026-11-28T22:00". */
export function repeatDraft(repeat: string | null, startsAt: string): RepeatDraft {
  const fresh = freshDraft(startsAt);
  if (repeat === null) return fresh;
  const own: RepeatDraft = { ...fresh, kind: 'own', text: repeat };
  const parts = new Map(repeat.replace(/^RRULE:/i, '').toUpperCase().split(';').map(part => [part.slice(0, part.indexOf('=')), part.slice(part.indexOf('=') + 1)] as const));
  if ([...parts.keys()].some(name => !['FREQ', 'INTERVAL', 'BYDAY', 'BYMONTHDAY', 'COUNT'].includes(name))) return own;
  const every = wholeNumber(parts.get('INTERVAL') ?? '1');
  const times = parts.has('COUNT') ? wholeNumber(parts.get('COUNT') ?? '') : '';
  if (every === null || times === null) return own;
  const base: RepeatDraft = { ...fresh, every, times };
  const byDay = parts.get('BYDAY')?.split(',') ?? [];
  const byMonthDay = parts.get('BYMONTHDAY');
  switch (parts.get('FREQ')) {
    case 'DAILY':
      return byDay.length > 0 || byMonthDay !== undefined ? own : { ...base, kind: 'daily' };
    case 'WEEKLY': {
      const days = weekdays.filter(day => byDay.includes(day));
      if (byMonthDay !== undefined || days.length < byDay.length) return own;
      return { ...base, kind: 'weekly', days: days.length === 0 ? fresh.days : days };
    }
    case 'MONTHLY': {
      if (byDay.length === 0) {
        const monthDay = byMonthDay === undefined ? fresh.monthDay : wholeNumber(byMonthDay);
        return monthDay === null ? own : { ...base, kind: 'month-day', monthDay };
      }
      const [, number, name] = /^(-?\d)(\w\w)$/.exec(byDay.length === 1 ? (byDay[0] ?? '') : '') ?? [];
      const place = places.find(each => String(each) === number);
      const weekday = weekdays.find(each => each === name);
      return place === undefined || weekday === undefined || byMonthDay !== undefined ? own : { ...base, kind: 'month-weekday', place, weekday };
    }
    default:
      return own;
  }
}

function freshDraft(startsAt: string): RepeatDraft {
  const [year = 2026, month = 1, day = 1] = startsAt.slice(0, 10).split('-').map(Number);
  // The weekday of a date is the same in every zone; the week of Date begins with Sunday.
  const weekday = weekdays[(new Date(Date.UTC(year, month - 1, day)).getUTCDay() + 6) % 7] ?? 'MO';
  return { kind: 'once', every: 1, days: [weekday], monthDay: day, place: places[Math.min(3, Math.floor((day - 1) / 7))] ?? 1, weekday, times: '', text: '' };
}

const wholeNumber = (text: string): number | null => (/^[1-9]\d{0,3}$/.test(text) ? Number(text) : null);
const isWhole = (value: number | string, most: number): value is number => typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= most;

/** What is wrong with a repetition before the engine is asked. */
export type RepeatMissing = 'every' | 'days' | 'monthDay' | 'times' | 'text';

/** As it is stored; null: once. */
export function repeatOf(draft: RepeatDraft): { readonly repeat: string | null } | RepeatMissing {
  const { kind, every, days, monthDay, place, weekday, times, text } = draft;
  if (kind === 'once') return { repeat: null };
  if (kind === 'own') return text.trim() === '' ? 'text' : { repeat: text.trim().replace(/^RRULE:/i, '') };
  if (!isWhole(every, 1_000)) return 'every';
  if (times !== '' && !isWhole(times, 9_999)) return 'times';
  const ends = `${every === 1 ? '' : `;INTERVAL=${every}`}${times === '' ? '' : `;COUNT=${times}`}`;
  switch (kind) {
    case 'daily':
      return { repeat: `FREQ=DAILY${ends}` };
    case 'weekly':
      return days.length === 0 ? 'days' : { repeat: `FREQ=WEEKLY;BYDAY=${weekdays.filter(day => days.includes(day)).join(',')}${ends}` };
    case 'month-day':
      return isWhole(monthDay, 31) ? { repeat: `FREQ=MONTHLY;BYMONTHDAY=${monthDay}${ends}` } : 'monthDay';
    case 'month-weekday':
      return { repeat: `FREQ=MONTHLY;BYDAY=${place}${weekday}${ends}` };
    default:
      return kind satisfies never;
  }
}
