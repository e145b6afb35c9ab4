/** Pings by the system's `ping`, one process each: works nearly everywhere, for a few hundred devices at most. */
import { isIP } from 'node:net';
import { Children } from './children.ts';
import { byOthers } from '../ip-address.ts';
import { notAnAddress, notSentBecause } from './not-sent.ts';
import { tooBig } from './icmp-packet.ts';
import { type EchoOptions, type Oddity, plainEcho, type Pinger, type PingOutcome } from '../probe.ts';

/** A process costs about 2 ms of CPU: more at a time would only queue for the processor. */
const processLimit = 32;
/** What starting and ending the process may take on top of the timeout. */
const processSlackMs = 80;

type PingCommand = { readonly command: string; readonly args: readonly string[] };

/** How to ask each system's ping for one echo. Whole seconds where it counts in seconds; the exact timeout is ours. What its command line cannot say (DSCP on Windows, and of macOS over IPv6) stays as the system has it. */
export function pingCommand(platform: NodeJS.Platform, address: string, timeoutMs: number, { payloadBytes, dscp, dontFragment }: EchoOptions): PingCommand {
  const six = address.includes(':');
  // Less than that, and ping does not tell the time.
  const size = String(platform === 'win32' ? payloadBytes : Math.max(16, payloadBytes));
  const service = String(dscp << 2);
  if (platform === 'win32') return { command: 'ping', args: [six ? '-6' : '-4', '-n', '1', '-w', String(timeoutMs), '-l', size, ...(dontFragment && !six ? ['-f'] : []), address] };
  if (platform === 'darwin') {
    if (six) return { command: 'ping6', args: ['-n', '-c', '1', '-s', size, ...(dontFragment ? ['-D'] : []), address] };
    return { command: 'ping', args: ['-n', '-c', '1', '-W', String(timeoutMs), '-s', size, ...(dscp > 0 ? ['-z', service] : []), ...(dontFragment ? ['-D'] : []), address] };
  }
  return { command: 'ping', args: ['-n', '-c', '1', '-W', String(Math.ceil(timeoutMs / 1000)), '-s', size, ...(dscp > 0 ? ['-Q', service] : []), ...(dontFragment ? ['-M', 'do'] : []), address] };
}

/** What one line of ping's output says, in any of the three dialects; null when it says nothing about the answer. */
type PingLine =
  | { readonly kind: 'reply'; readonly rttUs: number }
  | { readonly kind: 'stray'; readonly from: string }
  | { readonly kind: 'unreachable'; readonly reason: string; readonly from: string | null }
  | { readonly kind: 'hops-exceeded'; readonly from: string | null }
  | { readonly kind: 'not-sent' | 'failed'; readonly reason: string };

/** In the words of ping or of the system's errors, where only sending can have caused them. */
const notSentSayings: readonly { readonly saying: RegExp; readonly reason: string }[] = [
  { saying: /: network is unreachable/i, reason: notSentBecause.ENETUNREACH },
  { saying: /: network is down/i, reason: notSentBecause.ENETDOWN },
  { saying: /cannot assign requested address|can't assign requested address/i, reason: notSentBecause.EADDRNOTAVAIL },
  { saying: /address family not supported/i, reason: notSentBecause.EAFNOSUPPORT },
  { saying: /(?:connect|sendmsg|sendto): (?:operation not permitted|permission denied)|do you want to ping broadcast/i, reason: notSentBecause.EACCES },
  { saying: /(?:connect|sendmsg|sendto): invalid argument/i, reason: notSentBecause.EINVAL },
  // Windows, which does not say why.
  { saying: /transmit failed/i, reason: 'This computer could not send to that address.' },
];

export function readPingLine(line: string): PingLine | null {
  const stray = /^\d+ bytes from (?<from>[0-9a-fA-F:.]+?):? .*\(DIFFERENT ADDRESS!\)/.exec(line)?.groups;
  if (stray) return { kind: 'stray', from: stray['from'] ?? '' };
  // Windows translates the words, and writes them in a code page of its own: then the number before TTL is the one.
  const ms = /[=<]\s*(\d+(?:[.,]\d+)?)(?:\s*ms(?!\p{L})|\P{White_Space}{1,8}\s+TTL=)/u.exec(line)?.[1];
  if (ms !== undefined) return { kind: 'reply', rttUs: Math.max(1, Math.round(Number(ms.replace(',', '.')) * 1000)) };
  const complaint = /^From (?<from>\S+?):? icmp_seq=\d+ (?<reason>.+)$/.exec(line)?.groups ?? /^(?:\d+ bytes from|Reply from) (?<from>\S+): (?<reason>.*(?:unreachable|exceeded|expired|prohibited|too big|frag needed).*)$/i.exec(line)?.groups;
  if (complaint) return complaintOf(complaint['reason'] ?? '', complaint['from'] ?? null);
  if (tooBigSayings.test(line)) return { kind: 'unreachable', reason: tooBig, from: null };
  const notSent = notSentSayings.find(({ saying }) => saying.test(line));
  if (notSent) return { kind: 'not-sent', reason: notSent.reason };
  if (/unreachable|no route to host|host is down/i.test(line)) return { kind: 'unreachable', reason: reasonOf(line), from: null };
  if (/not permitted|permission denied|lacking privilege|invalid|usage/i.test(line)) return { kind: 'failed', reason: `ping: ${reasonOf(line)}.` };
  return null;
}

/** Said by this computer, whose own interface or whose memory of the path it is. Windows translates it, and then it counts as no answer. */
const tooBigSayings = /message too long|packet needs to be fragmented/i;

/** A redirect loses nothing. */
function complaintOf(reason: string, from: string | null): PingLine | null {
  if (/redirect/i.test(reason)) return null;
  if (/time to live exceeded|hop limit|TTL expired in transit/i.test(reason)) return { kind: 'hops-exceeded', from };
  return { kind: 'unreachable', reason: /frag needed|too big/i.test(reason) ? tooBig : reason.replace(/\.$/, '').toLowerCase(), from };
}

const reasonOf = (line: string): string => (line.split(': ').at(-1) ?? line).replace(/\.$/, '').toLowerCase();

/** Starts nothing until the first ping. */
export function pingPinger(refused: Pinger['refused']): Pinger {
  return new PingPinger(refused);
}

class PingPinger implements Pinger {
  readonly backend = 'ping';
  readonly refused: Pinger['refused'];
  readonly #children = new Children(processLimit);
  #listener: ((oddity: Oddity) => void) | null = null;

  constructor(refused: Pinger['refused']) {
    this.refused = refused;
  }

  async ping(address: string, timeoutMs: number, options: EchoOptions = plainEcho): Promise<PingOutcome> {
    let sentAt = Date.now();
    // Also keeps a text that begins with a dash from being read as an option.
    if (isIP(address) === 0) return { kind: 'not-sent', sentAt, reason: notAnAddress(address) };
    // The first line that says anything: Windows repeats the time in its summary.
    let said: PingLine | null = null;
    const note = (text: string): void => {
      const line = said ? null : readPingLine(text);
      if (!line) return;
      said = line;
      if (line.kind === 'stray') this.#listener?.({ kind: 'stray', address, from: line.from });
      if (line.kind === 'reply') sentAt = Date.now() - Math.ceil(line.rttUs / 1000);
    };
    const ended = await this.#children.run({ ...pingCommand(process.platform, address, timeoutMs, options), patienceMs: timeoutMs, deadlineMs: timeoutMs + processSlackMs, onStart: () => (sentAt = Date.now()), onLine: note });
    return ended.kind === 'unable' ? { kind: 'failed', sentAt, reason: ended.reason } : outcomeOf(said, sentAt, timeoutMs);
  }

  onOddity(listener: (oddity: Oddity) => void): void {
    this.#listener = listener;
  }

  close(): Promise<void> {
    return this.#children.close();
  }
}

function outcomeOf(said: PingLine | null, sentAt: number, timeoutMs: number): PingOutcome {
  if (!said || said.kind === 'stray' || (said.kind === 'reply' && said.rttUs > timeoutMs * 1000)) return { kind: 'timeout', sentAt };
  return said.kind === 'unreachable' || said.kind === 'hops-exceeded' ? { ...said, sentAt, from: said.from && byOthers(said.from) } : { ...said, sentAt };
}
