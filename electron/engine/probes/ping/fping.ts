/** Pings by `fping`, which may send where this program may not: addresses gathered for a moment go to one process. */
import { Children } from './children.ts';
import { echoCode, echoOf } from './icmp-messages.ts';
import { byOthers, formatIpAddress, parseIpAddress } from '../ip-address.ts';
import { notAnAddress } from './not-sent.ts';
import { type EchoOptions, type Oddity, plainEcho, type Pinger, type PingOutcome } from '../probe.ts';

type Asked = { readonly address: string; settle(outcome: PingOutcome): void };
/** One process: every address once, one timeout, one kind of request. */
type Slice = { readonly timeoutMs: number; readonly echo: number; readonly byAddress: Map<string, Asked> };

const gatherMs = 20;
/** fping sends one packet a millisecond (faster is for root only), so this also bounds how late the last one leaves. */
const sliceSize = 64;
const processLimit = 64;

/** What one line of fping's output says about one address; `unsent` stands in the summary for an address that had no line before. */
type FpingLine =
  | { readonly kind: 'reply'; readonly address: string; readonly sentAt: number | null; readonly rttUs: number }
  /** Another address answered; fping takes that for an answer, we do not. */
  | { readonly kind: 'stray'; readonly address: string; readonly sentAt: number | null; readonly from: string }
  | { readonly kind: 'duplicate'; readonly address: string }
  | { readonly kind: 'timeout'; readonly address: string; readonly sentAt: number | null }
  | { readonly kind: 'unreachable'; readonly address: string; readonly reason: string; readonly from: string }
  | { readonly kind: 'hops-exceeded'; readonly address: string; readonly from: string }
  | { readonly kind: 'unsent'; readonly address: string }
  /** Not about an address. */
  | { readonly kind: 'message'; readonly text: string };

/** Reads a line of `fping -C1 -D`, both streams as one: only then does the mark of a stray answer stand before its line. Null for what says nothing about an outcome. */
export function readFpingLine(line: string): FpingLine | null {
  const { from, rest = '' } = /^(?:\s*\[<- (?<from>[0-9a-fA-F:.]+)\])?(?<rest>.*)$/s.exec(line)?.groups ?? {};
  const result = /^\s*(?:\[(?<at>\d+(?:\.\d+)?)\]\s*)?(?<address>[0-9a-fA-F:.]+)\s+: \[\d+\], (?:timed out|\d+ bytes, (?<ms>\d+(?:\.\d+)?) ms)/.exec(rest)?.groups;
  if (result) {
    const { at, address = '', ms } = result;
    const seenMs = at === undefined ? null : Number(at) * 1000;
    if (ms === undefined) return { kind: 'timeout', address, sentAt: seenMs };
    const sentAt = seenMs === null ? null : Math.floor(seenMs - Number(ms));
    return from === undefined ? { kind: 'reply', address, sentAt, rttUs: microseconds(ms) } : { kind: 'stray', address, sentAt, from };
  }
  const complaint = /^(?:\[[\d.]+\]\s*)?ICMP (?<reason>.+) from (?<from>[0-9a-fA-F:.]+) for ICMP Echo sent to (?<address>[0-9a-fA-F:.]+)/.exec(rest)?.groups;
  if (complaint) return complaintOf(complaint['reason'] ?? '', complaint['address'] ?? '', complaint['from'] ?? '');
  const duplicate = /^(?<address>[0-9a-fA-F:.]+)\s+: duplicate for \[/.exec(rest)?.groups;
  if (duplicate) return { kind: 'duplicate', address: duplicate['address'] ?? '' };
  const summary = /^(?<address>[0-9a-fA-F:.]+)\s+: (?<ms>-|\d+(?:\.\d+)?)$/.exec(rest)?.groups;
  if (summary) {
    const { address = '', ms = '-' } = summary;
    return ms === '-' ? { kind: 'unsent', address } : { kind: 'reply', address, sentAt: null, rttUs: microseconds(ms) };
  }
  return rest.trim() === '' ? null : { kind: 'message', text: rest.trim() };
}

/** A redirect or a plea to send less loses nothing. */
function complaintOf(reason: string, address: string, from: string): FpingLine | null {
  if (/^(?:redirect|source quench)/i.test(reason)) return null;
  return /^time exceeded/i.test(reason) ? { kind: 'hops-exceeded', address, from } : { kind: 'unreachable', address, reason: sentence(reason), from };
}

const microseconds = (ms: string): number => Math.max(1, Math.round(Number(ms) * 1000));

/** The arguments for one process. */
export function fpingArguments(addresses: Iterable<string>, timeoutMs: number, { payloadBytes, dscp, dontFragment }: EchoOptions): string[] {
  return ['-C1', '-D', '-i1', `-t${timeoutMs}`, `-b${payloadBytes}`, ...(dscp > 0 ? [`-O${dscp << 2}`] : []), ...(dontFragment ? ['-M'] : []), ...addresses];
}

/** Starts nothing until the first ping. */
export function fpingPinger(refused: Pinger['refused']): Pinger {
  return new FpingPinger(refused);
}

class FpingPinger implements Pinger {
  readonly backend = 'fping';
  readonly refused: Pinger['refused'];
  readonly #children = new Children(processLimit);
  #slices: Slice[] = [];
  #timer: NodeJS.Timeout | null = null;
  #listener: ((oddity: Oddity) => void) | null = null;
  #closed = false;

  constructor(refused: Pinger['refused']) {
    this.refused = refused;
  }

  ping(address: string, timeoutMs: number, options: EchoOptions = plainEcho): Promise<PingOutcome> {
    if (this.#closed) return Promise.resolve({ kind: 'failed', sentAt: Date.now(), reason: 'The pinger was closed.' });
    const parsed = parseIpAddress(address);
    // Also keeps a text that begins with a dash from being read as an option.
    if (!parsed) return Promise.resolve({ kind: 'not-sent', sentAt: Date.now(), reason: notAnAddress(address) });
    return new Promise(settle => {
      this.#add({ address: formatIpAddress(parsed.bytes), settle }, timeoutMs, echoCode(options));
      this.#timer ??= setTimeout(() => this.#startSlices(), gatherMs);
    });
  }

  onOddity(listener: (oddity: Oddity) => void): void {
    this.#listener = listener;
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#startSlices();
    await this.#children.close();
  }

  #add(asked: Asked, timeoutMs: number, echo: number): void {
    let slice = this.#slices.find(s => s.timeoutMs === timeoutMs && s.echo === echo && s.byAddress.size < sliceSize && !s.byAddress.has(asked.address));
    if (!slice) this.#slices.push((slice = { timeoutMs, echo, byAddress: new Map() }));
    slice.byAddress.set(asked.address, asked);
  }

  #startSlices(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    const slices = this.#slices;
    this.#slices = [];
    for (const slice of slices) void this.#run(slice);
  }

  async #run({ timeoutMs, echo, byAddress }: Slice): Promise<void> {
    let startedAt = Date.now();
    let message: string | null = null;
    const options = echoOf(echo);
    const settle = (address: string, outcome: PingOutcome): void => {
      const asked = byAddress.get(address);
      if (!asked) return;
      byAddress.delete(address);
      asked.settle(outcome);
    };
    const ended = this.#closed ? { kind: 'unable' as const, reason: 'The pinger was closed.' } : await this.#children.run({
      command: 'fping',
      args: fpingArguments(byAddress.keys(), timeoutMs, options),
      oneStream: true,
      patienceMs: timeoutMs,
      deadlineMs: timeoutMs + sliceSize + 1_000,
      onStart: () => (startedAt = Date.now()),
      onLine: text => {
        const line = readFpingLine(text);
        if (line?.kind === 'message') message = line.text;
        else if (line?.kind === 'duplicate') this.#listener?.({ kind: 'duplicate', address: line.address, from: line.address });
        else if (line) {
          if (line.kind === 'stray') this.#listener?.({ kind: 'stray', address: line.address, from: line.from });
          settle(line.address, outcomeOf(line, startedAt, timeoutMs, options));
        }
      },
    });
    const reason = this.#closed ? 'The pinger was closed.' : ended.kind === 'unable' ? ended.reason : `fping ended without an answer${message === null ? '' : `: ${String(message)}`}.`;
    for (const address of byAddress.keys()) settle(address, { kind: 'failed', sentAt: startedAt, reason });
  }
}

function outcomeOf(line: Exclude<FpingLine, { kind: 'message' | 'duplicate' }>, startedAt: number, timeoutMs: number, { dontFragment }: EchoOptions): PingOutcome {
  switch (line.kind) {
    case 'reply':
      return line.rttUs > timeoutMs * 1000 ? { kind: 'timeout', sentAt: line.sentAt ?? startedAt } : { kind: 'reply', sentAt: line.sentAt ?? startedAt, rttUs: line.rttUs };
    case 'stray':
      return { kind: 'timeout', sentAt: line.sentAt ?? startedAt };
    case 'timeout':
      return { kind: 'timeout', sentAt: line.sentAt === null ? startedAt : Math.floor(line.sentAt - timeoutMs) };
    case 'unreachable':
      return { kind: 'unreachable', sentAt: startedAt, reason: line.reason, from: byOthers(line.from) };
    case 'hops-exceeded':
      return { kind: 'hops-exceeded', sentAt: startedAt, from: byOthers(line.from) };
    case 'unsent':
      // fping 5.1 does not print the kernel's error.
      return { kind: 'not-sent', sentAt: startedAt, reason: `This computer has no route to that network, or forbids sending to it${dontFragment ? ', or the packet is too big to go there whole' : ''}.` };
  }
}

/** `Unreachable (Communication with Host Prohibited)` → `communication with host prohibited`. */
const sentence = (text: string): string => (/\((.+)\)/.exec(text)?.[1] ?? text).toLowerCase();
