/** Judges every device by its probes and checks, tells blindness from outage, and closes a tick of what was measured and decided. */
import { isIP } from 'node:net';
import type { JournalRow } from '../../../shared/model/observation.ts';
import type { Clock, Stop } from '../clock.ts';
import type { OwnNetwork } from '../probes/own-network.ts';
import type { Pinger, PingOutcome } from '../probes/probe.ts';
import type { Limits } from './budget.ts';
import type { Dependencies } from './dependencies.ts';
import type { CheckSummary } from './check-summary.ts';
import { slowWindowMs, stateOf } from './device-state.ts';
import { Journal } from './journal.ts';
import { afterBlindness, confirmationDelaysMs, confirmationsFor, defaultPolicy, step, type Moment, type Policy } from './liveness.ts';
import { Prober, turnMsOf, type Names } from './prober.ts';
import type { RttWindow } from './rtt-ring.ts';
import { Sight, type Blindness } from './sight.ts';
import { Standstill } from './standstill.ts';
import { OpenTick, type Tick } from './tick.ts';
import { isDead, Verdicts, type Verdict } from './verdicts.ts';
import { beginning, readingOf, ringFor, type DeviceReading, type PolledDevice, type Watched } from './watched.ts';

export type { DeviceReading, PolledDevice, Tick };
/** What the user may set for all devices. */
export type PollingSettings = { readonly limits: Limits; readonly recoveryReplies: number };

export type PollerParts = {
  readonly clock: Clock;
  readonly pingers: { readonly real: Pinger; readonly simulated: Pinger };
  readonly network: OwnNetwork;
  readonly names: Names;
  /** Kept current by who knows the devices. */
  readonly dependencies: Dependencies;
  readonly settings: PollingSettings;
  readonly onTick: (tick: Tick) => void;
  /** These devices could not be seen until now, or cannot from now on: failures of theirs that began before prove nothing. */
  readonly onLookAgain: (deviceIds: readonly number[]) => void;
};

/** Second answers to one probe, and answers from another address than was asked, with the last such address. */
type Oddities = { readonly duplicates: number; readonly strays: number; readonly strayFrom: string | null };
const noOddities: Oddities = { duplicates: 0, strays: 0, strayFrom: null };
const mostOddAddresses = 50_000;

const turnMs = 50;
const tickMs = 500;
const mostThoroughAtOnce = 100;
const gatewayTimeoutMs = 1_000;
/** What stood behind a device that has come back may need this long to be reached again: routes and spanning trees settle. */
const settleMs = 10_000;

export class Poller {
  readonly #parts: PollerParts;
  readonly #clock: Clock;
  readonly #prober: Prober;
  readonly #sight: Sight;
  readonly #verdicts: Verdicts;
  readonly #journal: Journal;
  readonly #standstill: Standstill;
  readonly #watched = new Map<number, Watched>();
  readonly #oddities = new Map<string, Oddities>();
  readonly #tick = new OpenTick();
  /** Devices that are known by a name, and those that are cut off: each is looked at again with every tick. */
  readonly #named = new Set<Watched>();
  readonly #cutOff = new Set<Watched>();
  #policy: Policy;
  #stops: Stop[] = [];
  /** Devices whose loss is being confirmed. */
  #suspects = 0;

  constructor(parts: PollerParts) {
    this.#parts = parts;
    const { clock, pingers, names, network, dependencies, settings } = parts;
    this.#clock = clock;
    this.#policy = { ...defaultPolicy, recoveryReplies: settings.recoveryReplies };
    this.#prober = new Prober({
      clock, pingers, names, limits: settings.limits,
      take: (deviceIds, outcome, sentMs, extra) => {
        for (const id of deviceIds) this.#take(id, outcome, sentMs, extra);
      },
    });
    this.#journal = new Journal(clock);
    this.#standstill = new Standstill(clock);
    this.#sight = new Sight({
      clock, network,
      ping: address => pingers.real.ping(address, gatewayTimeoutMs),
      siteOf: id => this.#siteOf(id),
      onBlind: (blindness, ids) => this.#goBlind(blindness, ids),
      onSight: (blindness, ids, over) => this.#seeAgain(blindness, ids, over),
    });
    pingers.real.onOddity?.(({ kind, address, from }) => {
      const { duplicates, strays, strayFrom } = this.#oddities.get(address) ?? noOddities;
      if (this.#oddities.size < mostOddAddresses || this.#oddities.has(address)) {
        this.#oddities.set(address, kind === 'duplicate' ? { duplicates: duplicates + 1, strays, strayFrom } : { duplicates, strays: strays + 1, strayFrom: from });
      }
    });
    this.#verdicts = new Verdicts({ clock, dependencies, sight: this.#sight, watched: id => this.#watched.get(id), askAtOnce: id => this.#prober.askAtOnce(id) });
  }

  start(): void {
    this.#standstill.begin();
    this.#stops = [this.#clock.every(turnMs, () => this.#turn()), this.#clock.every(tickMs, () => this.closeTick())];
  }

  /** Ends probing; what is under way is forgotten, what was measured goes out in a last tick. */
  stop(): void {
    for (const stop of this.#stops) stop();
    for (const id of [...this.#watched.keys()]) this.remove(id);
    this.closeTick();
  }

  /** Takes over changed settings of all devices. */
  configure({ limits, recoveryReplies }: PollingSettings): void {
    this.#prober.limits = limits;
    this.#policy = { ...defaultPolicy, recoveryReplies };
    for (const watched of this.#watched.values()) watched.policy = { ...watched.policy, recoveryReplies };
  }

  /** Takes a device up, or takes over its changed settings. A changed address begins anew. `now`: probe at once, before its turn. */
  set(device: PolledDevice, now = false): void {
    const known = this.#watched.get(device.id);
    if (known && known.device.address === device.address && known.device.simulated === device.simulated && known.device.pingEnabled === device.pingEnabled) {
      // A shorter interval begins now: what was in time by the longer one is not late by it.
      if (turnMsOf(known.device) !== turnMsOf(device)) {
        known.lastHeardMs = this.#clock.monotonicMs();
        known.ring = ringFor(device);
      }
      known.device = device;
    } else {
      const checks = known?.checks;
      if (known) this.remove(device.id);
      const watched = beginning(device, this.#clock.monotonicMs());
      watched.policy = this.#policy;
      this.#watched.set(device.id, watched);
      if (!isIP(device.address)) this.#named.add(watched);
      if (checks) this.applyChecks(device.id, checks);
    }
    if (device.pingEnabled) this.#prober.set(device);
    else this.#prober.remove(device.id);
    this.#place(device);
    if (now) this.checkNow(device.id);
  }

  remove(id: number): void {
    const watched = this.#watched.get(id);
    if (!watched) return;
    if (watched.liveness.kind === 'suspect') this.#suspects--;
    this.#watched.delete(id);
    for (const set of [this.#named, this.#cutOff]) set.delete(watched);
    this.#tick.forget(watched);
    this.#verdicts.drop(id);
    this.#prober.remove(id);
    this.#sight.remove(id);
  }

  /** Makes the device's turn now. False when the device is not pinged. */
  checkNow(id: number): boolean {
    return this.#prober.checkNow(id);
  }

  /** What the device's further checks now say together. */
  applyChecks(id: number, checks: CheckSummary): void {
    const watched = this.#watched.get(id);
    if (!watched) return;
    watched.checks = checks;
    if (!watched.device.pingEnabled && !this.#sight.blindnessOf(id)) watched.unseen = null;
    if (checks.consequence !== 'down') watched.checksJudged = false;
    else if (!watched.device.pingEnabled && !watched.checksJudged && checks.since !== null && !this.#sight.blindnessOf(id)) {
      // Its checks alone speak for it: who stands accused by them is judged as one that does not answer.
      const firstLost: Moment = { sentAt: checks.since, sentMs: this.#clock.monotonicMs() - Math.max(0, this.#clock.now() - checks.since) };
      this.#verdicts.suspect(id, firstLost);
      this.#verdicts.accuse(id, firstLost, null);
    }
    if (!watched.device.pingEnabled && checks.consequence !== 'down') this.#acquit(watched);
    this.#judge(watched, this.#clock.now());
  }

  /** The last time that this computer stood still; null when it has not. */
  get standstill(): { readonly untilMs: number; readonly forMs: number } | null {
    return this.#standstill.last;
  }

  /** What cannot be seen now: since when (UTC ms), why, and how many devices. Null when everything is seen. */
  blindness(): { readonly since: number; readonly cause: NonNullable<JournalRow['cause']>; readonly detail: string; readonly devices: number } | null {
    let devices = 0;
    for (const { unseen } of this.#watched.values()) if (unseen) devices++;
    const open = this.#journal.open();
    return open === null || devices === 0 ? null : { ...open, devices };
  }

  /** This console cannot see the device at present. */
  isBlind(id: number): boolean {
    return this.#sight.blindnessOf(id) !== null;
  }

  reading(id: number): DeviceReading | undefined {
    return this.#watched.get(id)?.reading;
  }

  /** A device's last minutes; null when it is not polled. */
  window(id: number, minutes: number): RttWindow | null {
    return this.#watched.get(id)?.ring.window(this.#clock.monotonicMs(), minutes * 60_000) ?? null;
  }

  /** Where the device's packets go; null while its name is not known. */
  ipOf(id: number): string | null {
    return this.#prober.ipOf(id);
  }

  /** What a device's probes brought besides outcomes, since the start. */
  oddities(id: number): Oddities {
    const ip = this.#prober.ipOf(id);
    return (ip !== null && this.#oddities.get(ip)) || noOddities;
  }

  limitReached(withinMs: number): ReturnType<Prober['limitReached']> {
    return this.#prober.limitReached(withinMs);
  }

  counts(): ReturnType<Prober['counts']> {
    return this.#prober.counts();
  }

  closeTick(): void {
    this.#noticeSilence();
    this.#reviewCutOff();
    for (const { device } of this.#named) this.#place(device);
    this.#parts.onTick(this.#tick.close(this.#clock.now(), this.#journal.take()));
  }

  #turn(): void {
    const { stood, steppedMs } = this.#standstill.turn();
    if (steppedMs !== 0) this.#journal.clockStepped(steppedMs);
    if (stood) {
      this.#journal.stood(stood);
      for (const [id, watched] of this.#watched) {
        this.#lookAgain(watched);
        watched.unseen ??= { since: stood.from, cause: stood.cause };
        this.#show(watched);
        this.#prober.checkNow(id);
      }
    }
    this.#sight.look();
    this.#prober.turn();
    for (const verdict of this.#verdicts.judge()) this.#convict(verdict);
  }

  #place(device: PolledDevice): void {
    const ip = device.simulated ? null : this.#prober.ipOf(device.id);
    this.#sight.set({ id: device.id, ip: ip ?? (isIP(device.address) && !device.simulated ? device.address : null), canary: device.canary, pinged: device.pingEnabled });
  }

  #siteOf(id: number): string {
    const top = this.#parts.dependencies.ancestorsOf(id).find(ancestor => this.#parts.dependencies.parentsOf(ancestor).length === 0) ?? id;
    const device = this.#watched.get(top)?.device ?? this.#watched.get(id)?.device;
    return device?.branch ?? device?.address.replace(/[.:][^.:]*$/, '') ?? '';
  }

  #goBlind(blindness: Blindness, ids: readonly number[]): void {
    this.#journal.blind(blindness);
    this.#parts.onLookAgain(ids);
    for (const id of ids) {
      const watched = this.#watched.get(id);
      if (!watched) continue;
      this.#lookAgain(watched);
      watched.unseen ??= { since: blindness.from, cause: blindness.cause };
      this.#show(watched);
    }
  }

  #seeAgain(blindness: Blindness, ids: readonly number[], over: boolean): void {
    if (over) this.#journal.sees(blindness);
    this.#parts.onLookAgain(ids);
    for (const id of ids) {
      const watched = this.#watched.get(id);
      if (!watched) continue;
      this.#lookAgain(watched);
      this.#prober.checkNow(id);
    }
  }

  /** Nothing that was lost until now counts against the device: it is asked again before anything is said of it. */
  #lookAgain(watched: Watched): void {
    const nowMs = this.#clock.monotonicMs();
    if (watched.liveness.kind === 'suspect') {
      this.#suspects--;
      watched.window.forgive();
      watched.ring.forgive();
    }
    watched.liveness = afterBlindness(watched.liveness, nowMs);
    watched.lossesCountFromMs = nowMs;
    watched.lastHeardMs = nowMs;
    this.#verdicts.drop(watched.device.id);
  }

  #take(id: number, outcome: PingOutcome, sentMs: number, extra: boolean): void {
    const watched = this.#watched.get(id);
    if (!watched) return;
    this.#tick.touched(watched);
    if (outcome.kind === 'failed' || outcome.kind === 'not-sent') {
      // Our own trouble says nothing about the device: no sample, no judgement.
      watched.problem = outcome.reason;
      return this.#show(watched);
    }
    const sent: Moment = { sentAt: outcome.sentAt, sentMs };
    const answered = outcome.kind === 'reply';
    const nowMs = this.#clock.monotonicMs();
    watched.lastHeardMs = nowMs;
    if (answered) this.#sight.heard(id, sent);
    // Lost while this console could not see, or just before it noticed: its answer may have come and gone unheard.
    else if (sentMs < watched.lossesCountFromMs || this.#sight.blindnessOf(id)) return;
    const isNewest = sentMs >= watched.newestMs;
    watched.newestMs = Math.max(watched.newestMs, sentMs);
    const rttUs = answered ? Math.round(outcome.rttUs) : null;
    this.#tick.probed(id, outcome.sentAt, outcome.kind, rttUs);
    // Settled before a suspicion begins, by the loss from before it.
    if (!answered && (watched.liveness.kind === 'up' || watched.liveness.kind === 'unknown')) watched.policy = this.#policyFor(watched);
    // Extra probes crowd around a loss: counted, one short interruption would look like a bad link.
    if (!extra) {
      watched.window.add(sentMs, answered);
      watched.ring.add(sentMs, rttUs);
    }
    watched.rttUs = rttUs ?? watched.rttUs;
    if (isNewest) watched.lastCheckAt = outcome.sentAt;
    watched.problem = problemOf(outcome);
    this.#step(watched, sent, answered);
    this.#judge(watched, outcome.sentAt);
  }

  #step(watched: Watched, sent: Moment, answered: boolean): void {
    const { id } = watched.device;
    const before = watched.liveness;
    const { next, event, ask } = step(before, { ...sent, answered }, watched.policy);
    // Confirmed by its own probes, it stays a suspect until others have spoken.
    if (event === 'down' && next.kind === 'down') this.#verdicts.accuse(id, next.since, next);
    else watched.liveness = next;
    const { kind } = watched.liveness;
    this.#suspects += Number(kind === 'suspect') - Number(before.kind === 'suspect');
    if (kind !== 'suspect') this.#verdicts.drop(id);
    if (kind === 'up') this.#acquit(watched);
    if (kind === 'up' || kind === 'down' || kind === 'recovering') watched.unseen = null;
    // The losses of an outage that is over are told by the outage; they would call the healthy device degraded for five minutes.
    if (event === 'up' && isDead(watched)) {
      watched.window.clear();
      watched.window.add(sent.sentMs, answered);
    }
    if (before.kind !== 'suspect' && next.kind === 'suspect') this.#verdicts.suspect(id, next.firstLost);
    if (ask === 'confirm-loss' && next.kind === 'suspect') this.#prober.askAgain(id, confirmationDelaysMs(next.firstLost.sentMs, this.#clock.monotonicMs(), (watched.rttUs ?? 0) / 1_000, watched.policy));
    if (ask === 'confirm-recovery') this.#prober.askAgain(id, Array.from({ length: watched.policy.recoveryReplies - 1 }, (_, i) => 500 * (i + 1)));
  }

  /** Everything that could speak for the device has spoken, or is silent too. */
  #convict({ id, next, behind }: Verdict): void {
    const watched = this.#watched.get(id);
    if (!watched) return;
    if (next) {
      if (watched.liveness.kind === 'suspect') this.#suspects--;
      watched.liveness = next;
    } else watched.checksJudged = true;
    watched.unseen = null;
    watched.behind = behind;
    if (behind !== null) this.#cutOff.add(watched);
    this.#judge(watched, this.#clock.now());
  }

  #acquit(watched: Watched): void {
    watched.behind = null;
    this.#cutOff.delete(watched);
  }

  /** What stood in the way may be gone: who was cut off is then asked anew, and judged by what it does from now on. */
  #reviewCutOff(): void {
    for (const watched of this.#cutOff) {
      const { id } = watched.device;
      const reach = this.#parts.dependencies.reach(id, parent => {
        const known = this.#watched.get(parent);
        return known && isDead(known) ? 'dead' : 'alive';
      });
      if (reach.kind === 'cut-off') {
        if (watched.reading.behindId !== this.#rootCause(reach.by)) {
          watched.behind = reach.by;
          this.#show(watched);
        }
        continue;
      }
      this.#cutOff.delete(watched);
      watched.liveness = { kind: 'unknown' };
      watched.checksJudged = false;
      watched.lossesCountFromMs = this.#clock.monotonicMs() + settleMs;
      watched.lastHeardMs = watched.lossesCountFromMs;
      this.#prober.checkNow(id);
      if (!watched.device.pingEnabled) this.applyChecks(id, watched.checks);
    }
  }

  /** The device at the beginning of the chain: what a person would go and look at. */
  #rootCause(id: number): number {
    const passed = new Set<number>();
    let at = id;
    for (;;) {
      const above = this.#watched.get(at)?.behind ?? null;
      if (above === null || passed.has(above)) return at;
      passed.add(at);
      at = above;
    }
  }

  /** When much of the fleet is silent at once it is no one's own loss, and many extra probes would be a flood. */
  #policyFor(watched: Watched): Policy {
    return this.#suspects > mostThoroughAtOnce ? this.#policy : { ...this.#policy, confirmations: confirmationsFor(watched.window.loss()) };
  }

  /** Works out the device's state from all that is known, and tells a change. */
  #judge(watched: Watched, at: number): void {
    const { device, liveness, checks, checksJudged } = watched;
    const heldBack = !device.pingEnabled && checks.consequence === 'down' && !checksJudged;
    const judged = heldBack ? watched.judged : stateOf({
      liveness: device.pingEnabled ? liveness : null,
      cutOff: watched.behind !== null,
      loss: watched.window.loss(),
      lately: () => watched.ring.window(this.#clock.monotonicMs(), slowWindowMs),
      checks, at,
    }, watched.judged);
    this.#settle(watched, judged);
  }

  #settle(watched: Watched, judged: Watched['judged']): void {
    const before = watched.judged;
    watched.judged = judged;
    this.#show(watched);
    if (before.state === judged.state || judged.since === null) return;
    this.#tick.changed({ deviceId: watched.device.id, at: this.#clock.now(), state: judged.state, since: judged.since, downSince: judged.downSince });
  }

  #show(watched: Watched): void {
    watched.reading = readingOf(watched, watched.behind === null ? null : this.#rootCause(watched.behind));
    this.#tick.touched(watched);
  }

  /** A device that was up and has not been heard of for three turns is neither up nor down: there is no data. */
  #noticeSilence(): void {
    const nowMs = this.#clock.monotonicMs();
    for (const watched of this.#watched.values()) {
      const { state } = watched.judged;
      if (!watched.device.pingEnabled || watched.unseen || (state !== 'up' && state !== 'degraded')) continue;
      if (nowMs - watched.lastHeardMs <= 3 * turnMsOf(watched.device) + watched.device.timeoutMs) continue;
      if (watched.liveness.kind === 'suspect') this.#suspects--;
      watched.liveness = { kind: 'unknown' };
      this.#verdicts.drop(watched.device.id);
      this.#settle(watched, { state: 'no-data', since: this.#clock.now(), downSince: null });
    }
  }
}

function problemOf(outcome: PingOutcome): string | null {
  if (outcome.kind === 'unreachable') return outcome.from ? `${outcome.reason} (said ${outcome.from})` : outcome.reason;
  if (outcome.kind === 'hops-exceeded') return `too many hops on the way: a routing loop?${outcome.from ? ` (said ${outcome.from})` : ''}`;
  return null;
}
