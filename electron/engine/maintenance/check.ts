/** What is wrong with a window, and what is odd about it. */
import type { MaintenanceInput } from '../../../shared/model/maintenance.ts';
import { isEverything } from './covers.ts';
import { activeAt, nextStart, occurrences } from './occurrences.ts';
import { timesOf, type Timed, type WindowTimes } from './times.ts';

const dayMs = 86_400_000;
/** So many starts, or so long a time of them, show how close a repetition comes to itself. */
const startsLookedAt = 400;
const lookedAtMs = 4 * 366 * dayMs;
/** How far ahead two windows are compared, and changes of clocks are looked for. */
const comparedMs = 92 * dayMs;
const clocksMs = 366 * dayMs;

/** The times of a window, or one sentence that says why it cannot be saved. */
export async function checkedTimes(window: MaintenanceInput): Promise<Timed> {
  const timed = await timesOf(window);
  if (timed.kind === 'wrong') return timed;
  const message = window.scope.interfaces.length > 0 ? 'A window covers whole devices: leave the interfaces out.' : window.repeat === null ? null : wrongWith(timed.times);
  return message === null ? timed : { kind: 'wrong', message };
}

/** Gaps are measured by the wall: what a change of clocks makes shorter once a year is told as odd, not refused. */
function wrongWith({ starts, startWall, durationMs, isEndless }: WindowTimes): string | null {
  let first: number | null = null;
  let before: number | null = null;
  let leastGapMs = Infinity;
  let mostGapMs = 0;
  let seen = 0;
  for (const wall of starts(startWall)) {
    if (before !== null) {
      leastGapMs = Math.min(leastGapMs, wall - before);
      mostGapMs = Math.max(mostGapMs, wall - before);
    }
    first ??= wall;
    before = wall;
    if (++seen === startsLookedAt || wall - first > lookedAtMs) break;
  }
  if (before === null) return 'The repetition never comes: no date of ten years fits it.';
  if (isEndless && mostGapMs > 0 && mostGapMs <= durationMs) return 'The window would never end: the next begins before one is over. Pause the devices instead, or make it shorter.';
  if (durationMs > leastGapMs) return `The window overlaps itself: it lasts ${lengthOf(durationMs)}, and the next begins after ${lengthOf(leastGapMs)}.`;
  return null;
}

export type Other = { readonly name: string; readonly times: WindowTimes };

/** `covered`: how many devices it covers; `others`: windows that cover one of them. */
export function warningsOf(window: MaintenanceInput, times: WindowTimes, { now, covered, others }: { readonly now: number; readonly covered: number; readonly others: readonly Other[] }): string[] {
  const { isEndless, zone, startWall } = times;
  const coming = occurrences(times, now, now + clocksMs, startsLookedAt);
  const [first] = times.starts(startWall);
  const said: (string | null)[] = [
    covered === 0 ? 'It covers no device.' : null,
    covered > 0 && isEverything(window.scope) ? 'It covers every device.' : null,
    nextStart(times, now) === null && activeAt(times, now) === null ? 'It lies wholly in the past.' : null,
    first !== undefined && first !== startWall ? `Its start is none of its times: it first begins on ${written(first)}.` : null,
    isEndless ? 'It is repeated without an end.' : null,
    ...others.map(other => overlapWith(coming, other, now)),
    ...clockChanges(times, coming.map(({ from }) => from), zone),
  ];
  return said.filter(each => each !== null);
}

function overlapWith(coming: ReturnType<typeof occurrences>, other: Other, now: number): string | null {
  const theirs = occurrences(other.times, now, now + comparedMs, startsLookedAt);
  let i = 0;
  for (const mine of coming) {
    while ((theirs[i]?.to ?? Infinity) <= mine.from) i++;
    const their = theirs[i];
    if (!their) return null;
    if (their.from < mine.to) return `It overlaps the window "${other.name}" on ${written(other.times.zone.wallOf(Math.max(mine.from, their.from)))} (by the clocks of that window).`;
  }
  return null;
}

/** The first of each kind within a year. */
function clockChanges({ durationMs, starts }: WindowTimes, instants: readonly number[], zone: WindowTimes['zone']): string[] {
  const [earliest] = instants;
  const latest = instants.at(-1);
  if (earliest === undefined || latest === undefined) return [];
  const found = new Map<string, string>();
  const tell = (kind: string, sentence: string): void => void (found.has(kind) || found.set(kind, sentence));
  const lastWall = zone.wallOf(latest);
  for (const wall of starts(zone.wallOf(earliest) - dayMs)) {
    if (wall > lastWall) break;
    const { at, fits } = zone.named(wall);
    if (at < earliest) continue;
    const ends = zone.wallOf(at + durationMs);
    const byClock = wall + durationMs;
    if (fits === 'never') tell(fits, `Clocks go forward on ${written(wall).slice(0, 10)} and ${written(wall).slice(11)} does not come: it begins at ${written(zone.wallOf(at)).slice(11)}.`);
    else if (fits === 'twice') tell(fits, `Clocks go back on ${written(wall).slice(0, 10)} and ${written(wall).slice(11)} comes twice: it begins the first time.`);
    else if (ends !== byClock) tell('within', `Clocks change on ${written(wall).slice(0, 10)} while it lasts: it ends at ${written(ends).slice(11)} instead of ${written(byClock).slice(11)}.`);
  }
  return [...found.values()];
}

const written = (wall: number): string => new Date(wall).toISOString().slice(0, 16).replace('T', ' ');

function lengthOf(ms: number): string {
  const minutes = Math.round(ms / 60_000);
  const [days, hours, rest] = [Math.floor(minutes / 1_440), Math.floor(minutes / 60) % 24, minutes % 60];
  return [days > 0 ? `${days} d` : '', hours > 0 ? `${hours} h` : '', rest > 0 ? `${rest} min` : ''].filter(part => part !== '').join(' ');
}
