/** What a further check of a device is: it asks once and says what came back. An answer from the network is never an exception. */
import type { CheckInput, CheckOf } from '../../../../shared/model/check.ts';

/**
 * `failed`: the device's fault. `unknown`: our own trouble, or a name that stands for nothing; says nothing about the device. `message` is one sentence;
 * `elapsedMs` is null where nothing was sent. `value`: the number that was read, whatever was made of it. `certificateLeftMs`: until the certificate that was shown expires, negative when
 * it has; left out where none was looked at.
 */
export type CheckOutcome = { readonly kind: 'ok' | 'failed' | 'unknown'; readonly elapsedMs: number | null; readonly message: string; readonly value?: number; readonly certificateLeftMs?: number };

/** The device a check belongs to. */
export type CheckTarget = {
  /** An IP address. */
  readonly address: string;
  /** As the user wrote it: that address, or the name that stands for it. */
  readonly host: string;
  /** null: none, or one that cannot be opened. */
  readonly community: string | null;
  readonly snmpPort: number;
};

/** `signal` ends the asking before its time is up: the outcome no longer matters, but sockets must be closed. */
export type Patience = { readonly timeoutMs: number; readonly signal: AbortSignal };

/** Asks once, and settles within the timeout and a little. Everything it opened is closed by then. */
export type CheckProbe<K extends AskedKind> = (check: CheckOf<K>, target: CheckTarget, patience: Patience) => Promise<CheckOutcome>;

/** The kinds that this console asks about. A heartbeat is the device's own call. */
export type AskedKind = Exclude<CheckInput['kind'], 'heartbeat'>;
export type CheckProbes = { readonly [K in AskedKind]: CheckProbe<K> };

/** What a host name stands for. A failure is no fault of any device. */
export type Found = { readonly kind: 'address'; readonly address: string } | { readonly kind: 'failed'; readonly reason: string };

export interface Names {
  /** The address of a host, at once where it is known. An IP address is its own. Never rejects; settles in a bounded time. */
  lookUp(host: string): Promise<Found>;
}

/** Such as "0.1 s" and "5 s". */
export const seconds = (ms: number): string => `${Math.round(ms / 100) / 10} s`;

/** What a stranger's text may show of itself in a sentence: one line, without controls and marks of direction, and short. */
export function quoted(text: string, longest = 60): string {
  const plain = text.slice(0, 4 * longest).replace(/\p{Cc}+/gu, ' ').replace(/[\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, '').trim();
  return `"${plain.length > longest ? `${plain.slice(0, longest)}…` : plain}"`;
}
