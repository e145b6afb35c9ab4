/** The structures of the Windows ICMP functions (ipexport.h, 64-bit) as bytes, and their codes in our words. Pure. */
import { type EchoToken, type Family, type IcmpError, tooBig } from './icmp-packet.ts';
import type { OtherOutcome } from './icmp-messages.ts';
import { notSentBecause } from './not-sent.ts';
import type { EchoOptions } from '../probe.ts';

/** ICMP_ECHO_REPLY and ICMPV6_ECHO_REPLY_LH. */
const replyStructureBytes = { 4: 40, 6: 36 } as const;
/** What an ICMP error may bring, and the IO_STATUS_BLOCK of an asynchronous request. */
const replyExtraBytes = 8 + 16;
const optionBytes = 16;
const nameBytes = 28;
const tokenBytes = 8;
const addressFamily6 = 23;
/** Of a request with options of its own: what Windows sends without any. */
const timeToLive = 128;
const doNotFragment = 0x02;

/** Where everything about one request lies, counted from its slot: the system may read and write there until the request has ended. */
export type SlotLayout = { readonly replyBytes: number; readonly requestAt: number; readonly optionsAt: number; readonly sourceAt: number; readonly destinationAt: number; readonly bytes: number };

const aligned = (bytes: number): number => Math.ceil(bytes / 8) * 8;

export function slotLayout(payloadBytes: number): SlotLayout {
  const replyBytes = aligned(replyStructureBytes[4] + payloadBytes + replyExtraBytes);
  const requestAt = replyBytes;
  const optionsAt = requestAt + aligned(payloadBytes);
  const sourceAt = optionsAt + optionBytes;
  const destinationAt = sourceAt + aligned(nameBytes);
  return { replyBytes, requestAt, optionsAt, sourceAt, destinationAt, bytes: destinationAt + aligned(nameBytes) };
}

/** Fills a slot for a request: an empty reply, the payload with its token, IP_OPTION_INFORMATION, and for IPv6 any source and the destination as sockaddr_in6. */
export function writeSlot(view: DataView, at: number, layout: SlotLayout, family: Family, address: Uint8Array, token: EchoToken, echo: EchoOptions): void {
  const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
  bytes.fill(0, at, at + layout.bytes);
  const request = at + layout.requestAt;
  view.setUint32(request, token.index);
  view.setUint32(request + 4, token.nonce);
  for (let i = tokenBytes; i < echo.payloadBytes; i++) bytes[request + i] = i;
  const options = at + layout.optionsAt;
  view.setUint8(options, timeToLive);
  view.setUint8(options + 1, echo.dscp << 2);
  view.setUint8(options + 2, echo.dontFragment ? doNotFragment : 0);
  if (family === 4) return;
  view.setUint16(at + layout.sourceAt, addressFamily6, true);
  view.setUint16(at + layout.destinationAt, addressFamily6, true);
  bytes.set(address, at + layout.destinationAt + 8);
}

/** IPAddr: the four bytes as they stand in memory. */
export const ipAddr = (address: Uint8Array): number => new DataView(address.buffer, address.byteOffset, 4).getUint32(0, true);

/** Whether the system has written anything into the slot's reply. */
export function isTouched(bytes: Uint8Array, at: number): boolean {
  for (let i = 0; i < replyStructureBytes[6]; i++) if (bytes[at + i] !== 0) return true;
  return false;
}

export type WindowsReply = { readonly status: number; readonly from: Uint8Array; readonly roundTripMs: number; readonly token: EchoToken | null };

/** The reply in a slot, once it was parsed. `memoryAddress` is that of the view's first byte: an IPv4 reply points at its data, which must lie in the slot. */
export function readReply(view: DataView, at: number, layout: SlotLayout, family: Family, memoryAddress: number): WindowsReply {
  const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
  if (family === 4) {
    const data = Number(view.getBigUint64(at + 16, true)) - memoryAddress;
    const inSlot = view.getUint16(at + 12, true) >= tokenBytes && data >= at && data + tokenBytes <= at + layout.replyBytes;
    return { status: view.getUint32(at + 4, true), from: bytes.slice(at, at + 4), roundTripMs: view.getUint32(at + 8, true), token: inSlot ? tokenAt(view, data) : null };
  }
  // IPV6_ADDRESS_EX is packed: port u16, flow u32, address, scope u32; what follows it is aligned again.
  return { status: view.getUint32(at + 28, true), from: bytes.slice(at + 6, at + 22), roundTripMs: view.getUint32(at + 32, true), token: tokenAt(view, at + replyStructureBytes[6]) };
}

const tokenAt = (view: DataView, at: number): EchoToken => ({ index: view.getUint32(at), nonce: view.getUint32(at + 4) });

/** Windows counts whole milliseconds, rounded down; our own clock is finer but saw the reply later. */
export const roundTripUs = (roundTripMs: number, elapsedUs: number): number => Math.max(1, Math.round(Math.min(Math.max(elapsedUs, roundTripMs * 1000), (roundTripMs + 1) * 1000)));

type StatusMeaning = { readonly kind: 'reply' | 'timeout' } | IcmpError | { readonly kind: 'not-sent' | 'failed'; readonly reason: string };

const unreachable = (reason: string): StatusMeaning => ({ kind: 'unreachable', reason });
const failed = (what: string): StatusMeaning => ({ kind: 'failed', reason: `Windows could not send the packet: ${what}.` });
const couldNotSend: StatusMeaning = { kind: 'not-sent', reason: 'This computer could not send to that address.' };

const meanings: ReadonlyMap<number, StatusMeaning> = new Map([
  [0, { kind: 'reply' }],
  [11_001, failed('its buffer for the reply was too small')],
  [11_002, unreachable('network unreachable')],
  [11_003, unreachable('host unreachable')],
  [11_004, unreachable('protocol unreachable')],
  [11_005, unreachable('port unreachable')],
  [11_006, failed('it is out of resources')],
  [11_007, failed('an option of the packet is bad')],
  [11_008, failed('hardware error')],
  [11_009, unreachable(tooBig)],
  [11_010, { kind: 'timeout' }],
  [11_011, failed('bad request')],
  [11_012, unreachable('bad route')],
  [11_013, { kind: 'hops-exceeded' }],
  [11_014, unreachable('fragments were lost on the way')],
  [11_015, unreachable('a router could not read the packet')],
  // A router that is overloaded and says so: the request is lost.
  [11_016, { kind: 'timeout' }],
  [11_017, failed('an option of the packet is too big')],
  [11_018, couldNotSend],
  [11_032, { kind: 'timeout' }],
  [11_040, unreachable('destination unreachable')],
  [11_041, { kind: 'hops-exceeded' }],
  [11_042, unreachable('a router could not read the packet')],
  [11_043, unreachable('a router could not read the packet')],
  [11_044, unreachable('destination unreachable')],
  [11_045, unreachable('beyond the scope of the source address')],
  [11_050, couldNotSend],
]);

/** The same numbers with other names in ipexport.h. */
const meanings6: ReadonlyMap<number, StatusMeaning> = new Map([
  [11_002, unreachable('no route to the destination')],
  [11_003, unreachable('address unreachable')],
  [11_004, unreachable('forbidden by an administrator')],
]);

/** What an IP_STATUS says about a request. */
export const meaningOfStatus = (family: Family, status: number): StatusMeaning => (family === 6 ? meanings6.get(status) : undefined) ?? meanings.get(status) ?? failed(`error ${status}`);

/** What GetLastError says when nothing was sent: an IP_STATUS, or an error of Windows itself. */
export function meaningOfSendError(family: Family, error: number): OtherOutcome {
  const known = sendErrors.get(error);
  if (known) return known;
  const meaning = meaningOfStatus(family, error);
  switch (meaning.kind) {
    case 'unreachable':
    case 'hops-exceeded':
      return { ...meaning, from: null };
    case 'not-sent':
    case 'failed':
      return { kind: meaning.kind, reason: meaning.reason };
    case 'reply':
    case 'timeout':
      return { kind: 'failed', reason: `Windows could not send the packet: error ${error}.` };
  }
}

const sendErrors: ReadonlyMap<number, OtherOutcome> = new Map([
  [5, { kind: 'not-sent', reason: notSentBecause.EACCES }],
  [1_231, { kind: 'not-sent', reason: notSentBecause.ENETUNREACH }],
  [1_232, { kind: 'unreachable', reason: 'host unreachable', from: null }],
]);
