/** What the console would have written of an estate's life: changes of state, alerts and its journal, in order of time. */
import { AlertId, DeviceId, IncidentId, RuleId } from '../../shared/model/ids.ts';
import type { AlertRow } from '../../shared/model/alert.ts';
import type { IncidentRow } from '../../shared/model/incident.ts';
import type { DeviceState } from '../../shared/model/device.ts';
import type { StateChange } from '../../electron/engine/store/alerts.ts';
import type { JournalWrite } from '../../electron/engine/store/journal.ts';
import { randomOf, uuidOf } from './chance.ts';
import type { Estate, SeededDevice, Span } from './estate.ts';

export type Life = { readonly changes: readonly StateChange[]; readonly alerts: readonly AlertRow[]; readonly incidents: readonly IncidentRow[]; readonly journal: readonly JournalWrite[] };

/** A lost probe is a suspicion; the next ones make it an outage. */
const confirmMs = 7_000;
const acknowledgeMs = 240_000;

/** Devices have the ids 1, 2, 3 … */
export function lifeOf({ devices, blinds }: Estate, from: number, until: number, seed: number): Life {
  const unseen = blinds.filter(({ running }) => running);
  const changes = devices.flatMap((device, i) => changesOf(device, i + 1, unseen, from, until));
  const alerts = devices.flatMap(device => alertsOf(device, until, seed));
  return {
    changes: changes.toSorted((a, b) => a.at - b.at),
    alerts: alerts.toSorted((a, b) => a.raisedAt - b.raisedAt),
    incidents: alerts.map(incidentOf),
    journal: blinds.map(({ from: began, to, cause, detail }) => ({ row: { id: uuidOf(seed, `journal ${began}`), kind: 'blind', cause, from: began, to, devices: null, detail }, deviceIds: null })),
  };
}

function changesOf({ downs, unreachable }: SeededDevice, deviceId: number, unseen: readonly Span[], from: number, until: number): StateChange[] {
  const moments = [from + 5_000, ...[...downs, ...unreachable, ...unseen].flatMap(span => [span.from, span.to])].filter(at => at >= from && at < until).toSorted((a, b) => a - b);
  const within = (spans: readonly Span[], at: number): Span | undefined => spans.find(span => span.from <= at && at < span.to);
  const changes: StateChange[] = [];
  let before: DeviceState = 'no-data';
  for (const at of moments) {
    const down = within(downs, at);
    const state = within(unseen, at) ? 'not-observed' : within(unreachable, at) ? 'unreachable' : down ? 'down' : 'up';
    if (state === before) continue;
    changes.push({ deviceId, at: state === 'down' ? at + confirmMs : at, state, since: at, downSince: state === 'down' ? (down?.from ?? at) : null });
    before = state;
  }
  return changes;
}

function alertsOf({ record, downs }: SeededDevice, until: number, seed: number): AlertRow[] {
  const random = randomOf(seed, `alerts ${record.address}`);
  return downs.map(({ from, to }): AlertRow => {
    const isLong = to - from > 30 * acknowledgeMs;
    const known = isLong || (to - from > 2 * acknowledgeMs && random() < 0.3);
    const id = uuidOf(seed, `alert ${record.address} ${from}`);
    const deviceId = DeviceId.parse(record.publicId);
    return {
      id: AlertId.parse(id), incidentId: IncidentId.parse(id), rule: RuleId.parse('device-down'), ruleName: 'Device down', severity: 'critical', subject: { kind: 'device', deviceId }, subjectName: record.name,
      deviceId, deviceName: record.name, address: record.address, branch: record.branch, region: record.region, phase: to < until ? 'ended' : 'firing', value: 'down for 10 s, at least 10 s', flapping: false, suppression: null,
      snoozedUntil: null, assignee: null, since: from, raisedAt: Math.min(until, from + confirmMs), clearedAt: to < until ? to : null, clearedBy: to < until ? 'recovered' : null,
      acknowledgedAt: known ? from + acknowledgeMs : null, acknowledgedBy: known ? 'operator' : null, note: known && isLong ? 'Known; somebody is on it.' : null, simulated: false,
    };
  });
}

/** Seeded outages are each device's own. */
function incidentOf({ incidentId, severity, subjectName, address, branch, region, since, raisedAt, clearedAt, acknowledgedAt, acknowledgedBy }: AlertRow): IncidentRow {
  return {
    id: incidentId, kind: 'device', title: `${subjectName} is down`, severity, branch, region, affected: [subjectName], affectedCount: 1, fault: 'device', verdict: `${subjectName} does not answer: the fault lies with itself, its cable or its port.`,
    evidence: [`${subjectName} (${address ?? ''}) does not answer.`], since, openedAt: raisedAt, closedAt: clearedAt, mergedInto: null, openAlerts: clearedAt === null ? 1 : 0, alerts: 1, flapping: false, suppression: null,
    acknowledgedAt, acknowledgedBy, assignee: null, simulated: false,
  };
}
