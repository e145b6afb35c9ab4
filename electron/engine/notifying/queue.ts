/** What waits for one recipient: what of it can never be sent, what goes next, and when a failure is tried again. Pure. */
import { createHash } from 'node:crypto';
import type { MessageRow } from '../../../shared/model/notification.ts';
import { hourMs } from './lane.ts';

/** `opened`: the problem of its conversation was delivered. `ofTarget`: how many wait for the same recipient, those that were not read among them. */
export type Waiting = MessageRow & { readonly opened: boolean; readonly ofTarget: number };

const firstRetryMs = 5_000;
const longestRetryMs = 900_000;
const longestServerWaitMs = hourMs;

/** All messages of one incident to one recipient; a test stands alone. */
export const conversationOf = ({ id, incidentId }: MessageRow): string => incidentId ?? id;

/** It was being sent when the console stopped: whether it arrived nobody knows. A failure leaves its reason, so a begun attempt without one never ended. */
const isUnsure = ({ attempts, problem }: MessageRow): boolean => attempts > 0 && problem === null;

/** Sent however late: the end of what was told, and what may have been told already, whose end would else be lost. */
export const isLasting = (message: MessageRow): boolean => message.content.kind === 'recovery' || isUnsure(message);

/** What a failed attempt leaves as its reason. */
export const reasonLeft = (before: MessageRow, reason: string): string | null => (isUnsure(before) ? null : reason);

const doneAs = (message: Waiting, state: MessageRow['state'], now: number, problem: string): Waiting => ({ ...message, state, doneAt: now, problem });

/**
 * Takes out what is too old, and what belongs to a conversation whose problem was never delivered: nobody is told the end of what they were not told. The end of what was
 * delivered is never too old.
 */
export function settle(queue: readonly Waiting[], staleAfterMs: number, now: number): { readonly settled: readonly Waiting[]; readonly left: readonly Waiting[] } {
  const settled: Waiting[] = [];
  const left: Waiting[] = [];
  /** Whether the problem was delivered or still may be. */
  const open = new Map<string, boolean>();
  for (const message of queue) {
    const { kind, at } = message.content;
    const conversation = conversationOf(message);
    const isFirst = kind === 'problem' || kind === 'test';
    const isStale = now - at > staleAfterMs && !isLasting(message);
    if (isFirst) open.set(conversation, !isStale);
    if (!isFirst && !(open.get(conversation) ?? message.opened)) settled.push(doneAs(message, 'skipped', now, 'What it belongs to was never told.'));
    else if (isStale) settled.push(doneAs(message, 'stale', now, 'It was too old when it could be sent.'));
    else left.push(message);
  }
  return { settled, left };
}

/** A retry that is further off than any could be was meant by another clock. */
const isDue = ({ attempts, dueAt }: MessageRow, now: number): boolean => attempts === 0 || dueAt <= now || dueAt - now > longestServerWaitMs;

/** What goes next, in the order in which it was decided; behind a message that is not due yet its conversation waits. `dueAt`: when more is due, where nothing is now. */
export function choose(left: readonly Waiting[], now: number, gather: boolean): { readonly batch: readonly Waiting[]; readonly dueAt: number | null } {
  const held = new Set<string>();
  const batch: Waiting[] = [];
  let dueAt: number | null = null;
  for (const message of left) {
    const conversation = conversationOf(message);
    if (held.has(conversation)) continue;
    if (isDue(message, now)) {
      batch.push(message);
      if (!gather) break;
    } else {
      held.add(conversation);
      dueAt = Math.min(dueAt ?? message.dueAt, message.dueAt);
    }
  }
  return { batch, dueAt };
}

/**
 * How long to wait after so many failures: doubling from 5 s to 15 min, half of it by chance, so that what failed together does not come back together ("equal jitter" of
 * https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/; its "full jitter" may wait for nothing at all). Where the server names a time, at least that long, within an hour.
 */
export function backoffMs(failures: number, chance: number, serverMs: number | null, mostMs = longestRetryMs): number {
  const fullMs = Math.min(mostMs, firstRetryMs * 2 ** Math.min(failures - 1, 20));
  return Math.ceil(Math.max(fullMs / 2 + (chance * fullMs) / 2, Math.min(serverMs ?? 0, longestServerWaitMs)));
}

/** The same for every attempt at the same messages: a receiver can tell what it already has. */
export function deliveryId(batch: readonly MessageRow[]): string {
  const [first] = batch;
  if (first && batch.length === 1) return first.id;
  const hex = createHash('sha256').update(batch.map(({ id }) => id).join(' ')).digest('hex');
  // The layout of a UUID of one's own making (RFC 9562, 5.8).
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
