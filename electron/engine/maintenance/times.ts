/** When a window begins, by the clocks of its zone: once, or as its repetition says. */
import type { RRuleOptions, RRuleTemporal } from 'rrule-temporal';
import type { MaintenanceInput } from '../../../shared/model/maintenance.ts';
import { repetitionOf, type Repetition } from './repetition.ts';
import { zoneOf, type Zone } from '../zone.ts';

export type WindowTimes = {
  readonly zone: Zone;
  readonly durationMs: number;
  /** The wall-clock time that it was said to begin at. Times are held as in zone.ts. */
  readonly startWall: number;
  /** It repeats without an end. */
  readonly isEndless: boolean;
  /** The wall-clock times at which it begins, from one of them on, in order, for the years of the horizon. Each is worked out when it is taken. */
  readonly starts: (fromWall: number) => Iterable<number>;
};

export type Timed = { readonly kind: 'times'; readonly times: WindowTimes } | { readonly kind: 'wrong'; readonly message: string };

const dayMs = 86_400_000;
const yearMs = 366 * dayMs;
/** Leap days come every eight years at worst; what does not come in these is told as never. Looking further only takes longer. */
export const horizonMs = 10 * yearMs;
/** The library lists what lies in a stretch of time. Stretches grow while nothing is found in them, up to where its caps on work would be met. */
const firstStretchMs = 32 * dayMs;
const longestStretchMs = { YEARLY: 8 * yearMs, MONTHLY: 8 * yearMs, WEEKLY: 4 * yearMs, DAILY: 4 * yearMs, HOURLY: yearMs } as const satisfies Record<Repetition['freq'], number>;
const mostSteps = 40_000;

type Written = Pick<MaintenanceInput, 'startsAt' | 'zone' | 'durationMs' | 'repeat'>;

/** The library is loaded with the first window that repeats: it takes eight megabytes, and most consoles have none. */
export async function timesOf({ startsAt, zone: zoneName, durationMs, repeat }: Written): Promise<Timed> {
  const zone = zoneOf(zoneName);
  if (!zone) return wrong(`"${zoneName.slice(0, 60)}" is not a time zone; write one such as Asia/Tbilisi.`);
  const startWall = Date.parse(`${startsAt}Z`);
  if (Number.isNaN(startWall) || !new Date(startWall).toISOString().startsWith(startsAt)) return wrong(`There is no ${startsAt.slice(0, 10)} in the calendar.`);
  if (startWall < Date.UTC(1970, 0, 2) || startWall >= Date.UTC(2200, 0)) return wrong('A window begins between 1970 and 2199.');
  const common = { zone, durationMs, startWall };
  if (repeat === null) return { kind: 'times', times: { ...common, isEndless: false, starts: fromWall => (fromWall <= startWall ? [startWall] : []) } };

  const read = repetitionOf(repeat);
  if (read.kind === 'wrong') return read;
  const { repetition } = read;
  const { RRuleTemporal: Rule } = await import('rrule-temporal');
  const rule = new Rule(ruleOf(repetition, startWall));
  const until = untilOf(repetition, zone);
  if (until && !until.reaches(startWall)) return wrong('UNTIL lies before the start of the window.');
  const unlimited = (fromWall: number): Iterable<number> => listed(rule, Math.max(fromWall, startWall), longestStretchMs[repetition.freq]);
  const lastWall = repetition.count === null ? (until?.lastWall ?? Infinity) : nth(unlimited(startWall), repetition.count);
  if (lastWall === null) return wrong(`COUNT=${repetition.count} takes more than ten years: give UNTIL instead.`);
  return {
    kind: 'times',
    times: {
      ...common,
      isEndless: repetition.count === null && until === null,
      * starts(fromWall) {
        for (const wall of unlimited(fromWall)) {
          if (wall > lastWall) return;
          if (!until || until.reaches(wall)) yield wall;
        }
      },
    },
  };
}

const wrong = (message: string): Timed => ({ kind: 'wrong', message });

/**
 * The rule as the library takes it: on a clock in UTC, which skips nothing and repeats nothing, so that RFC 5545's own rule for such times (3.3.10 by 3.3.5) is applied here to every
 * occurrence. The library leaves out those that clocks skip: that night's work would raise alerts. COUNT and UNTIL are kept away from it, so that it can jump to a time without walking from the start.
 */
function ruleOf(repetition: Repetition, startWall: number): RRuleOptions {
  const { freq, interval, wkst, byDay, byMonth, byMonthDay, byYearDay, byWeekNo, bySetPos, byHour, byMinute } = repetition;
  const given = Object.fromEntries(Object.entries({ byDay, byMonth, byMonthDay, byYearDay, byWeekNo, bySetPos, byHour, byMinute }).flatMap(([name, values]) => (values.length > 0 ? [[name, [...values]]] : [])));
  const start = { timeZoneId: 'UTC', toString: () => `${new Date(startWall).toISOString().slice(0, 19)}+00:00[UTC]` };
  return { freq, interval, wkst, ...given, dtstart: start, tzid: 'UTC', cache: false, maxIterations: mostSteps };
}

function* listed(rule: RRuleTemporal, fromWall: number, longestMs: number): Iterable<number> {
  const end = fromWall + horizonMs;
  for (let begin = fromWall, stretchMs = firstStretchMs; begin <= end; stretchMs = Math.min(longestMs, 2 * stretchMs)) {
    const last = begin + stretchMs - 1;
    for (const found of rule.between(new Date(begin), new Date(last), true)) yield found.epochMilliseconds;
    begin = last + 1;
  }
}

/** null: there are some, and fewer than that. */
function nth(walls: Iterable<number>, count: number): number | null {
  let left = count;
  for (const wall of walls) if (--left === 0) return wall;
  return left === count ? -Infinity : null;
}

/** `lastWall`: nothing later needs to be looked at. An instant is compared as one: in an hour that comes twice clocks say less. */
function untilOf({ until }: Repetition, zone: Zone): { readonly lastWall: number; reaches(wall: number): boolean } | null {
  if (until === null) return null;
  if (until.by === 'wall') return { lastWall: until.at, reaches: wall => wall <= until.at };
  return { lastWall: zone.wallOf(until.at) + dayMs, reaches: wall => zone.named(wall).at <= until.at };
}
