/** What an operator saw and was sent in the course of a drill: every incident with when it came up and went, every message with when it arrived. */
import type { AlertRow } from '../../shared/model/alert.ts';
import type { AlertId } from '../../shared/model/ids.ts';
import type { Delivery } from '../../electron/engine/notifying/sender.ts';
import type { IncidentRow } from '../../shared/model/incident.ts';
import type { MessageContent, MessageRow } from '../../shared/model/notification.ts';

/** Times in ms after midnight, by a clock that nobody sets. */
export type SeenIncident = { row: IncidentRow; readonly openedMs: number; closedMs: number | null; /** It was on the board at some time: more than known to be down. */ isOnBoard: boolean };
export type SeenMessage = { readonly to: string; readonly atMs: number; readonly content: MessageContent };

export class Seen {
  readonly incidents = new Map<string, SeenIncident>();
  readonly messages: SeenMessage[] = [];
  readonly #alerts = new Map<string, AlertRow>();
  /** Decided, and not handed to the sender yet: the names of those who get them, by the messages' ids. */
  readonly #unsent = new Map<string, string>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  takeIncidents(rows: readonly IncidentRow[]): void {
    for (const row of rows) {
      const known = this.incidents.get(row.id) ?? { row, openedMs: this.#now(), closedMs: null, isOnBoard: false };
      this.incidents.set(row.id, known);
      known.row = row;
      known.isOnBoard ||= row.suppression?.reason !== 'known-down' && row.closedAt === null;
      known.closedMs = row.closedAt === null ? null : (known.closedMs ?? this.#now());
    }
  }

  takeAlerts(rows: readonly AlertRow[]): void {
    for (const row of rows) this.#alerts.set(row.id, row);
  }

  takeOutbox(rows: readonly MessageRow[]): void {
    for (const { id, state, attempts, targetName } of rows) {
      if (state === 'waiting' && attempts === 0) this.#unsent.set(id, targetName);
      else this.#unsent.delete(id);
    }
  }

  takeMessages(to: string, { id, contents }: Pick<Delivery, 'id' | 'contents'>): void {
    this.#unsent.delete(id);
    for (const content of contents) this.messages.push({ to, atMs: this.#now(), content });
  }

  /** How many wait for nothing but the disk. */
  unsent(unreachable: ReadonlySet<string>): number {
    return [...this.#unsent.values()].filter(to => !unreachable.has(to)).length;
  }

  /** What is left waits for its turn. */
  waitNoMore(): void {
    this.#unsent.clear();
  }

  openAlertsOf(title: string): AlertId[] {
    const open = [...this.incidents.values()].filter(({ row }) => row.title === title && row.closedAt === null).map(({ row }) => row.id);
    return [...this.#alerts.values()].filter(alert => alert.clearedAt === null && open.includes(alert.incidentId)).map(({ id }) => id);
  }

  /** Those that an operator has on the board. What became part of another within the time of gathering, and was told to nobody, is that one; so is what somebody said beforehand that they know. */
  onBoard(): SeenIncident[] {
    const told = new Set(this.messages.map(({ content }) => content.incidentId));
    const filled = new Set([...this.#alerts.values()].map(({ incidentId }) => incidentId));
    return [...this.incidents.values()].filter(({ row, isOnBoard }) => told.has(row.id) || (isOnBoard && filled.has(row.id)));
  }
}
