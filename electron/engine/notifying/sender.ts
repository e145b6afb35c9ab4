/** What the courier asks of a sender: one attempt at one delivery, and what became of it. */
import type { MessageContent, TargetConfig } from '../../../shared/model/notification.ts';

/** One thing to be sent: a message, or several gathered into one. `id` is the same for every attempt. */
export type Delivery = { readonly id: string; readonly config: TargetConfig; readonly secret: string | null; readonly contents: readonly MessageContent[] };
/**
 * `retry`: it may succeed later, not before `afterMs` where the server says so. `refused`: it never will as it is (bad address, bad credentials, template error, 4xx).
 * `remark`: what somebody should know although it was sent, in one sentence: one of several mailboxes does not exist.
 */
export type Sent = { readonly kind: 'sent'; readonly remark?: string } | { readonly kind: 'retry'; readonly reason: string; readonly afterMs: number | null } | { readonly kind: 'refused'; readonly reason: string };
/** Settles within a bounded time and never rejects for what a server, the network or a setting does. When the signal comes first, the delivery may or may not have arrived. */
export type Sender = (delivery: Delivery, signal: AbortSignal) => Promise<Sent>;

export const sent: Sent = { kind: 'sent' };
export const retry = (reason: string, afterMs: number | null = null): Sent => ({ kind: 'retry', reason, afterMs });
export const refused = (reason: string): Sent => ({ kind: 'refused', reason });
