/** Sends echo requests through sockets and times the replies: sends, drains and expires in slots while anything is under way, and sleeps otherwise. */
import { bufferedBytes, type Complaint, type EchoSocket } from './echo-socket.ts';
import { answered, Flights, flying, maxUnderWay } from './flights.ts';
import { type IcmpReport, type OtherOutcome, payloadBytesOf, type PingBatch } from './icmp-messages.ts';
import { checksumUnder, type Family, type QuotedRequest, readIcmpError, sameChecksum, tooBig } from './icmp-packet.ts';
import { byOthers, formatIpAddress } from '../ip-address.ts';
import { notSentBecause } from './not-sent.ts';
import { OutcomeColumns } from './outcome-columns.ts';
import type { Oddity } from '../probe.ts';

/** Drain period while anything is under way. The kernel stamps arrivals, so this bounds the receive buffer and the lag of an outcome, not the precision of the round trip. */
const slotMs = 10;
/** While more may arrive within a slot than the receive buffer holds: replies to a burst, or a flood of packets that somebody sends us. */
const hurriedSlotMs = 1;
const messagesOfFlood = 128;
/** Requests sent between two looks at what has arrived. */
const sentPerDrain = 64;
/** How long second answers are looked for after the last first one. */
const lingerMs = 1_000;

/** A batch whose rows before `next` are sent. */
type Waiting = { readonly batch: PingBatch; readonly askedMs: number; next: number };

export class EchoEngine {
  readonly #sockets: ReadonlyMap<number, EchoSocket>;
  /** The error for which there is no IPv6 socket. */
  readonly #noSocket: string;
  readonly #outcomes: OutcomeColumns;
  readonly #waiting: Waiting[] = [];
  readonly #flights = new Flights();
  #longestTimeoutMs = 0;
  #lingerUntilMs = 0;
  #hurryUntilMs = 0;
  /** What the smaller receive buffer holds for certain; and what the replies to the requests sent since then may take of it. */
  readonly #bufferBytes: number;
  #windowBeganMs = 0;
  #expectedBytes = 0;
  /** Ends what will call `#slot` next, while anything will. */
  #unschedule: (() => void) | null = null;

  constructor(sockets: ReadonlyMap<Family, EchoSocket>, noSocket: string, report: (report: IcmpReport) => void) {
    this.#sockets = sockets;
    this.#noSocket = noSocket;
    this.#outcomes = new OutcomeColumns(report);
    this.#bufferBytes = Math.min(...[...sockets.values()].map(socket => socket.receiveBufferBytes));
  }

  /** Sends at once, unless others wait already. */
  ask(batch: PingBatch): void {
    const behindOthers = this.#waiting.length > 0;
    this.#waiting.push({ batch, askedMs: performance.now(), next: 0 });
    if (behindOthers) return;
    this.#unschedule?.();
    this.#slot();
  }

  close(): void {
    this.#unschedule?.();
    for (const socket of this.#sockets.values()) socket.close();
  }

  readonly #slot = (): void => {
    this.#unschedule = null;
    const begunMs = performance.now();
    // Whatever came while we slept makes room for the replies to what is sent now.
    let arrived = this.#drain();
    let sending: 'more' | 'all' | 'later' = 'more';
    if (begunMs - this.#windowBeganMs >= slotMs) [this.#windowBeganMs, this.#expectedBytes] = [begunMs, 0];
    while (sending === 'more' && performance.now() - begunMs < slotMs) {
      sending = this.#sendSome();
      arrived += this.#drain();
    }
    const nowMs = performance.now();
    // Half, because the replies to two windows may arrive in one.
    if (this.#expectedBytes > this.#bufferBytes / 2) this.#hurryUntilMs = nowMs + this.#longestTimeoutMs;
    this.#flights.expire(nowMs, index => this.#outcomes.timeout(this.#idOf(index), this.#sentAtOf(index)));
    const idle = this.#waiting.length === 0 && this.#flights.underWay === 0;
    this.#outcomes.flush(nowMs, idle);
    if (!idle) this.#lingerUntilMs = nowMs + lingerMs;
    if (nowMs >= this.#lingerUntilMs) this.#longestTimeoutMs = 0;
    else this.#schedule(sending === 'more' ? 0 : sending === 'later' || nowMs < this.#hurryUntilMs || arrived > messagesOfFlood ? hurriedSlotMs : slotMs);
  };

  #schedule(delayMs: number): void {
    if (delayMs === 0) {
      const immediate = setImmediate(this.#slot);
      this.#unschedule = () => clearImmediate(immediate);
      return;
    }
    const timer = setTimeout(this.#slot, delayMs);
    this.#unschedule = () => clearTimeout(timer);
  }

  /** Sends a few of those that wait. */
  #sendSome(): 'more' | 'all' | 'later' {
    for (let sent = 0; sent < sentPerDrain; sent++) {
      const waiting = this.#waiting[0];
      if (!waiting) return 'all';
      const { batch, next, askedMs } = waiting;
      if (this.#send(batch, next, askedMs) === 'later') return 'later';
      this.#expectedBytes += bufferedBytes(payloadBytesOf(batch.echoes[next] ?? 0));
      if (++waiting.next === batch.ids.length) this.#waiting.shift();
    }
    return 'more';
  }

  #send(batch: PingBatch, row: number, askedMs: number): 'done' | 'later' {
    const id = batch.ids[row] ?? 0;
    const timeoutMs = batch.timeoutsMs[row] ?? 0;
    const echo = batch.echoes[row] ?? 0;
    const socket = this.#sockets.get(batch.families[row] ?? 0);
    if (!socket) return this.#settleOther(id, Date.now(), noSixSocket(this.#noSocket));
    const index = this.#flights.next();
    if (index === null) return this.#settleOther(id, Date.now(), { kind: 'failed', reason: `More than ${maxUnderWay} pings are under way.` });
    const nonce = this.#flights.nonces[index] ?? 0;
    const sentMonotonicMs = performance.now();
    const sentUs = socket.nowUs();
    const error = socket.send(batch.addresses, row * 16, index, nonce, echo);
    if (error === 'EAGAIN' && sentMonotonicMs - askedMs < timeoutMs) return 'later';
    if (error !== null) return this.#settleOther(id, Math.floor(sentUs / 1000), sendError(error));
    this.#flights.checksums[index] = socket.sentChecksum;
    this.#flights.begin(index, id, socket.family, batch.addresses, row * 16, timeoutMs, sentUs, sentMonotonicMs);
    if (timeoutMs > this.#longestTimeoutMs) this.#longestTimeoutMs = timeoutMs;
    return 'done';
  }

  /** How many messages had arrived. */
  #drain(): number {
    let arrived = 0;
    for (const socket of this.#sockets.values()) {
      arrived += socket.drain(
        (index, nonce, source, sourceAt, atUs) => this.#receive(socket.family, index, nonce, source, sourceAt, atUs),
        complaint => this.#complain(socket, complaint),
      );
    }
    return arrived;
  }

  #receive(family: Family, index: number, nonce: number, source: Uint8Array, sourceAt: number, atUs: number): void {
    const flights = this.#flights;
    const state = flights.stateOf(index, family);
    if (state === 0 || flights.nonces[index] !== nonce) return;
    if (!flights.wasSentTo(index, source, sourceAt)) return this.#odd('stray', index, source.slice(sourceAt, sourceAt + (family === 4 ? 4 : 16)));
    if (state === answered) return this.#odd('duplicate', index, flights.addressOf(index));
    const rttUs = this.#roundTripUs(index, atUs);
    // A reply that came too late stays lost, also when this thread was too busy to notice the time.
    if (rttUs > (flights.timeoutsMs[index] ?? 0) * 1000) return;
    flights.end(index, answered);
    this.#outcomes.reply(this.#idOf(index), this.#sentAtOf(index), rttUs);
  }

  #complain(socket: EchoSocket, { quoted, destination, from, type, code }: Complaint): void {
    const flights = this.#flights;
    const index = quoted.sequence;
    const error = readIcmpError(socket.family, type, code);
    if (!error || flights.stateOf(index, socket.family) !== flying || !flights.wasSentTo(index, destination, 0)) return;
    if (quoted.token ? quoted.token.nonce !== flights.nonces[index] : !this.#provenByChecksum(socket, index, quoted)) return;
    flights.end(index, 0);
    this.#outcomes.other(this.#idOf(index), this.#sentAtOf(index), { ...error, from: from && byOthers(formatIpAddress(from)) });
  }

  /** IPv6 routers quote the nonce, as they must (RFC 4443); whoever does not, guesses. */
  #provenByChecksum({ family, ident }: EchoSocket, index: number, quoted: QuotedRequest): boolean {
    return family === 4 && sameChecksum(checksumUnder(this.#flights.checksums[index] ?? 0, ident, quoted.ident), quoted.checksum);
  }

  #odd(kind: Oddity['kind'], index: number, from: Uint8Array): void {
    this.#outcomes.odd(() => ({ kind, address: formatIpAddress(this.#flights.addressOf(index)), from: formatIpAddress(from) }));
  }

  /** By the kernel's stamp, unless the wall clock was set in between: then as long as the monotonic clock allows at most. */
  #roundTripUs(index: number, atUs: number): number {
    const elapsedUs = (performance.now() - (this.#flights.sentMonotonicMs[index] ?? 0)) * 1000;
    const stampedUs = atUs - (this.#flights.sentUs[index] ?? 0);
    return Math.max(1, Math.round(stampedUs >= 0 && stampedUs <= elapsedUs ? stampedUs : elapsedUs));
  }

  #idOf(index: number): number {
    return this.#flights.ids[index] ?? 0;
  }

  #sentAtOf(index: number): number {
    return Math.floor((this.#flights.sentUs[index] ?? 0) / 1000);
  }

  #settleOther(id: number, sentAt: number, outcome: OtherOutcome): 'done' {
    this.#outcomes.other(id, sentAt, outcome);
    return 'done';
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
  // A router said so before, or our own interface is the narrow place; the path is what it is about.
  if (error === 'EMSGSIZE') return { kind: 'unreachable', reason: tooBig, from: null };
  const notSent = notSentReasons.get(error);
  if (notSent !== undefined) return { kind: 'not-sent', reason: notSent };
  if (error === 'ENOBUFS' || error === 'EAGAIN') return { kind: 'failed', reason: `This computer had no buffer space for the packet (${error}).` };
  return { kind: 'failed', reason: `The packet could not be sent (${error}).` };
}

/** There is always an IPv4 socket, so either this computer has no IPv6 or the trouble is ours. */
function noSixSocket(error: string): OtherOutcome {
  return error === 'EAFNOSUPPORT' ? { kind: 'not-sent', reason: notSentBecause.EAFNOSUPPORT } : { kind: 'failed', reason: `The kernel refused an IPv6 socket (${error}).` };
}
