/** The thread that sends echo requests and times the replies: sends, drains and expires in slots while anything is under way, and sleeps otherwise. */
import { randomFillSync } from 'node:crypto';
import { parentPort, workerData } from 'node:worker_threads';
import { describeError, type EchoToken, type Family, readEchoReply, readQuotedRequest, writeEchoRequest } from './icmp-packet.ts';
import { IcmpSocket, type IcmpSocketKind } from './icmp-socket.ts';
import { byOthers, formatIpAddress, parseIpAddress, sameBytes } from './ip-address.ts';
import { notAnAddress, notSentBecause } from './not-sent.ts';

/** Which kinds to try, best first. */
export type IcmpWorkerData = { readonly kinds: readonly IcmpSocketKind[] };

/** To the thread. Request `i` has the id `firstId + i`. */
export type IcmpRequest =
  | { readonly kind: 'ping'; readonly firstId: number; readonly addresses: readonly string[]; readonly timeoutsMs: readonly number[] }
  | { readonly kind: 'close' };

/** An outcome that is not a reply or a timeout. */
type OtherOutcome = { readonly kind: 'unreachable'; readonly reason: string; readonly from: string | null } | { readonly kind: 'not-sent' | 'failed'; readonly reason: string };

/**
 * From the thread. `opened` comes once, first; `kind` null: every kind was refused. Outcomes travel as columns of three
 * numbers each: id, sentAt (UTC ms), and the round trip in µs, or -1 for a timeout, or -2 - n for entry n of `others`.
 */
export type IcmpReport =
  | { readonly kind: 'opened'; readonly socket: IcmpSocketKind | null; readonly refusals: readonly { readonly socket: IcmpSocketKind; readonly error: string }[] }
  | { readonly kind: 'outcomes'; readonly columns: Float64Array; readonly others: readonly OtherOutcome[] };

/** Drain period while anything is under way. The kernel stamps arrivals, so this bounds the receive buffer and the lag of an outcome, not the precision of the round trip. */
const slotMs = 10;
/** Outcomes gather this long before they are sent: fewer messages between threads. */
const reportEveryMs = 25;
/** Also the range of the sequence number, by which an ICMP error that quotes no payload is matched. */
const maxUnderWay = 65_536;
/** The first may fail by an earlier packet's error, and another may arrive before the second. */
const sendAttempts = 3;

type Waiting = { readonly id: number; readonly family: Family; readonly address: Uint8Array; readonly timeoutMs: number; readonly askedMs: number };
type Flight = { readonly id: number; readonly family: Family; readonly address: Uint8Array; readonly timeoutMs: number; readonly token: EchoToken; readonly sentUs: number; readonly sentMonotonicMs: number };

/** First in, first out, without moving what remains. */
class Queue<T> {
  #items: T[] = [];
  #head = 0;

  get first(): T | undefined {
    return this.#items[this.#head];
  }

  push(item: T): void {
    this.#items.push(item);
  }

  shift(): void {
    this.#head++;
    if (this.#head < 1024 && this.#head < this.#items.length) return;
    this.#items = this.#items.slice(this.#head);
    this.#head = 0;
  }
}

class Nonces {
  readonly #pool = new Uint32Array(1024);
  #next = this.#pool.length;

  take(): number {
    if (this.#next === this.#pool.length) {
      randomFillSync(this.#pool);
      this.#next = 0;
    }
    return this.#pool[this.#next++] ?? 0;
  }
}

class EchoEngine {
  readonly #sockets: ReadonlyMap<Family, IcmpSocket>;
  /** The error for which there is no IPv6 socket. */
  readonly #noSocket: string;
  readonly #report: (report: IcmpReport) => void;
  /** A raw socket sees everybody's replies; the identifier leaves out most before the nonce decides. */
  readonly #ident = process.pid & 0xffff;
  readonly #nonces = new Nonces();
  readonly #waiting = new Queue<Waiting>();
  #waitingCount = 0;
  /** By token index. */
  readonly #flights = new Map<number, Flight>();
  #nextIndex = 0;
  /** For each timeout in use the flights in order of sending, which is the order in which they expire. Settled ones stay until their time. */
  readonly #expiring = new Map<number, Queue<Flight>>();
  #columns: number[] = [];
  #others: OtherOutcome[] = [];
  #reportedMs = 0;
  #timer: NodeJS.Timeout | null = null;

  constructor(sockets: ReadonlyMap<Family, IcmpSocket>, noSocket: string, report: (report: IcmpReport) => void) {
    this.#sockets = sockets;
    this.#noSocket = noSocket;
    this.#report = report;
  }

  ask(firstId: number, addresses: readonly string[], timeoutsMs: readonly number[]): void {
    const askedMs = performance.now();
    addresses.forEach((text, i) => {
      const id = firstId + i;
      const address = parseIpAddress(text);
      if (!address) return this.#settleOther(id, Date.now(), { kind: 'not-sent', reason: notAnAddress(text) });
      if (!this.#sockets.has(address.family)) return this.#settleOther(id, Date.now(), noSixSocket(this.#noSocket));
      this.#waiting.push({ id, family: address.family, address: address.bytes, timeoutMs: timeoutsMs[i] ?? 0, askedMs });
      this.#waitingCount++;
    });
    if (!this.#timer) this.#slot();
  }

  close(): void {
    if (this.#timer) clearTimeout(this.#timer);
    for (const socket of this.#sockets.values()) socket.close();
  }

  readonly #slot = (): void => {
    this.#timer = null;
    this.#sendWaiting();
    for (const socket of this.#sockets.values()) this.#drain(socket);
    const nowMs = performance.now();
    this.#expire(nowMs);
    const idle = this.#waitingCount === 0 && this.#flights.size === 0;
    if (this.#columns.length > 0 && (idle || nowMs - this.#reportedMs >= reportEveryMs)) this.#flush(nowMs);
    if (idle) this.#expiring.clear();
    else this.#timer = setTimeout(this.#slot, slotMs);
  };

  #sendWaiting(): void {
    const budget = new Map([...this.#sockets].map(([family, socket]) => [family, socket.burst]));
    for (let next = this.#waiting.first; next; next = this.#waiting.first) {
      const left = budget.get(next.family) ?? 0;
      const socket = this.#sockets.get(next.family);
      if (left === 0 || !socket) return;
      budget.set(next.family, left - 1);
      if (this.#send(socket, next) === 'later') return;
      this.#waiting.shift();
      this.#waitingCount--;
    }
  }

  #send(socket: IcmpSocket, next: Waiting): 'done' | 'later' {
    const index = this.#freeIndex();
    if (index === null) {
      this.#settleOther(next.id, Date.now(), { kind: 'failed', reason: `More than ${maxUnderWay} pings are under way.` });
      return 'done';
    }
    const token = { index, nonce: this.#nonces.take() };
    writeEchoRequest(socket.packet, socket.family, this.#ident, token);
    const sentUs = socket.nowUs();
    const sentMonotonicMs = performance.now();
    let error = socket.send(next.address);
    // The kernel reports the ICMP error of an earlier packet on the next call, whichever that is, as any of a dozen errors; a second attempt tells it from our own.
    for (let attempt = 1; attempt < sendAttempts && error !== null && error !== 'EAGAIN'; attempt++) error = socket.send(next.address);
    if (error === 'EAGAIN' && sentMonotonicMs - next.askedMs < next.timeoutMs) return 'later';
    if (error !== null) {
      this.#settleOther(next.id, Math.floor(sentUs / 1000), sendError(error));
      return 'done';
    }
    const flight: Flight = { id: next.id, family: next.family, address: next.address, timeoutMs: next.timeoutMs, token, sentUs, sentMonotonicMs };
    this.#flights.set(index, flight);
    const queue = this.#expiring.get(next.timeoutMs) ?? new Queue<Flight>();
    queue.push(flight);
    this.#expiring.set(next.timeoutMs, queue);
    return 'done';
  }

  /** Indexes go round, so that a late reply meets an index long free, not one just taken again. */
  #freeIndex(): number | null {
    if (this.#flights.size >= maxUnderWay) return null;
    while (this.#flights.has(this.#nextIndex)) this.#nextIndex = (this.#nextIndex + 1) % maxUnderWay;
    const index = this.#nextIndex;
    this.#nextIndex = (index + 1) % maxUnderWay;
    return index;
  }

  #drain(socket: IcmpSocket): void {
    socket.drain(({ bytes, source, atUs }) => {
      const echo = readEchoReply(bytes, socket.family);
      if (!echo || (socket.kind === 'raw' && echo.ident !== this.#ident)) return;
      const flight = this.#flights.get(echo.index);
      if (!flight || flight.family !== socket.family || flight.token.nonce !== echo.nonce || !sameBytes(flight.address, source)) return;
      const rttUs = this.#roundTripUs(flight, atUs);
      // A reply that came too late stays lost, also when this thread was too busy to notice the time.
      if (rttUs <= flight.timeoutMs * 1000) this.#settle(flight, rttUs);
    });
    socket.drainErrors(error => {
      const quoted = readQuotedRequest(error.quoted, socket.family);
      const reason = describeError(socket.family, error.type, error.code);
      if (!quoted || reason === null || (socket.kind === 'raw' && quoted.ident !== this.#ident)) return;
      const flight = this.#flights.get(quoted.sequence);
      if (!flight || flight.family !== socket.family || !sameBytes(flight.address, error.destination)) return;
      if (quoted.token && quoted.token.nonce !== flight.token.nonce) return;
      this.#flights.delete(flight.token.index);
      this.#settleOther(flight.id, Math.floor(flight.sentUs / 1000), { kind: 'unreachable', reason, from: error.from && byOthers(formatIpAddress(error.from)) });
    });
  }

  /** By the kernel's stamp, unless the wall clock was set in between: then as long as the monotonic clock allows at most. */
  #roundTripUs(flight: Flight, atUs: number | null): number {
    const elapsedUs = (performance.now() - flight.sentMonotonicMs) * 1000;
    const stampedUs = (atUs ?? Number.NaN) - flight.sentUs;
    return Math.max(1, Math.round(stampedUs >= 0 && stampedUs <= elapsedUs ? stampedUs : elapsedUs));
  }

  #expire(nowMs: number): void {
    for (const queue of this.#expiring.values()) {
      for (let flight = queue.first; flight && nowMs - flight.sentMonotonicMs >= flight.timeoutMs; flight = queue.first) {
        queue.shift();
        if (this.#flights.get(flight.token.index) === flight) this.#settle(flight, -1);
      }
    }
  }

  #settle(flight: Flight, code: number): void {
    this.#flights.delete(flight.token.index);
    this.#columns.push(flight.id, Math.floor(flight.sentUs / 1000), code);
  }

  #settleOther(id: number, sentAt: number, outcome: OtherOutcome): void {
    this.#columns.push(id, sentAt, -2 - this.#others.length);
    this.#others.push(outcome);
  }

  #flush(nowMs: number): void {
    this.#report({ kind: 'outcomes', columns: Float64Array.from(this.#columns), others: this.#others });
    this.#columns = [];
    this.#others = [];
    this.#reportedMs = nowMs;
  }
}

/** What this host's stack says of a neighbour that does not answer, once it has given up asking for it. */
const neighbourSilent: ReadonlyMap<string, string> = new Map([
  ['EHOSTUNREACH', 'host unreachable'],
  ['EHOSTDOWN', 'host down'],
]);
const notSentReasons: ReadonlyMap<string, string> = new Map(Object.entries(notSentBecause));

function sendError(error: string): OtherOutcome {
  const unreachable = neighbourSilent.get(error);
  if (unreachable !== undefined) return { kind: 'unreachable', reason: unreachable, from: null };
  const notSent = notSentReasons.get(error);
  if (notSent !== undefined) return { kind: 'not-sent', reason: notSent };
  if (error === 'ENOBUFS' || error === 'EAGAIN') return { kind: 'failed', reason: `This computer had no buffer space for the packet (${error}).` };
  return { kind: 'failed', reason: `The packet could not be sent (${error}).` };
}

/** There is always an IPv4 socket, so either this computer has no IPv6 or the trouble is ours. */
function noSixSocket(error: string): OtherOutcome {
  return error === 'EAFNOSUPPORT' ? { kind: 'not-sent', reason: notSentBecause.EAFNOSUPPORT } : { kind: 'failed', reason: `The kernel refused an IPv6 socket (${error}).` };
}

function openSockets(kinds: readonly IcmpSocketKind[]): { opened: IcmpReport; sockets: Map<Family, IcmpSocket>; noSocket: string } {
  const refusals: { socket: IcmpSocketKind; error: string }[] = [];
  for (const kind of kinds) {
    const four = IcmpSocket.open(4, kind);
    if ('refusedBy' in four) {
      refusals.push({ socket: kind, error: four.refusedBy });
      continue;
    }
    const sockets = new Map<Family, IcmpSocket>([[4, four]]);
    const six = IcmpSocket.open(6, kind);
    if (six instanceof IcmpSocket) sockets.set(6, six);
    return { opened: { kind: 'opened', socket: kind, refusals }, sockets, noSocket: six instanceof IcmpSocket ? '' : six.refusedBy };
  }
  return { opened: { kind: 'opened', socket: null, refusals }, sockets: new Map(), noSocket: '' };
}

if (!parentPort) throw new Error('icmp-worker is a worker thread.');
const port = parentPort;
// Set by icmp.ts, the only one that starts this thread.
const { kinds } = workerData as IcmpWorkerData;
const { opened, sockets, noSocket } = openSockets(kinds);
const engine = new EchoEngine(sockets, noSocket, report => port.postMessage(report, report.kind === 'outcomes' ? [report.columns.buffer as ArrayBuffer] : []));
port.on('message', (request: IcmpRequest) => {
  if (request.kind === 'ping') return engine.ask(request.firstId, request.addresses, request.timeoutsMs);
  engine.close();
  port.close();
});
port.postMessage(opened);
