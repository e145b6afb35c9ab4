/** A maintenance window as its form holds it, and what of it goes to the engine. */
import { LocalTime, type MaintenanceInput } from '../../../shared/model/maintenance.ts';
import { everything, type Scope } from '../../../shared/model/scope.ts';
import { durationDraft, durationMs, type DurationDraft } from '../../ui/duration-draft.ts';
import { repeatDraft, repeatOf, type RepeatDraft, type RepeatMissing } from './repeat-draft.ts';

export type WindowDraft = {
  readonly name: string;
  readonly reason: string;
  readonly scope: Scope;
  /** As a person writes it: "2026-11-28 22:00". */
  readonly startsAt: string;
  readonly zone: string;
  readonly duration: DurationDraft;
  readonly repeat: RepeatDraft;
  readonly enabled: boolean;
};

const hourMs = 3_600_000;
export const windowUnits = ['min', 'h', 'd'] as const;

const localText = (local: string): string => local.replace('T', ' ');

/** The local time as it is stored; null for anything else. A time may be written with one digit: 9:00. */
export function localOf(text: string): string | null {
  const local = text.trim().replace(/[ T]+/, 'T').replace(/T(\d:)/, 'T0$1');
  return LocalTime.safeParse(local).success ? local : null;
}

/** From the next full hour on, for two hours. `now` UTC ms; `zone`: this computer's. */
export function newWindow(now: number, zone: string): WindowDraft {
  const next = new Date((Math.floor(now / hourMs) + 1) * hourMs);
  const two = (part: number): string => String(part).padStart(2, '0');
  const startsAt = `${next.getFullYear()}-${two(next.getMonth() + 1)}-${two(next.getDate())}T${two(next.getHours())}:${two(next.getMinutes())}`;
  return { name: '', reason: '', scope: everything, startsAt: localText(startsAt), zone, duration: { amount: 2, unit: 'h' }, repeat: repeatDraft(null, startsAt), enabled: true };
}

export function windowDraft({ name, reason, scope, startsAt, zone, durationMs: lastsMs, repeat, enabled }: MaintenanceInput): WindowDraft {
  return { name, reason, scope, startsAt: localText(startsAt), zone, duration: durationDraft(lastsMs, windowUnits), repeat: repeatDraft(repeat, startsAt), enabled };
}

/** Another first time moves the weekday and the day of the month with it, until a repetition is chosen. */
export function withStart(draft: WindowDraft, startsAt: string): WindowDraft {
  const local = localOf(startsAt);
  return { ...draft, startsAt, ...(local !== null && draft.repeat.kind === 'once' ? { repeat: repeatDraft(null, local) } : {}) };
}

export type WindowMissing = RepeatMissing | 'start' | 'duration';

/** The window that the draft stands for; else what is missing first. A name may be missing: it is asked for when it is saved. */
export function windowOf(draft: WindowDraft): MaintenanceInput | WindowMissing {
  const { name, reason, scope, zone, enabled } = draft;
  const startsAt = localOf(draft.startsAt);
  if (startsAt === null) return 'start';
  const lastsMs = durationMs(draft.duration);
  if (lastsMs === null || lastsMs === 0) return 'duration';
  const repeated = repeatOf(draft.repeat);
  if (typeof repeated === 'string') return repeated;
  return { name: name.trim(), reason: reason.trim(), scope, startsAt, zone, durationMs: lastsMs, repeat: repeated.repeat, enabled };
}
