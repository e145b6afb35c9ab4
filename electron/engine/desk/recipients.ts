/** Who is told: keeps recipients with their sealed secrets, shows how sending to them goes, and sends a test. */
import { randomUUID } from 'node:crypto';
import { MessageId, TargetId } from '../../../shared/model/ids.ts';
import type { MessageContent, MessageRow, Notice, TargetInput, TargetRow } from '../../../shared/model/notification.ts';
import { AppError } from '../../../shared/rpc/contract.ts';
import { isZone } from '../alerting/quiet-hours.ts';
import type { Recipient } from '../alerting/routing.ts';
import type { Clock } from '../clock.ts';
import type { LiveTable } from '../live/live-table.ts';
import type { Log } from '../log.ts';
import { attempted } from '../notifying/attempt.ts';
import { Courier } from '../notifying/courier.ts';
import type { Sender } from '../notifying/sender.ts';
import type { SecretBox } from '../store/devices.ts';
import type { Store } from '../store/store.ts';
import type { TargetRecord } from '../store/targets.ts';
import type { Vault } from '../vault.ts';

export type RecipientsParts = {
  readonly clock: Clock;
  readonly store: Store;
  readonly vault: Vault;
  readonly send: Sender;
  readonly station: () => string;
  readonly rows: LiveTable<TargetRow>;
  readonly messages: LiveTable<MessageRow>;
  readonly notices: LiveTable<Notice>;
  readonly log: Log;
  readonly onBug: (error: unknown) => void;
};

const mostRecipients = 200;
const doneMessagesShown = 200;
/** So much of each recipient, and in all, is read at once. */
const waitingPerTarget = 100;
const mostWaiting = 1_000;
const noticeMs = 300_000;
const testDeadlineMs = 30_000;

export class Recipients {
  readonly #parts: RecipientsParts;
  readonly #records = new Map<TargetId, TargetRecord>();
  readonly #courier: Courier;
  #list: readonly Recipient[] = [];
  #unreadable: readonly string[] = [];
  /** Messages were decided while the disk took nothing. */
  #isHeldByDisk = false;

  constructor(parts: RecipientsParts) {
    this.#parts = parts;
    const { store, clock } = parts;
    this.#courier = new Courier({
      clock, send: parts.send, random: Math.random, log: parts.log,
      outbox: {
        waiting: () => store.peek('waitingMessages', waitingPerTarget, mostWaiting),
        record: outcomes => store.write('recordOutcomes', outcomes),
        deliveriesSince: at => store.peek('deliveriesSince', at),
      },
      recipient: id => {
        const record = this.#records.get(id);
        return record?.input.enabled ? { name: record.input.name, config: record.input.config, secret: this.#opened(record), staleAfterMs: record.input.staleAfterMs, mostPerHour: record.input.mostPerHour } : null;
      },
      onChange: (id, messages) => this.#changed(id, messages),
    });
  }

  /** What is stored and passed over, in a sentence; null: nothing is. */
  get problem(): string | null {
    const names = this.#unreadable.map(name => `"${name}"`).join(', ');
    return names === '' ? null : `${this.#unreadable.length === 1 ? 'A stored recipient' : 'Stored recipients'} cannot be read, and nobody is told by ${this.#unreadable.length === 1 ? 'it' : 'them'}: ${names.slice(0, 200)}.`;
  }

  /** As the planner of messages sees them. */
  get list(): readonly Recipient[] {
    return this.#list;
  }

  /** `unreadable`: what those are called that are passed over. */
  restore(records: readonly TargetRecord[], unreadable: readonly string[], messages: readonly MessageRow[]): void {
    this.#unreadable = unreadable;
    for (const record of records) this.#records.set(record.id, record);
    for (const message of messages) this.#parts.messages.upsert(message);
    this.#relist();
    for (const id of this.#records.keys()) this.#show(id);
  }

  /** What was decided before is sent now. */
  start(): void {
    this.#courier.wake();
  }

  /** Messages were decided; they are sent when they are on the disk. */
  decided(messages: readonly MessageRow[]): void {
    if (messages.length === 0) return;
    for (const message of messages) this.#parts.messages.upsert(message);
    this.#wakeWhenWritten();
  }

  #wakeWhenWritten(): void {
    const { store, onBug } = this.#parts;
    store.ticksWritten().then(() => {
      this.#courier.wake();
      this.#isHeldByDisk = store.health().failure !== null;
    }, onBug);
  }

  /** Lets what is being sent end. */
  stop(): Promise<void> {
    return this.#courier.stop();
  }

  failingForMs(): number {
    return this.#courier.failingForMs(this.#parts.clock.now());
  }

  waiting(): number {
    let waiting = 0;
    for (const id of this.#records.keys()) waiting += this.#courier.status(id).waiting;
    return waiting;
  }

  fullUntil(id: TargetId): number | null {
    return this.#courier.status(id).fullUntil;
  }

  async create(input: TargetInput): Promise<TargetRow> {
    if (this.#records.size >= mostRecipients) throw new AppError('conflict', `There are at most ${mostRecipients} recipients.`);
    await this.#refuse(input, typeof input.secret === 'string');
    const id = TargetId.parse(randomUUID());
    const record: TargetRecord = { id, input: withoutSecret(input), secret: this.#sealed(input.secret ?? null, id), createdAt: this.#parts.clock.now() };
    await this.#parts.store.write('insertTarget', record);
    return this.#put(record);
  }

  async update(id: TargetId, input: TargetInput): Promise<TargetRow> {
    const before = this.#need(id);
    const secret = input.secret === undefined ? before.secret : this.#sealed(input.secret, id);
    await this.#refuse(input, secret !== null);
    const record: TargetRecord = { ...before, input: withoutSecret(input), secret };
    await this.#parts.store.write('updateTarget', record);
    return this.#put(record);
  }

  async remove(id: TargetId): Promise<void> {
    this.#need(id);
    const { store, clock, rows, messages } = this.#parts;
    await store.write('removeTarget', id, clock.now());
    this.#records.delete(id);
    this.#relist();
    rows.remove(id);
    // As the store has it.
    for (const message of [...messages.values()]) if (message.targetId === id && message.state === 'waiting') messages.upsert({ ...message, state: 'skipped', doneAt: clock.now(), problem: 'The recipient was removed.' });
    this.#courier.changed(id);
  }

  /** Sends a message by these settings, now. A secret that is left out is the stored one. */
  async test(input: TargetInput, id: TargetId | null): Promise<{ readonly ok: boolean; readonly message: string }> {
    const { send, clock, station, log } = this.#parts;
    const stored = id === null ? null : this.#opened(this.#need(id));
    const secret = input.secret === undefined ? stored : input.secret;
    const wrong = wrongZone(input) ?? (await wrongWith(input, secret !== null));
    if (wrong !== null) return { ok: false, message: wrong };
    const now = clock.now();
    const content: MessageContent = {
      kind: 'test', incidentId: null, severity: 'low', title: `Test from ${station()}`, verdict: 'This is a test: nothing has happened.', evidence: [], branch: null, region: null, affected: [], affectedCount: 0, since: now, at: now, closedAt: null,
      station: station(),
    };
    const abort = new AbortController();
    const stop = clock.after(testDeadlineMs, () => abort.abort());
    try {
      const outcome = await attempted(send, { id: MessageId.parse(randomUUID()), config: input.config, secret, contents: [content] }, abort, { clock, log });
      return outcome.kind === 'sent' ? { ok: true, message: outcome.remark ?? 'The test was sent.' } : { ok: false, message: outcome.reason };
    } finally {
      stop();
    }
  }

  /** Notices that are over need not be shown to a page that opens now. */
  tidy(): void {
    const { notices, messages, clock } = this.#parts;
    if (this.#isHeldByDisk) this.#wakeWhenWritten();
    for (const notice of [...notices.values()]) if (clock.now() - notice.at > noticeMs) notices.remove(notice.id);
    const done = [...messages.values()].filter(({ state }) => state !== 'waiting').sort((a, b) => (b.doneAt ?? 0) - (a.doneAt ?? 0));
    for (const message of done.slice(doneMessagesShown)) messages.remove(message.id);
    for (const id of this.#records.keys()) this.#show(id);
  }

  async #refuse(input: TargetInput, hasSecret: boolean): Promise<void> {
    const wrong = wrongZone(input) ?? (await wrongWith(input, hasSecret));
    if (wrong !== null) throw new AppError('invalid-input', wrong);
  }

  #put(record: TargetRecord): TargetRow {
    this.#records.set(record.id, record);
    this.#relist();
    this.#courier.changed(record.id);
    return this.#show(record.id);
  }

  #relist(): void {
    this.#list = [...this.#records.values()].map(({ id, input }) => ({ id, name: input.name, input }));
  }

  #changed(id: TargetId, messages: readonly MessageRow[]): void {
    // Of one that was removed meanwhile nothing changes any more.
    if (!this.#records.has(id)) return;
    for (const message of messages) this.#parts.messages.upsert(message);
    this.#show(id);
  }

  #show(id: TargetId): TargetRow {
    const { input, secret } = this.#need(id);
    const { waiting, lastSentAt, failingSince, problem } = this.#courier.status(id);
    const row: TargetRow = { id, ...input, hasSecret: secret !== null, waiting, lastSentAt, failingSince, problem };
    const before = this.#parts.rows.get(id);
    if (!before || JSON.stringify(before) !== JSON.stringify(row)) this.#parts.rows.upsert(row);
    return row;
  }

  #need(id: TargetId): TargetRecord {
    const record = this.#records.get(id);
    if (!record) throw new AppError('not-found', 'That recipient is not here any more.');
    return record;
  }

  #sealed(secret: string | null, id: TargetId): SecretBox | null {
    return secret === null ? null : this.#parts.vault.seal(secret, id);
  }

  /** Null also where it was sealed under another key: then it is missing, and the sender says so. */
  #opened({ id, secret }: TargetRecord): string | null {
    return secret === null ? null : this.#parts.vault.open(secret, id);
  }
}

/** Loaded when somebody saves a recipient, with all that sends. */
const wrongWith = async (input: TargetInput, hasSecret: boolean): Promise<string | null> => (await import('../notifying/check-target.ts')).checkTarget(input, hasSecret);

const wrongZone = ({ quietHours }: TargetInput): string | null => (quietHours && !isZone(quietHours.zone) ? `"${quietHours.zone}" is not a time zone; write one such as Asia/Tbilisi.` : null);

function withoutSecret({ secret: _secret, ...input }: TargetInput): TargetRecord['input'] {
  return input;
}
