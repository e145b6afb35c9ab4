/**
 * Whether a device answers: the down/up machine. Pure; times are UTC ms at which probes were sent.
 *
 * A lost probe makes a suspect, and extra probes follow at once. Only when all of them are lost too, over longer than the
 * shortest interruption worth telling, is the device down, since the first lost probe. A down device is up again when it
 * has answered several times in a row. Outcomes may arrive out of order (a reply overtakes an earlier timeout); only the
 * order of sending counts.
 */

export type Liveness =
  | { readonly kind: 'unknown' }
  | { readonly kind: 'up'; readonly since: number; readonly lastReplyAt: number }
  | { readonly kind: 'suspect'; readonly upSince: number | null; readonly lastReplyAt: number; readonly firstLostAt: number; readonly lastLostAt: number; readonly lost: number }
  | { readonly kind: 'down'; readonly downSince: number; readonly lastReplyAt: number }
  | { readonly kind: 'recovering'; readonly downSince: number; readonly firstReplyAt: number; readonly lastReplyAt: number; readonly replies: number };

export type Probe = { readonly answered: boolean; readonly sentAt: number };

export type Policy = {
  /** Extra probes that must be lost as well before a device is down. */
  readonly confirmations: number;
  /** An interruption shorter than this is never told. */
  readonly shortestOutageMs: number;
  /** Answers in a row before a down device is up. */
  readonly recoveryReplies: number;
};

export const defaultPolicy: Policy = { confirmations: 3, shortestOutageMs: 1_500, recoveryReplies: 2 };

export type Step = {
  readonly next: Liveness;
  /** `down`: tell it, since `next.downSince`. `up`: tell it, since `next.since`. */
  readonly event?: 'down' | 'up';
  /** Send extra probes now: to confirm a loss, or a recovery. */
  readonly ask?: 'confirm-loss' | 'confirm-recovery';
};

export function step(prev: Liveness, probe: Probe, policy: Policy = defaultPolicy): Step {
  return probe.answered ? answered(prev, probe.sentAt, policy) : lost(prev, probe.sentAt, policy);
}

function answered(prev: Liveness, sentAt: number, policy: Policy): Step {
  switch (prev.kind) {
    case 'unknown':
      return { next: { kind: 'up', since: sentAt, lastReplyAt: sentAt }, event: 'up' };
    case 'up':
      return { next: { ...prev, lastReplyAt: Math.max(prev.lastReplyAt, sentAt) } };
    case 'suspect': {
      if (sentAt < prev.firstLostAt) return { next: prev }; // Sent before the loss: says nothing about after it.
      const since = prev.upSince ?? sentAt;
      return { next: { kind: 'up', since, lastReplyAt: sentAt }, ...(prev.upSince === null ? { event: 'up' as const } : {}) };
    }
    case 'down': {
      if (sentAt <= prev.downSince) return { next: prev };
      const next: Liveness = { kind: 'recovering', downSince: prev.downSince, firstReplyAt: sentAt, lastReplyAt: sentAt, replies: 1 };
      return recovered(next, policy) ?? { next, ask: 'confirm-recovery' };
    }
    case 'recovering': {
      const next: Liveness = { ...prev, firstReplyAt: Math.min(prev.firstReplyAt, sentAt), lastReplyAt: Math.max(prev.lastReplyAt, sentAt), replies: prev.replies + 1 };
      return recovered(next, policy) ?? { next };
    }
  }
}

function recovered(state: Liveness & { readonly kind: 'recovering' }, policy: Policy): Step | null {
  if (state.replies < policy.recoveryReplies) return null;
  return { next: { kind: 'up', since: state.firstReplyAt, lastReplyAt: state.lastReplyAt }, event: 'up' };
}

function lost(prev: Liveness, sentAt: number, policy: Policy): Step {
  switch (prev.kind) {
    case 'unknown':
      return { next: { kind: 'suspect', upSince: null, lastReplyAt: -Infinity, firstLostAt: sentAt, lastLostAt: sentAt, lost: 1 }, ask: 'confirm-loss' };
    case 'up':
      if (sentAt < prev.lastReplyAt) return { next: prev }; // A later probe was answered.
      return { next: { kind: 'suspect', upSince: prev.since, lastReplyAt: prev.lastReplyAt, firstLostAt: sentAt, lastLostAt: sentAt, lost: 1 }, ask: 'confirm-loss' };
    case 'suspect': {
      if (sentAt < prev.lastReplyAt) return { next: prev };
      const next = { ...prev, firstLostAt: Math.min(prev.firstLostAt, sentAt), lastLostAt: Math.max(prev.lastLostAt, sentAt), lost: prev.lost + 1 };
      const confirmed = next.lost > policy.confirmations && next.lastLostAt - next.firstLostAt >= policy.shortestOutageMs;
      return confirmed ? { next: { kind: 'down', downSince: next.firstLostAt, lastReplyAt: next.lastReplyAt }, event: 'down' } : { next, ask: 'confirm-loss' };
    }
    case 'down':
      return { next: prev };
    case 'recovering':
      if (sentAt < prev.lastReplyAt) return { next: prev };
      return { next: { kind: 'down', downSince: prev.downSince, lastReplyAt: prev.lastReplyAt } };
  }
}

/**
 * When to send the extra probes that confirm a loss, as delays in ms from `nowMs`. The last goes out later than the shortest
 * outage plus the device's usual round trip after the first lost one, so that an interruption which is over by then is seen to be over.
 */
export function confirmationDelaysMs(firstLostAt: number, nowMs: number, usualRttMs: number, policy: Policy = defaultPolicy): number[] {
  const marginMs = 100;
  const lastMs = Math.max(2 * 500, firstLostAt + policy.shortestOutageMs + usualRttMs + marginMs - nowMs);
  return Array.from({ length: policy.confirmations }, (_, i) => Math.round((lastMs * i) / Math.max(1, policy.confirmations - 1)));
}
