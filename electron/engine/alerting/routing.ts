/**
 * Who is told what of which incident. Pure: one round's incidents, the recipients and what they were told go in; messages, and what they have been told then, come out. Both are written
 * in the transaction of the round, so that neither a message without its alert nor an alert without its message is ever stored.
 */
import type { MessageId, TargetId } from '../../../shared/model/ids.ts';
import type { IncidentRow } from '../../../shared/model/incident.ts';
import type { MessageContent, MessageRow, TargetInput } from '../../../shared/model/notification.ts';
import { severities, type Severity } from '../../../shared/model/rule.ts';
import { fitsPattern, inScope, type Placed } from '../../../shared/model/scope.ts';
import { quietUntil } from './quiet-hours.ts';
import type { Told, ToldBook, ToldChange } from './told.ts';

/** An incident as the planner looks at it. */
export type IncidentView = {
  readonly row: IncidentRow;
  /** The devices that it struck. */
  readonly places: readonly Placed[];
  /** The interfaces that it struck; left out: not known, and patterns are not looked at. */
  readonly interfaces?: readonly { readonly name: string; readonly alias: string | null }[];
  /** Nothing more is waited for that may belong to it. */
  readonly gathered: boolean;
};

export type Recipient = { readonly id: TargetId; readonly name: string; readonly input: Omit<TargetInput, 'secret'> };

export type Round = {
  /** Every incident that is open, and every closed one of which someone was told and not yet the end (`ToldBook.incidents`). */
  readonly incidents: readonly IncidentView[];
  /** All there are, also those that are switched off. */
  readonly recipients: readonly Recipient[];
  readonly told: Pick<ToldBook, 'of' | 'incidents'>;
  readonly now: number;
  readonly station: string;
  readonly newId: () => MessageId;
};

export type Plan = { readonly messages: readonly MessageRow[]; readonly told: readonly ToldChange[] };

/** A closed incident that still counts as flapping may begin again, so its end waits; but for no longer: what flaps no more has nobody who says so. */
const mostFlappingMs = 3_600_000;

const rankOf = (severity: Severity): number => severities.length - severities.indexOf(severity);
const worse = (a: Severity, b: Severity): Severity => (rankOf(a) >= rankOf(b) ? a : b);

/** What is said in one round of one conversation, in order, and what has been told then; null: the conversation is over. */
type Turn = { readonly says: readonly Saying[]; readonly told: Told | null };
type Saying = Pick<MessageContent, 'kind' | 'severity' | 'title' | 'verdict' | 'evidence'>;

export function plan(round: Round): Plan {
  const { incidents, recipients, told, now } = round;
  const active = recipients.filter(recipient => recipient.input.enabled);
  const messages: MessageRow[] = [];
  const changes = forgotten(told, active);
  const isQuiet = quietness(now);
  for (const view of incidents) {
    const conversations = told.of(view.row.id);
    // Nearly all of them, nearly always: it is not told, and nobody was.
    if (!conversations && !mayBegin(view)) continue;
    for (const recipient of active) {
      const before = conversations?.get(recipient.id);
      const turn = before ? goOn(view, recipient, before, now, isQuiet) : begin(view, recipient, now, isQuiet);
      if (!turn) continue;
      changes.push({ incidentId: view.row.id, targetId: recipient.id, told: turn.told });
      messages.push(...turn.says.map(saying => messageOf(view, recipient, saying, round)));
    }
  }
  return { messages, told: changes };
}

/** Of recipients that are gone or switched off nothing is kept: they are sent nothing, and begin anew. */
function forgotten(told: Round['told'], active: readonly Recipient[]): ToldChange[] {
  const ids = new Set(active.map(({ id }) => id));
  const changes: ToldChange[] = [];
  for (const incidentId of told.incidents) for (const targetId of told.of(incidentId)?.keys() ?? []) if (!ids.has(targetId)) changes.push({ incidentId, targetId, told: null });
  return changes;
}

type IsQuiet = (recipient: Recipient, severity: Severity) => boolean;

/** Asked for each recipient once a round at most: calendars are slow. */
function quietness(now: number): IsQuiet {
  const known = new Map<TargetId, boolean>();
  return ({ id, input: { quietHours } }, severity) => {
    if (!quietHours || (severity === 'critical' && !quietHours.evenCritical)) return false;
    const quiet = known.get(id) ?? quietUntil(quietHours, now) !== null;
    known.set(id, quiet);
    return quiet;
  };
}

/** It is over, or goes on as part of another. */
const isOver = ({ row }: IncidentView): boolean => row.closedAt !== null;
/** What flaps is told once, as flapping: its ends and beginnings wait, and nothing else would ever be said of it. */
const mayBegin = (view: IncidentView): boolean => view.gathered && (view.row.suppression === null || view.row.suppression.reason === 'flapping') && !isOver(view);

/** Whether a recipient is to know of such incidents at all. */
export const isFor = ({ input }: Recipient, view: IncidentView): boolean => input.severities.includes(view.row.severity) && (!view.row.simulated || isHere(input)) && fits(input, view);
/** A demonstration is told on this computer, and wakes nobody. */
const isHere = ({ config: { kind } }: Recipient['input']): boolean => kind === 'desktop' || kind === 'sound';

function fits({ scope }: Recipient['input'], { row, places, interfaces }: IncidentView): boolean {
  // Of the console itself, or of devices that are gone: what the incident says is all there is.
  const struck = places.length > 0 ? places : [{ id: '', type: '', branch: row.branch, region: row.region, tags: [], ispLink: false }];
  return struck.some(place => inScope(scope, place)) && (interfaces === undefined || scope.interfaces.length === 0 || interfaces.some(each => fitsPattern(scope, each)));
}

/** When an escalation is due; null: somebody has said that they know. */
export const escalatesAt = ({ input: { afterMs } }: Recipient, { openedAt, acknowledgedAt }: IncidentRow): number | null => (afterMs > 0 && acknowledgedAt !== null ? null : openedAt + afterMs);

function begin(view: IncidentView, recipient: Recipient, now: number, isQuiet: IsQuiet): Turn | null {
  const { row } = view;
  if (!mayBegin(view) || !isFor(recipient, view)) return null;
  const dueAt = escalatesAt(recipient, row);
  if (dueAt === null || (recipient.input.afterMs > 0 && now < dueAt) || isQuiet(recipient, row.severity)) return null;
  const problem = { kind: 'problem', severity: row.severity, title: row.title, verdict: row.flapping ? comesAndGoes(row.verdict) : row.verdict, evidence: row.evidence } as const;
  return { says: [problem], told: { severity: row.severity, kinds: [row.kind], flapping: row.flapping } };
}

const comesAndGoes = (verdict: string): string => `It ends and begins again and again; how that ends will be told. ${verdict}`;

/** Falling severity is not told: what was told stands until the end. Leaving the recipient's scope ends the news, not the conversation. */
function goOn(view: IncidentView, recipient: Recipient, told: Told, now: number, isQuiet: IsQuiet): Turn | null {
  const { row } = view;
  if (isOver(view)) return end(view, recipient, told, now, isQuiet);
  const severity = worse(row.severity, told.severity);
  const grew = severity !== told.severity || !told.kinds.includes(row.kind);
  // Nearly all conversations, nearly always: there is nothing new.
  if ((!grew && row.flapping === told.flapping) || isQuiet(recipient, severity)) return null;
  const known: Told = { severity, kinds: told.kinds.includes(row.kind) ? told.kinds : [...told.kinds, row.kind], flapping: told.flapping };
  const update = { kind: 'update', severity: row.severity, title: row.title, verdict: row.verdict, evidence: row.evidence } as const;
  const isNews = fits(recipient.input, view);
  // The notice is what suppression by flapping itself leaves to be said.
  if (row.flapping && !told.flapping && isNews && (row.suppression === null || row.suppression.reason === 'flapping')) {
    return { says: [{ ...update, kind: 'flapping', verdict: comesAndGoes(row.verdict) }], told: { ...known, flapping: true } };
  }
  if (row.suppression !== null) return null;
  if (!row.flapping && told.flapping) return { says: [{ ...update, title: `Still: ${row.title}`, verdict: `It has stopped ending and beginning, and it is still so. ${row.verdict}` }], told: { ...known, flapping: false } };
  return grew && isNews ? { says: [update], told: known } : null;
}

/** Suppressed or not: a final state is always told. */
function end(view: IncidentView, recipient: Recipient, told: Told, now: number, isQuiet: IsQuiet): Turn | null {
  const { row } = view;
  const { mergedInto } = row;
  const mayBeginAgain = row.flapping && mergedInto === null && now - (row.closedAt ?? now) < mostFlappingMs;
  if (mayBeginAgain || isQuiet(recipient, told.severity)) return null;
  const verdict = mergedInto ? `It goes on as part of another incident: ${mergedInto.title}.` : `It is over, after ${spoken((row.closedAt ?? now) - row.since)}.`;
  return { says: [{ kind: 'recovery', severity: told.severity, title: row.title, verdict, evidence: [] }], told: null };
}

function messageOf({ row }: IncidentView, { id, name }: Recipient, saying: Saying, { now, station, newId }: Round): MessageRow {
  const { branch, region, affected, affectedCount, since } = row;
  const closedAt = saying.kind === 'recovery' ? (row.closedAt ?? now) : null;
  return {
    id: newId(), targetId: id, targetName: name, incidentId: row.id,
    content: { ...saying, incidentId: row.id, branch, region, affected, affectedCount, since, at: now, closedAt, station },
    state: 'waiting', createdAt: now, dueAt: now, attempts: 0, doneAt: null, problem: null,
  };
}

const steps = [['d', 86_400_000], ['h', 3_600_000], ['min', 60_000], ['s', 1_000]] as const;

/** A duration by its two largest units: "1 h 5 min". */
export function spoken(ms: number): string {
  const first = steps.findIndex(([, unitMs]) => ms >= unitMs);
  if (first === -1) return 'less than a second';
  let leftMs = ms;
  return steps.slice(first, first + 2).flatMap(([unit, unitMs]) => {
    const count = Math.floor(leftMs / unitMs);
    leftMs -= count * unitMs;
    return count > 0 ? [`${count} ${unit}`] : [];
  }).join(' ');
}
