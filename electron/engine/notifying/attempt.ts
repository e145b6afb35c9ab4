/** One attempt at a delivery: whatever the sender does, it ends, and with a value. */
import type { Clock, Stop } from '../clock.ts';
import { describe, messageOf, type Log } from '../log.ts';
import type { Delivery, Sender, Sent } from './sender.ts';

/** Senders have shorter deadlines of their own; this one is for a sender that forgot. */
const sendDeadlineMs = 90_000;
const graceMs = 5_000;

/** A sender that throws has a bug, which must not hold up the other recipients; it is told as what keeps this one from being told. */
export async function attempted(send: Sender, delivery: Delivery, abort: AbortController, { clock, log }: { readonly clock: Clock; readonly log: Log }): Promise<Sent> {
  const late: Sent = { kind: 'retry', reason: `It did not answer within ${sendDeadlineMs / 1_000} s.`, afterMs: null };
  const stops: Stop[] = [clock.after(sendDeadlineMs, () => abort.abort())];
  const givenUp = new Promise<Sent>(resolve => abort.signal.addEventListener('abort', () => void stops.push(clock.after(graceMs, () => resolve(late)))));
  try {
    return await Promise.race([send(delivery, abort.signal), givenUp]);
  } catch (error) {
    if (abort.signal.aborted) return late;
    log('error', 'sender-failed', { target: delivery.config.kind, reason: describe(error) });
    return { kind: 'retry', reason: `The sender failed: ${messageOf(error)}`, afterMs: null };
  } finally {
    for (const stop of stops) stop();
  }
}
