/** How a day is written down: what happens, and what an operator should get from it. */
import type { TargetInput } from '../../shared/model/notification.ts';
import type { IncidentRow } from '../../shared/model/incident.ts';
import type { z } from 'zod';
import type { Part } from './estate.ts';
import type { Stage } from './stage.ts';

/** A time of the day such as "07:10" or "07:10:30", by a clock that nobody sets. */
export type TimeOfDay = string;

/** An incident that should be on the board, exactly once. */
export type ExpectedIncident = {
  readonly kind: IncidentRow['kind'];
  /** What it is called in the end, when it is over. */
  readonly title: string;
  readonly severity: IncidentRow['severity'];
  /** Where its verdict says that the fault lies; left out: not looked at. */
  readonly fault?: IncidentRow['fault'];
  /** When it can first be known; it is on the board within `foundS` seconds. */
  readonly since: TimeOfDay;
  readonly foundS?: number;
  /** When it is over; it is closed within `overS` seconds. Null: it is still open at the end. */
  readonly until: TimeOfDay | null;
  readonly overS?: number;
  /** By recipient: each message as "07:10 problem", to arrive within a minute, or "07:10..07:14 problem"; after a colon its title where that is another than the incident's. */
  readonly told: Readonly<Record<string, readonly string[]>>;
};

export type Happening = {
  readonly what: string;
  readonly steps: readonly { readonly at: TimeOfDay; readonly act: (stage: Stage) => void | Promise<void> }[];
  readonly incidents: readonly ExpectedIncident[];
};

export type Scenario = {
  /** UTC ms of 00:00. */
  readonly midnight: number;
  readonly from: TimeOfDay;
  readonly until: TimeOfDay;
  readonly devices: number;
  readonly deadShare: number;
  readonly loss: number;
  readonly parts: readonly Part[];
  readonly recipients: readonly z.input<typeof TargetInput>[];
  readonly happenings: readonly Happening[];
};

/** In ms after midnight. */
export function timeOf(text: TimeOfDay): number {
  const [, hours, minutes, seconds = '0'] = /^(\d\d):(\d\d)(?::(\d\d))?$/.exec(text) ?? [];
  if (hours === undefined || minutes === undefined) throw new Error(`"${text}" is not a time such as 07:10 or 07:10:30`);
  return ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1_000;
}

/** "07:10:30". */
export function sayTime(ms: number): string {
  const two = (n: number): string => String(Math.floor(n)).padStart(2, '0');
  return `${two(ms / 3_600_000)}:${two((ms / 60_000) % 60)}:${two((ms / 1_000) % 60)}`;
}

/** A part of the day, with other devices: what begins before it, or does not end within it, is left out. */
export function partOf(scenario: Scenario, from: TimeOfDay, until: TimeOfDay, devices: number): Scenario {
  const [startMs, endMs] = [timeOf(from), timeOf(until)];
  const isWithin = ({ steps, incidents }: Happening): boolean => {
    const times = [...steps.map(({ at }) => timeOf(at)), ...incidents.map(each => (each.until === null ? timeOf(each.since) : timeOf(each.until) + 1_000 * (each.overS ?? 0)))];
    return times.every(ms => ms >= startMs + 60_000 && (ms < endMs - 60_000 || until === scenario.until)) && (until === scenario.until || incidents.every(each => each.until !== null));
  };
  const isWhole = from === scenario.from && until === scenario.until;
  return { ...scenario, from, until, devices, happenings: isWhole ? scenario.happenings : scenario.happenings.filter(each => each.steps.length === 0 || isWithin(each)) };
}
