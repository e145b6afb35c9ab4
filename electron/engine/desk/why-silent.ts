/** Why nobody was told of a device that is not well: the exact reason, the first that decides. */
import type { WhySilent } from '../../../shared/model/incident.ts';
import type { MessageRow } from '../../../shared/model/notification.ts';
import type { IncidentId, TargetId } from '../../../shared/model/ids.ts';
import type { Alerting, OpenAlert } from '../alerting/alerting.ts';
import type { Bound } from '../alerting/evaluator.ts';
import { isDown } from '../alerting/incident-row.ts';
import { isOpen } from '../alerting/machine.ts';
import type { Recipient } from '../alerting/routing.ts';
import { saySuppression, type Circumstances } from '../alerting/suppression.ts';
import type { DeviceThing } from '../alerting/things.ts';
import { sayDuration } from '../alerting/wording.ts';
import { whyNotTold } from '../alerting/why-not-told.ts';

type Reason = WhySilent['reasons'][number];

export type Knowing = {
  readonly alerting: Alerting;
  readonly circumstances: Circumstances;
  readonly recipients: readonly Recipient[];
  /** Of an incident, oldest first. */
  readonly messages: (incidentId: IncidentId) => Promise<readonly MessageRow[]>;
  readonly fullUntil: (targetId: TargetId) => number | null;
  readonly now: number;
};

export async function whySilent(device: DeviceThing, knowing: Knowing): Promise<WhySilent> {
  const { alerting, circumstances, now } = knowing;
  const { state } = device.reading;
  if (!device.facts.enabled || state === 'paused') return silent({ kind: 'paused', sentence: 'It is paused: nothing is checked.', until: null });
  const held = ofItsPlace(device, circumstances, alerting, now);
  const open = [...alerting.openAlerts].filter(({ bound }) => bound.thing === device || ('device' in bound.thing && bound.thing.device === device));
  const isWell = state === 'up' || state === 'degraded';
  if (open.length === 0 && held === null && isWell && !alerting.boundsOf(device).some(isUntold)) return silent({ kind: 'not-down', sentence: 'It answers, and no rule finds anything wrong with it: there is nothing to tell.', until: null });
  if (held) return silent(held);
  if (open.length === 0) return silent(ofItsRules(device, alerting, now));
  return ofItsAlerts(open, knowing);
}

const silent = (reason: Reason): WhySilent => ({ silent: true, reasons: [reason] });

/** Something is wrong with it of which nobody has to be told: not yet, or not any more. */
const isUntold = ({ state }: Bound): boolean => state?.phase === 'pending' || state?.phase === 'dismissed';

/** What holds whatever the rules say. */
function ofItsPlace(device: DeviceThing, circumstances: Circumstances, alerting: Alerting, now: number): Reason | null {
  const { state, behindId } = device.reading;
  const known = circumstances.knownDown(device.facts.internalId);
  if (known) return { kind: 'known-down', sentence: saySuppression['known-down'](known.reason), until: known.until };
  if (state === 'unreachable') return { kind: 'parent-down', sentence: `It stands behind ${(behindId === null ? undefined : alerting.estate.device(behindId)?.facts.name) ?? 'something'}, which is down and is told instead.`, until: null };
  if (state === 'not-observed') return { kind: 'blind', sentence: saySuppression.blind(circumstances.blindness()?.detail ?? 'it lost its own network.'), until: null };
  const window = circumstances.maintenance(device.facts, now);
  return window ? { kind: 'maintenance', sentence: saySuppression.maintenance(window.name), until: window.until } : null;
}

/** It is not well, and no alert is open. */
function ofItsRules(device: DeviceThing, alerting: Alerting, now: number): Reason {
  const bounds = alerting.boundsOf(device);
  const dismissed = bounds.find(({ state }) => state?.phase === 'dismissed');
  if (dismissed) return { kind: 'resolved', sentence: `"${dismissed.compiled.rule.name}" was ended by hand; it is raised anew when it was once over.`, until: null };
  const pending = bounds.find(({ state }) => state?.phase === 'pending');
  if (pending?.state) {
    const until = pending.state.since + pending.compiled.rule.forMs;
    return { kind: 'pending', sentence: `"${pending.compiled.rule.name}" holds, and must hold for ${sayDuration(pending.compiled.rule.forMs)} before it is told.`, until: Math.max(now, until) };
  }
  if (device.reading.state === 'no-data') return { kind: 'starting', sentence: 'Nothing is known of it yet: it has not been checked, or not for too long.', until: null };
  if (!bounds.some(({ compiled, state }) => isDown(compiled.rule.id) || (state !== null && isOpen(state)))) return { kind: 'no-rule', sentence: 'No rule that is on says that its being down is to be told.', until: null };
  return { kind: 'pending', sentence: 'It has been down for less than ten seconds.', until: null };
}

async function ofItsAlerts(open: readonly OpenAlert[], { alerting, recipients, messages, fullUntil, now }: Knowing): Promise<WhySilent> {
  const [first] = [...open].sort((a, b) => Number(!isDown(a.row.rule)) - Number(!isDown(b.row.rule)));
  const view = first && alerting.incidentView(first.row.incidentId, now);
  if (!first || !view) return silent({ kind: 'gathering', sentence: 'It has only just been noticed.', until: null });
  const sent = await messages(view.row.id);
  const reasons = whyNotTold({ view, recipients, messages: sent, fullUntil, now });
  if (reasons.length > 0) return { silent: true, reasons };
  const told = sent.filter(({ state, content }) => content.kind === 'problem' && (state === 'sent' || state === 'digested'));
  const names = [...new Set(told.map(({ targetName }) => targetName))].join(', ');
  return { silent: false, reasons: [{ kind: 'told', sentence: `${view.row.title}: told to ${names}.`, until: null }] };
}
