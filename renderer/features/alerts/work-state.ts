/** What an alert or an incident asks of people: its state, its place in the list, and its words. */
import type { AlertRow, Suppression } from '../../../shared/model/alert.ts';
import { severities } from '../../../shared/model/alert.ts';
import type { IncidentRow } from '../../../shared/model/incident.ts';
import type { Words } from '../../ui/shown-state.ts';
import { comingMoment } from './moment.ts';

export type Work = AlertRow | IncidentRow;

/** Most urgent first. `waiting`: its messages wait for a reason. `known-down`: it has left the board. */
export const workStates = ['open', 'waiting', 'acknowledged', 'known-down', 'closed'] as const;
export type WorkState = (typeof workStates)[number];

/** When it ended, UTC ms; null while it is open. */
export function endedAt(work: Work): number | null {
  return 'clearedAt' in work ? work.clearedAt : work.closedAt;
}

/** Open means that nobody has said yet that they know, and that nothing holds it back. */
export function workState(work: Work): WorkState {
  if (endedAt(work) !== null) return 'closed';
  if (work.suppression?.reason === 'known-down') return 'known-down';
  if (work.acknowledgedAt !== null) return 'acknowledged';
  return work.suppression === null ? 'open' : 'waiting';
}

/** Whether the chips let it through. With none pressed everything is shown that is still on the board. */
export function passesStates(work: Work, states: readonly WorkState[]): boolean {
  const state = workState(work);
  return states.length === 0 ? state !== 'known-down' : states.includes(state);
}

/** How long the trouble has lasted, in ms: until it ended, or until now. */
export function durationMs(work: Work, now: number): number {
  return Math.max(0, (endedAt(work) ?? now) - work.since);
}

/** Open first and closed last; of each the gravest, and of those the newest on top. What is over is not grave any more. */
export function byUrgency(a: Work, b: Work): number {
  const state = workState(a);
  return workStates.indexOf(state) - workStates.indexOf(workState(b)) || (state === 'closed' ? 0 : severityRank(a) - severityRank(b)) || b.since - a.since || (a.id < b.id ? -1 : 1);
}

/** Critical first. */
export function severityRank(work: Pick<Work, 'severity'>): number {
  return severities.indexOf(work.severity);
}

/** Whether its condition is over, but not for long enough. */
function isRecovering(work: Work): boolean {
  return 'phase' in work && work.phase === 'recovering';
}

/** The state in words, with why it waits: "Behind Kvareli router", "Maintenance until 04:00". `t` is of the "alerts" texts; `now` UTC ms. */
export function workWords(work: Work, t: Words, now: number): string {
  const state = workState(work);
  if (work.suppression !== null && (state === 'waiting' || state === 'known-down')) return suppressionWords(work.suppression, t, now);
  if (state === 'open' && isRecovering(work)) return t('state.recovering');
  return t(`state.${state}`);
}

export function suppressionWords({ reason, until, detail }: Suppression, t: Words, now: number): string {
  switch (reason) {
    case 'parent-down':
      return detail === '' ? t('waiting.parent-down') : t('common:behind', { name: detail });
    case 'known-down':
    case 'maintenance':
    case 'snoozed':
      return until === null ? t(`waiting.${reason}`) : t(`waitingUntil.${reason}`, { at: comingMoment(until, now) });
    case 'blind':
    case 'acknowledged':
    case 'flapping':
      return t(`waiting.${reason}`);
    default:
      return reason satisfies never;
  }
}

/** What the words leave out: the window's name, who acknowledged; null where there is nothing. */
export function suppressionDetail(suppression: Suppression | null): string | null {
  return suppression === null || suppression.reason === 'parent-down' || suppression.detail === '' ? null : suppression.detail;
}

/** For so long a new one pulses. */
const pulseMs = 600_000;

const reasonMarks: Readonly<Record<Suppression['reason'], string>> = {
  'known-down': 'state-known-down', 'parent-down': 'state-unreachable', blind: 'state-not-observed', maintenance: 'state-maintenance', snoozed: 'state-clock', acknowledged: 'state-known-down', flapping: 'state-flapping',
};

/** Marks of the chips. */
export const stateMarks: Readonly<Record<WorkState, string>> = { open: 'state state-down', waiting: 'state state-clock', acknowledged: 'state state-known-down', 'known-down': 'state state-known-down', closed: 'state state-up' };

/** Class names of the cell that shows the state; a new one pulses. */
export function workClass(work: Work, now: number): string {
  const state = workState(work);
  if (state === 'waiting' && work.suppression !== null) return `state ${reasonMarks[work.suppression.reason]}`;
  if (state === 'open' && isRecovering(work)) return 'state state-degraded';
  return state === 'open' && now - work.since < pulseMs ? `${stateMarks.open} state-new` : stateMarks[state];
}

/** What is not for now is quiet. */
export function rowClass(work: Work): string {
  const state = workState(work);
  return state === 'closed' || state === 'known-down' || state === 'waiting' ? 'row-quiet' : '';
}
