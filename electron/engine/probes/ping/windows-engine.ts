/** Pings through the Windows ICMP functions, which match and time the replies themselves: keeps a slot of memory for each request, and looks into it until it has ended. */
import { randomInt } from 'node:crypto';
import { echoOf, type IcmpReport, type PingBatch } from './icmp-messages.ts';
import type { Family } from './icmp-packet.ts';
import { byOthers, formatIpAddress } from '../ip-address.ts';
import { NativeMemory } from './native-memory.ts';
import { OutcomeColumns } from './outcome-columns.ts';
import { isTouched, meaningOfSendError, meaningOfStatus, readReply, roundTripUs, type SlotLayout, slotLayout, writeSlot } from './windows-echo.ts';

/** Where one request lies, from `at` in `memory`. */
export type Slot = { readonly memory: NativeMemory; readonly at: number; readonly layout: SlotLayout };

/** The functions of Windows, or what a test puts in their place. */
export interface WindowsIcmp {
  /** Starts the request that was written to the slot. Null when it is under way, else the code of GetLastError. */
  send(family: Family, address: Uint8Array, slot: Slot, payloadBytes: number, withOptions: boolean, timeoutMs: number): number | null;
  /** Turns what the system left in the slot into a reply structure. How many replies there are. */
  parse(family: Family, slot: Slot): number;
  /** Returns when a request has ended, or after so long. */
  wait(forMs: number): void;
  close(): void;
}

type Request = {
  readonly id: number;
  readonly family: Family;
  readonly address: Uint8Array;
  readonly slot: Slot;
  readonly timeoutMs: number;
  readonly nonce: number;
  readonly sentAt: number;
  readonly sentMonotonicMs: number;
  settled: boolean;
};

/** How long the thread stands still for a reply before it looks for new requests. */
const slotMs = 10;
/** The system has ended a request by then, and its slot can be used again. */
const releaseAfterMs = 1_000;
const slotsPerBlock = 64;
const sentPerSlot = 1_024;

export class WindowsEngine {
  readonly #icmp: WindowsIcmp;
  readonly #outcomes: OutcomeColumns;
  readonly #waiting: { readonly batch: PingBatch; next: number }[] = [];
  #requests: Request[] = [];
  /** By the length of a slot. */
  readonly #free = new Map<number, Slot[]>();
  #next: NodeJS.Immediate | null = null;
  #closed: (() => void) | null = null;

  constructor(icmp: WindowsIcmp, report: (report: IcmpReport) => void) {
    this.#icmp = icmp;
    this.#outcomes = new OutcomeColumns(report);
  }

  ask(batch: PingBatch): void {
    this.#waiting.push({ batch, next: 0 });
    this.#next ??= setImmediate(this.#slot);
  }

  /** Resolves when the system writes no more: memory that goes earlier would be overwritten by late replies. */
  async close(): Promise<void> {
    this.#waiting.length = 0;
    if (this.#requests.length > 0) await new Promise<void>(resolve => (this.#closed = resolve));
    if (this.#next) clearImmediate(this.#next);
    this.#icmp.close();
  }

  readonly #slot = (): void => {
    this.#sendWaiting();
    if (this.#requests.length > 0) this.#icmp.wait(slotMs);
    const nowMs = performance.now();
    for (const request of this.#requests) this.#look(request, nowMs);
    this.#requests = this.#requests.filter(request => !this.#isOver(request, nowMs));
    const idle = this.#requests.length === 0 && this.#waiting.length === 0;
    this.#outcomes.flush(nowMs, this.#requests.every(request => request.settled));
    this.#next = idle ? null : setImmediate(this.#slot);
    if (idle) this.#closed?.();
  };

  #sendWaiting(): void {
    for (let sent = 0; sent < sentPerSlot; sent++) {
      const waiting = this.#waiting[0];
      if (!waiting) return;
      this.#send(waiting.batch, waiting.next);
      if (++waiting.next === waiting.batch.ids.length) this.#waiting.shift();
    }
  }

  #send(batch: PingBatch, row: number): void {
    const family = batch.families[row] === 6 ? 6 : 4;
    const address = batch.addresses.slice(row * 16, row * 16 + (family === 4 ? 4 : 16));
    const echo = echoOf(batch.echoes[row] ?? 0);
    const slot = this.#takeSlot(echo.payloadBytes);
    const token = { index: batch.ids[row] ?? 0, nonce: randomInt(2 ** 32) };
    writeSlot(slot.memory.view, slot.at, slot.layout, family, address, token, echo);
    const request: Request = { id: token.index, family, address, slot, timeoutMs: batch.timeoutsMs[row] ?? 0, nonce: token.nonce, sentAt: Date.now(), sentMonotonicMs: performance.now(), settled: false };
    const error = this.#icmp.send(family, address, slot, echo.payloadBytes, echo.dscp > 0 || echo.dontFragment, Math.ceil(request.timeoutMs));
    if (error === null) return void this.#requests.push(request);
    this.#outcomes.other(request.id, request.sentAt, meaningOfSendError(family, error));
    this.#release(slot);
  }

  #look(request: Request, nowMs: number): void {
    const { slot, family } = request;
    if (request.settled) return;
    const elapsedMs = nowMs - request.sentMonotonicMs;
    // Untouched memory is not for parsing: what that does to a request under way is not documented.
    if (isTouched(slot.memory.bytes, slot.at) && this.#icmp.parse(family, slot) > 0) this.#settle(request, elapsedMs);
    if (request.settled || elapsedMs < request.timeoutMs) return;
    request.settled = true;
    this.#outcomes.timeout(request.id, request.sentAt);
  }

  #settle(request: Request, elapsedMs: number): void {
    const { slot, family, id, sentAt } = request;
    const reply = readReply(slot.memory.view, slot.at, slot.layout, family, slot.memory.address);
    const meaning = meaningOfStatus(family, reply.status);
    const from = formatIpAddress(reply.from);
    request.settled = true;
    switch (meaning.kind) {
      case 'reply': {
        const address = formatIpAddress(request.address);
        if (from !== address) this.#outcomes.odd(() => ({ kind: 'stray', address, from }));
        const rttUs = roundTripUs(reply.roundTripMs, elapsedMs * 1000);
        const ours = from === address && reply.token?.index === id && reply.token.nonce === request.nonce;
        if (ours && rttUs <= request.timeoutMs * 1000) return this.#outcomes.reply(id, sentAt, rttUs);
        return this.#outcomes.timeout(id, sentAt);
      }
      case 'timeout':
        return this.#outcomes.timeout(id, sentAt);
      case 'unreachable':
      case 'hops-exceeded':
        return this.#outcomes.other(id, sentAt, { ...meaning, from: byOthers(from) });
      case 'not-sent':
      case 'failed':
        return this.#outcomes.other(id, sentAt, { kind: meaning.kind, reason: meaning.reason });
    }
  }

  #isOver(request: Request, nowMs: number): boolean {
    const over = request.settled && nowMs - request.sentMonotonicMs >= request.timeoutMs + releaseAfterMs;
    if (over) this.#release(request.slot);
    return over;
  }

  #takeSlot(payloadBytes: number): Slot {
    const layout = slotLayout(payloadBytes);
    const free = this.#free.get(layout.bytes) ?? [];
    this.#free.set(layout.bytes, free);
    if (free.length === 0) {
      const memory = new NativeMemory(slotsPerBlock * layout.bytes);
      for (let i = 0; i < slotsPerBlock; i++) free.push({ memory, at: i * layout.bytes, layout });
    }
    return free.pop() ?? { memory: new NativeMemory(layout.bytes), at: 0, layout };
  }

  #release(slot: Slot): void {
    this.#free.get(slot.layout.bytes)?.push(slot);
  }
}
