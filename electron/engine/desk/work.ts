/** What people do with alerts: they know, they say something, they put it off, they take it over, they end it. Recorded before anything comes of it, and kept with who did it and when. */
import { randomUUID } from 'node:crypto';
import type { AlertRow } from '../../../shared/model/alert.ts';
import type { AlertId } from '../../../shared/model/ids.ts';
import type { IncidentEvent } from '../../../shared/model/incident.ts';
import { AppError } from '../../../shared/rpc/contract.ts';
import type { Alerting } from '../alerting/alerting.ts';
import type { Store } from '../store/store.ts';

export type WorkParts = {
  readonly store: Store;
  readonly alerting: Alerting;
  readonly now: () => number;
  /** These fields of alerts are others now, to be shown; `alerts` are as they were before. Already recorded. */
  readonly onChanged: (alerts: readonly AlertRow[], fields: Partial<AlertRow>) => void;
};

type Fields = Partial<Pick<AlertRow, 'acknowledgedAt' | 'acknowledgedBy' | 'note' | 'snoozedUntil' | 'assignee'>>;
type Said = { readonly kind: IncidentEvent['kind']; readonly text: string };

export class Work {
  readonly #parts: WorkParts;

  constructor(parts: WorkParts) {
    this.#parts = parts;
  }

  acknowledge(ids: readonly AlertId[], by: string, note: string): Promise<number> {
    const now = this.#parts.now();
    return this.#change(ids, by, { acknowledgedAt: now, acknowledgedBy: by, note: note || null }, { kind: 'acknowledged', text: note });
  }

  unacknowledge(ids: readonly AlertId[], by: string): Promise<number> {
    return this.#change(ids, by, { acknowledgedAt: null, acknowledgedBy: null, note: null }, { kind: 'unacknowledged', text: '' });
  }

  comment(ids: readonly AlertId[], by: string, text: string): Promise<number> {
    return this.#change(ids, by, {}, { kind: 'commented', text });
  }

  async snooze(ids: readonly AlertId[], by: string, until: number | null, note: string): Promise<number> {
    if (until === null) return this.#change(ids, by, { snoozedUntil: null }, { kind: 'woken', text: note });
    if (until <= this.#parts.now()) throw new AppError('invalid-input', 'That moment is over: choose one that is still to come.');
    const moment = new Date(until).toISOString();
    return this.#change(ids, by, { snoozedUntil: until }, { kind: 'snoozed', text: note === '' ? moment : `${note} (until ${moment})` });
  }

  assign(ids: readonly AlertId[], by: string, to: string | null): Promise<number> {
    return this.#change(ids, by, { assignee: to }, { kind: 'assigned', text: to ?? '' });
  }

  async resolve(ids: readonly AlertId[], by: string, note: string): Promise<number> {
    const { alerting, store, now, onChanged } = this.#parts;
    const at = now();
    const found = alerting.find(ids);
    if (found.length === 0) return 0;
    const before = found.map(({ row }) => row);
    const ended = { phase: 'ended', clearedAt: at, clearedBy: 'resolved', flapping: false, suppression: null } as const;
    await store.write('alertWork', before.map(row => ({ ...row, ...ended })), found.map(alert => alerting.dismissal(alert, at)), this.#events(before, by, { kind: 'resolved', text: note }));
    // What ended by itself meanwhile is over as well.
    for (const alert of alerting.find(ids)) alerting.resolve(alert, { ...alert.row, ...ended }, at);
    onChanged(before, ended);
    return before.length;
  }

  async #change(ids: readonly AlertId[], by: string, fields: Fields, said: Said): Promise<number> {
    const { alerting, store, onChanged } = this.#parts;
    const before = alerting.find(ids).map(({ row }) => row);
    if (before.length === 0) return 0;
    await store.write('alertWork', before.map(row => ({ ...row, ...fields })), [], this.#events(before, by, said));
    // What else happened to them meanwhile stays.
    for (const alert of alerting.find(ids)) alerting.change(alert, { ...alert.row, ...fields });
    onChanged(before, fields);
    return before.length;
  }

  /** One entry an incident where it is the same for all of its alerts, so that a branch with thirty devices is told once. */
  #events(rows: readonly AlertRow[], by: string, { kind, text }: Said): IncidentEvent[] {
    const at = this.#parts.now();
    return [...Map.groupBy(rows, row => row.incidentId)].map(([incidentId, alerts]) => ({ id: randomUUID(), incidentId, at, kind, alertId: alerts.length === 1 ? (alerts[0]?.id ?? null) : null, by, text }));
  }
}
