/**
 * Whether a device answers: the down/up machine. Pure.
 *
 * A lost probe makes a suspect, and extra probes follow at once. Only when all of them are lost too, over longer than the
 * shortest interruption worth telling, is the device down, since the first lost probe. A down device is up again when it
 * has answered several times in a row. Outcomes may arrive out of order (a reply overtakes an earlier timeout); only the
 * order of sending counts.
 *
 * Every probe has two times: `sentAt`, UTC ms, is what people are told; `sentMs`, of a clock that only goes forward, is
 * what decides. The wall clock may be set back by hours while a laptop runs.
 */

export type Liveness =
  | { readonly kind: 'unknown' }
  | { readonly kind: 'up'; readonly since: number; readonly lastReplyMs: number }
  | { readonly kind: 'suspect'; readonly upSince: number | null; readonly lastReplyMs: number; readonly firstLost: Moment; readonly lastLostMs: number; readonly lost: number }
  | { readonly kind: 'down'; readonly since: Moment; readonly lastReplyMs: number }
  | { readonly kind: 'recovering'; readonly downSince: Moment; readonly firstReply: Moment; readonly lastReplyMs: number; readonly replies: number };

/** When a probe was sent, by both clocks. */
export type Moment = { readonly sentAt: number; readonly sentMs: number };
export type Probe = Moment & { readonly answered: boolean };

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
  /** `down`: tell it, since `next.since.sentAt`. `up`: tell it, since `next.since`. */
  readonly event?: 'down' | 'up';
  /** Send extra probes now: to confirm a loss, or a recovery. */
  readonly ask?: 'confirm-loss' | 'confirm-recovery';
};

/** A device that was down before a restart, since UTC `downSince`: whatever is sent now is later. */
export const stillDown = (downSince: number): Liveness => ({ kind: 'down', since: { sentAt: downSince, sentMs: -Infinity }, lastReplyMs: -Infinity });

/** After blind time until `nowMs`: what was sent before then and lost proves nothing, and a suspicion it began is dropped. */
export function afterBlindness(state: Liveness, nowMs: number): Liveness {
  if (state.kind === 'up') return { ...state, lastReplyMs: nowMs };
  if (state.kind !== 'suspect') return state;
  return state.upSince === null ? { kind: 'unknown' } : { kind: 'up', since: state.upSince, lastReplyMs: nowMs };
}

export function step(prev: Liveness, probe: Probe, policy: Policy = defaultPolicy): Step {
  return probe.answered ? answered(prev, momentOf(probe), policy) : lost(prev, momentOf(probe), policy);
}

const momentOf = ({ sentAt, sentMs }: Probe): Moment => ({ sentAt, sentMs });
const earlier = (a: Moment, b: Moment): Moment => (b.sentMs < a.sentMs ? b : a);

function answered(prev: Liveness, sent: Moment, policy: Policy): Step {
  switch (prev.kind) {
    case 'unknown':
      return { next: { kind: 'up', since: sent.sentAt, lastReplyMs: sent.sentMs }, event: 'up' };
    case 'up':
      return { next: { ...prev, lastReplyMs: Math.max(prev.lastReplyMs, sent.sentMs) } };
    case 'suspect': {
      if (sent.sentMs < prev.firstLost.sentMs) return { next: prev }; // Sent before the loss: says nothing about after it.
      const since = prev.upSince ?? sent.sentAt;
      return { next: { kind: 'up', since, lastReplyMs: sent.sentMs }, ...(prev.upSince === null ? { event: 'up' as const } : {}) };
    }
    case 'down': {
      if (sent.sentMs <= prev.since.sentMs) return { next: prev };
      const next: Liveness = { kind: 'recovering', downSince: prev.since, firstReply: sent, lastReplyMs: sent.sentMs, replies: 1 };
      return recovered(next, policy) ?? { next, ask: 'confirm-recovery' };
    }
    case 'recovering': {
      const next: Liveness = { ...prev, firstReply: earlier(prev.firstReply, sent), lastReplyMs: Math.max(prev.lastReplyMs, sent.sentMs), replies: prev.replies + 1 };
      return recovered(next, policy) ?? { next };
    }
  }
}

function recovered(state: Liveness & { readonly kind: 'recovering' }, policy: Policy): Step | null {
  if (state.replies < policy.recoveryReplies) return null;
  return { next: { kind: 'up', since: state.firstReply.sentAt, lastReplyMs: state.lastReplyMs }, event: 'up' };
}

function lost(prev: Liveness, sent: Moment, policy: Policy): Step {
  switch (prev.kind) {
    case 'unknown':
      return { next: { kind: 'suspect', upSince: null, lastReplyMs: -Infinity, firstLost: sent, lastLostMs: sent.sentMs, lost: 1 }, ask: 'confirm-loss' };
    case 'up':
      if (sent.sentMs < prev.lastReplyMs) return { next: prev }; // A later probe was answered.
      return { next: { kind: 'suspect', upSince: prev.since, lastReplyMs: prev.lastReplyMs, firstLost: sent, lastLostMs: sent.sentMs, lost: 1 }, ask: 'confirm-loss' };
    case 'suspect': {
      if (sent.sentMs < prev.lastReplyMs) return { next: prev };
      const next = { ...prev, firstLost: earlier(prev.firstLost, sent), lastLostMs: Math.max(prev.lastLostMs, sent.sentMs), lost: prev.lost + 1 };
      const confirmed = next.lost > policy.confirmations && next.lastLostMs - next.firstLost.sentMs >= policy.shortestOutageMs;
      return confirmed ? { next: { kind: 'down', since: next.firstLost, lastReplyMs: next.lastReplyMs }, event: 'down' } : { next, ask: 'confirm-loss' };
    }
    case 'down':
      return { next: prev };
    case 'recovering':
      if (sent.sentMs < prev.lastReplyMs) return { next: prev };
      return { next: { kind: 'down', since: prev.downSince, lastReplyMs: prev.lastReplyMs } };
  }
}

const probesPerYear = (365 * 24 * 3_600) / 5;
const fewestConfirmations = 3;
const mostConfirmations = 15;

/**
 * How many extra probes a device's own loss asks for, so that a link which loses probes by chance is called down less than once a year: the least n with
 * p^(n + 1) below one in a year's probes. p is the upper bound of the loss (Wilson score interval, two standard deviations), so that a window which happened
 * to see little of it does not mislead.
 */
export function confirmationsFor({ lost, probes }: { readonly lost: number; readonly probes: number }): number {
  const z2 = 4;
  if (probes === 0) return mostConfirmations;
  const share = lost / probes;
  const upper = (share + z2 / (2 * probes) + 2 * Math.sqrt((share * (1 - share)) / probes + z2 / (4 * probes * probes))) / (1 + z2 / probes);
  const needed = Math.ceil(Math.log(probesPerYear) / -Math.log(Math.min(upper, 0.99)));
  return Math.min(mostConfirmations, Math.max(fewestConfirmations, needed));
}

/**
 * When to send the extra probes that confirm a loss, as delays in ms from `nowMs` (of the same forward clock as `firstLostMs`). The last goes out later than
 * the shortest outage plus the device's usual round trip after the first lost one, so that an interruption which is over by then is seen to be over.
 */
export function confirmationDelaysMs(firstLostMs: number, nowMs: number, usualRttMs: number, policy: Policy = defaultPolicy): number[] {
  const marginMs = 100;
  const lastMs = Math.max(2 * 500, firstLostMs + policy.shortestOutageMs + usualRttMs + marginMs - nowMs);
  return Array.from({ length: policy.confirmations }, (_, i) => Math.round((lastMs * i) / Math.max(1, policy.confirmations - 1)));
}
