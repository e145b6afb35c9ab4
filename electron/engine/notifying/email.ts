/** E-mail to several mailboxes: each gets a delivery once, also where some are not ready when the others are. */
import type { TargetConfig } from '../../../shared/model/notification.ts';
import type { Network } from './network.ts';
import { retry, sent, type Delivery, type Sent } from './sender.ts';
import { deliver } from './smtp.ts';
import type { Wording } from './wording.ts';

type Email = Extract<TargetConfig, { readonly kind: 'email' }>;

/** Mailboxes that wait for another attempt while others have the delivery, and since when. */
type Rest = { readonly to: readonly string[]; readonly since: number };

/** So long a mailbox that is not ready (greylisted, full) may hold up the conversation of the others; then it goes without, and that is remarked. */
const longestRestMs = 900_000;
const mostRests = 500;

/** Remembers in memory who of several has a delivery already: after a restart they get it again, under the same Message-ID. */
export function openEmail(network: Network): (config: Email, delivery: Delivery, wording: Wording, signal: AbortSignal) => Promise<Sent> {
  const rests = new Map<string, Rest>();
  return async (config, delivery, wording, signal) => {
    const rest = rests.get(delivery.id);
    const to = config.to.filter(address => rest?.to.includes(address) ?? true);
    if (to.length === 0) return sent;
    const outcome = await deliver({ config, to, delivery, wording }, network, signal);
    const someHaveIt = rest !== undefined || outcome.kind === 'partly';
    const since = rest?.since ?? network.now();
    const later = outcome.kind === 'partly' ? outcome.later : outcome.kind === 'retry' ? to : [];
    if (someHaveIt && later.length > 0 && network.now() - since <= longestRestMs) {
      rests.set(delivery.id, { to: later, since });
      forgetOldest(rests);
      return outcome.kind === 'partly' ? retry(outcome.reason) : outcome;
    }
    rests.delete(delivery.id);
    if (outcome.kind === 'sent') return sent;
    return outcome.kind === 'partly' || someHaveIt ? { kind: 'sent', remark: outcome.reason } : outcome;
  };
}

function forgetOldest(rests: Map<string, Rest>): void {
  for (const id of rests.keys()) {
    if (rests.size <= mostRests) return;
    rests.delete(id);
  }
}
