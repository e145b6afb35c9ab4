/** The clocks of a time zone: which instant a wall-clock time names, and what they show at an instant. */

const dayMs = 86_400_000;

/** A wall-clock time is held as the UTC ms at which a clock in UTC would show it. `fits`: how often the clocks of the zone show it. */
type Named = { readonly at: number; readonly fits: 'once' | 'twice' | 'never' };

export type Zone = {
  readonly wallOf: (at: number) => number;
  /** RFC 5545, 3.3.5: of two instants the first; a time that clocks skip is read with the offset before the gap, which is as long after it as it lies within. */
  readonly named: (wall: number) => Named;
};

/** One of each: a hundred windows are in a zone or two, and a clock of Intl takes a hundred kilobytes. */
const made = new Map<string, Zone>();

/** Null: there is no such zone. */
export function zoneOf(name: string): Zone | null {
  const zone = made.get(name) ?? makeZone(name);
  if (zone) made.set(name, zone);
  return zone;
}

function makeZone(name: string): Zone | null {
  // Offsets such as +04:00 are zones to Intl; they know no change of clocks, and who writes one means a place.
  if (!/^[A-Za-z]/.test(name)) return null;
  let clock: Intl.DateTimeFormat;
  try {
    clock = new Intl.DateTimeFormat('en-US', { timeZone: name, hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric' });
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
  const wallOf = (at: number): number => {
    const shown = new Map(clock.formatToParts(at).map(({ type, value }) => [type, Number(value)]));
    const part = (type: Intl.DateTimeFormatPartTypes): number => shown.get(type) ?? Number.NaN;
    return Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second')) + (((at % 1_000) + 1_000) % 1_000);
  };
  return {
    wallOf,
    named(wall) {
      // No zone is more than a day away from UTC, and none changes its offset twice within two days: one of the two holds.
      const candidates = [wall - dayMs, wall + dayMs].map(near => wall - (wallOf(near) - near));
      const [before = wall, after = wall] = candidates;
      const fitting = [...new Set(candidates)].filter(at => wallOf(at) === wall);
      if (fitting.length === 0) return { at: before, fits: 'never' };
      return fitting.length === 1 ? { at: fitting[0] ?? before, fits: 'once' } : { at: Math.min(before, after), fits: 'twice' };
    },
  };
}
