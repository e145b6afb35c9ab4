/** Judges every device by its probes and checks, tells blindness from outage, and closes a tick of what was measured and decided. */
import { isIP } from 'node:net';
import type { BlindCause } from '../../../shared/model/observation.ts';
import type { Clock, Stop } from '../clock.ts';
import type { OwnNetwork } from '../probes/own-network.ts';
import type { Pinger, PingOutcome } from '../probes/probe.ts';
import type { Limits } from './budget.ts';
import { nothingKnown, type CheckSummary } from './checks/check-summary.ts';
import { CutOff, settleMs } from './cut-off.ts';
import type { Dependencies } from './dependencies.ts';
import { slowWindowMs, stateOf, type StateReading } from './device-state.ts';
import { Journal } from './sight/journal.ts';
import { afterBlindness, confirmationDelaysMs, confirmationsFor, defaultPolicy, step, type Moment, type Policy } from './liveness.ts';
import { Oddities, type OddityCounts } from './oddities.ts';
import { Prober, turnMsOf, type Names } from './prober.ts';
import type { RttWindow } from './rtt-ring.ts';
import { Sight, type Blindness } from './sight/sight.ts';
import { Standstill, type Stood } from './sight/standstill.ts';
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
  /** A probe met a bug: it is told to the device, and everything else goes on. */
  readonly onBug: (error: unknown) => void;
  /** These devices (null: all) could not be seen until now; or they cannot from now on, and what failed since `lostSince` (UTC ms) proves nothing. */
  readonly onLookAgain: (deviceIds: readonly number[] | null, lostSince?: number) => void;
};

const turnMs = 100;
const tickMs = 500;
const mostThoroughAtOnce = 100;
const gatewayTimeoutMs = 1_000;

export class Poller {
  readonly #parts: PollerParts;
  readonly #clock: Clock;
  readonly #prober: Prober;
  readonly #sight: Sight;
  readonly #verdicts: Verdicts;
  readonly #cutOff: CutOff;
  readonly #journal: Journal;
  readonly #standstill: Standstill;
  readonly #oddities: Oddities;
  readonly #watched = new Map<number, Watched>();
  readonly #tick = new OpenTick();
  /** Devices that are known by a name: where that leads is looked at with every tick. */
  readonly #named = new Set<Watched>();
  #policy: Policy;
  #stops: Stop[] = [];
  /** Devices whose loss is being confirmed. */
  #suspects = 0;

  constructor(parts: PollerParts) {
    this.#parts = parts;
    const { clock, pingers, names, network, dependencies, settings } = parts;
    const watched = (id: number): Watched | undefined => this.#watched.get(id);
    this.#clock = clock;
    this.#policy = { ...defaultPolicy, recoveryReplies: settings.recoveryReplies };
    this.#journal = new Journal(clock);
    this.#standstill = new Standstill(clock);
    this.#oddities = new Oddities(pingers.real);
    this.#prober = new Prober({
      clock, pingers, names, limits: settings.limits, onBug: parts.onBug,
      take: (deviceIds, outcome, sentMs, extra) => {
        for (const id of deviceIds) this.#take(id, outcome, sentMs, extra);
      },
    });
    this.#sight = new Sight({
      clock, network,
      ping: address => pingers.real.ping(address, gatewayTimeoutMs),
      siteOf: id => this.#siteOf(id),
      isDead: id => this.#verdicts.isDead(id),
      ask: ids => {
        for (const id of ids) this.#prober.askAtOnce(id);
      },
      onBlind: (blindness, ids) => this.#goBlind(blindness, ids),
      onSight: ids => this.#seeAgain(ids),
      onOver: blindness => this.#journal.sees(blindness),
    });
    this.#verdicts = new Verdicts({ clock, dependencies, watched, sight: this.#sight, canAsk: id => this.#prober.ipOf(id) !== null, askAtOnce: id => this.#prober.askAtOnce(id) });
    this.#cutOff = new CutOff({
      clock, dependencies, watched,
      isDead: id => this.#verdicts.isDead(id),
      checkNow: id => this.#prober.checkNow(id),
      onFree: freed => this.#judgeAnew(freed),
      onOtherCause: other => this.#show(other),
    });
  }

  start(): void {
    this.#standstill.begin();
    this.#stops = [this.#clock.every(turnMs, () => this.#turn()), this.#clock.every(tickMs, () => this.closeTick())];
  }

  /** Ends probing; what is under way is forgotten, what was measured goes out in a last tick. */
  stop(): void {
    for (const stop of this.#stops) stop();
    for (const id of [...this.#watched.keys()]) this.remove(id);
    this.#sight.stop();
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
    } else this.#begin(device, known);
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
    this.#named.delete(watched);
    this.#tick.forget(watched);
    this.#cutOff.remove(watched);
    this.#dropAccusations(id);
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
    const blind = this.#sight.blindnessOf(id) !== null;
    watched.checks = checks;
    if (!watched.device.pingEnabled) {
      watched.lastCheckAt = checks.at;
      if (!blind) watched.unseen = null;
    }
    if (checks.consequence !== 'down') {
      watched.checksJudged = false;
      this.#verdicts.drop(id, 'checks');
      if (!watched.device.pingEnabled) this.#cutOff.remove(watched);
    } else if (!watched.checksJudged && checks.since !== null && !blind) {
      // Who stands accused by its checks is judged as one that does not answer.
      const firstLost: Moment = { sentAt: checks.since, sentMs: this.#clock.monotonicMs() - Math.max(0, this.#clock.now() - checks.since) };
      this.#verdicts.suspect(id, firstLost);
      this.#verdicts.accuse(id, 'checks', firstLost, Infinity, null);
    }
    this.#judge(watched, this.#clock.now());
  }

  /** The device answered one of its further checks: this console sees. */
  heardByCheck(id: number, asked: Moment): void {
    this.#sight.heard(id, asked);
  }

  /** The last time that this computer stood still; null when it has not. */
  get standstill(): { readonly untilMs: number; readonly forMs: number } | null {
    return this.#standstill.last;
  }

  /** What cannot be seen now: since when (UTC ms), why, and how many devices. Null when everything is seen. */
  blindness(): { readonly since: number; readonly cause: BlindCause; readonly detail: string; readonly devices: number } | null {
    const open = this.#journal.open();
    let devices = 0;
    if (open) for (const { unseen } of this.#watched.values()) if (unseen) devices++;
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
  oddities(id: number): OddityCounts {
    return this.#oddities.of(this.#prober.ipOf(id));
  }

  limitReached(withinMs: number): ReturnType<Prober['limitReached']> {
    return this.#prober.limitReached(withinMs);
  }

  counts(): ReturnType<Prober['counts']> {
    return this.#prober.counts();
  }

  closeTick(): void {
    this.#noticeSilence();
    this.#cutOff.review();
    for (const { device } of this.#named) this.#place(device);
    this.#parts.onTick(this.#tick.close(this.#clock.now(), this.#journal.take()));
  }

  #turn(): void {
    const { stood, steppedMs } = this.#standstill.turn();
    if (steppedMs !== 0) this.#journal.clockStepped(steppedMs);
    if (stood) this.#goOn(stood);
    this.#sight.look();
    this.#prober.turn();
    for (const verdict of this.#verdicts.judge()) this.#convict(verdict);
  }

  #begin(device: PolledDevice, known: Watched | undefined): void {
    if (known) this.remove(device.id);
    const watched = beginning(device, this.#clock.monotonicMs());
    watched.policy = this.#policy;
    this.#watched.set(device.id, watched);
    if (!isIP(device.address)) this.#named.add(watched);
    if (!known) return;
    // What was said of it does not hold for what it is now.
    watched.told = known.told;
    if (known.told !== 'no-data') this.#settle(watched, { state: 'no-data', since: this.#clock.now(), downSince: null });
    if (known.checks !== nothingKnown) this.applyChecks(device.id, known.checks);
  }

  /** This computer stood still, and goes on. */
  #goOn(stood: Stood): void {
    this.#journal.stood(stood);
    this.#prober.skipTurns();
    this.#parts.onLookAgain(null);
    for (const watched of this.#watched.values()) {
      // Its checks are asked anew as well, and tell by themselves what they find.
      if (watched.device.pingEnabled) watched.unseen ??= { since: stood.from, cause: stood.cause };
      this.#askAnew(watched);
    }
  }

  #place(device: PolledDevice): void {
    const literal = isIP(device.address) ? device.address : null;
    this.#sight.set({ id: device.id, ip: device.simulated ? null : (this.#prober.ipOf(device.id) ?? literal), canary: device.canary, pinged: device.pingEnabled });
  }

  #siteOf(id: number): string {
    const { dependencies } = this.#parts;
    const top = dependencies.ancestorsOf(id).find(ancestor => dependencies.parentsOf(ancestor).length === 0) ?? id;
    const device = this.#watched.get(top)?.device ?? this.#watched.get(id)?.device;
    return device?.branch ?? device?.address.replace(/[.:][^.:]*$/, '') ?? '';
  }

  #goBlind(blindness: Blindness, ids: readonly number[]): void {
    this.#journal.blind(blindness);
    this.#parts.onLookAgain(ids, blindness.from);
    for (const id of ids) {
      const watched = this.#watched.get(id);
      if (!watched) continue;
      watched.unseen ??= { since: blindness.from, cause: blindness.cause };
      this.#lookAgain(watched);
      this.#show(watched);
    }
  }

  #seeAgain(ids: readonly number[]): void {
    this.#parts.onLookAgain(ids);
    for (const id of ids) {
      const watched = this.#watched.get(id);
      if (watched) this.#askAnew(watched);
    }
  }

  /** It can be judged again: by what it does from now on. */
  #askAnew(watched: Watched): void {
    const { id } = watched.device;
    this.#lookAgain(watched);
    this.#prober.checkNow(id);
    if (watched.checks !== nothingKnown || !watched.device.pingEnabled) this.applyChecks(id, watched.checks);
    else this.#show(watched);
  }

  /** Nothing that was lost until now counts against the device. */
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
    this.#dropAccusations(watched.device.id);
  }

  #dropAccusations(id: number): void {
    this.#verdicts.drop(id, 'ping');
    this.#verdicts.drop(id, 'checks');
  }

  #take(id: number, outcome: PingOutcome, sentMs: number, extra: boolean): void {
    const watched = this.#watched.get(id);
    if (!watched) return;
    if (outcome.kind === 'failed' || outcome.kind === 'not-sent') {
      // Our own trouble says nothing about the device: no sample, no judgement.
      watched.problem = outcome.reason;
      if (!this.#sight.blindnessOf(id)) watched.unseen = null;
      return this.#show(watched);
    }
    const sent: Moment = { sentAt: outcome.sentAt, sentMs };
    const answered = outcome.kind === 'reply';
    watched.lastHeardMs = this.#clock.monotonicMs();
    if (answered) this.#sight.heard(id, sent);
    // Lost while this console could not see, or just before it noticed: its answer may have come and gone unheard.
    else if (sentMs < watched.lossesCountFromMs || this.#sight.blindnessOf(id)) return;
    const isNewest = sentMs >= watched.newestMs;
    watched.newestMs = Math.max(watched.newestMs, sentMs);
    const rttUs = answered ? Math.round(outcome.rttUs) : null;
    this.#tick.probed(id, outcome.sentAt, outcome.kind, rttUs, extra);
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
    if (event === 'down' && next.kind === 'down') this.#verdicts.accuse(id, 'ping', next.since, sent.sentMs, next);
    else watched.liveness = next;
    const { kind } = watched.liveness;
    this.#suspects += Number(kind === 'suspect') - Number(before.kind === 'suspect');
    if (kind !== 'suspect') this.#verdicts.drop(id, 'ping');
    if (kind === 'up') this.#cutOff.remove(watched);
    if (kind === 'up' || kind === 'down' || kind === 'recovering') watched.unseen = null;
    if (event === 'up') this.#cameUp(watched, sent);
    if (ask === 'confirm-loss' && next.kind === 'suspect') {
      const delaysMs = confirmationDelaysMs(next.firstLost.sentMs, this.#clock.monotonicMs(), (watched.rttUs ?? 0) / 1_000, watched.policy);
      this.#prober.askAgain(id, delaysMs);
      if (before.kind !== 'suspect') {
        this.#verdicts.suspect(id, next.firstLost);
        this.#verdicts.accompany(id, delaysMs.at(-1) ?? 0);
      }
    }
    if (ask === 'confirm-recovery') this.#prober.askAgain(id, Array.from({ length: watched.policy.recoveryReplies - 1 }, (_, i) => 500 * (i + 1)));
  }

  #cameUp(watched: Watched, sent: Moment): void {
    // The losses of an outage that is over are told by the outage; they would call the healthy device degraded for five minutes.
    if (isDead(watched)) {
      watched.window.clear();
      watched.window.add(sent.sentMs, true);
    }
    // What it stands behind must answer too, and may not have been asked for long.
    for (const parent of this.#parts.dependencies.parentsOf(watched.device.id)) if (this.#verdicts.isDead(parent)) this.#prober.askAtOnce(parent);
  }

  /** Everything that could speak for the device has spoken, or is silent too. */
  #convict({ id, by, next, behind }: Verdict): void {
    const watched = this.#watched.get(id);
    if (!watched) return;
    if (by === 'checks') watched.checksJudged = true;
    else if (next) {
      if (watched.liveness.kind === 'suspect') this.#suspects--;
      watched.liveness = next;
    }
    watched.unseen = null;
    if (behind === null) this.#cutOff.remove(watched);
    else this.#cutOff.add(watched, behind);
    this.#judge(watched, this.#clock.now());
  }

  /** What it was silent behind has come back, or is gone. */
  #judgeAnew(watched: Watched): void {
    const { id, pingEnabled } = watched.device;
    if (watched.liveness.kind === 'suspect') this.#suspects--;
    watched.liveness = { kind: 'unknown' };
    watched.checksJudged = false;
    watched.lossesCountFromMs = this.#clock.monotonicMs() + settleMs;
    watched.lastHeardMs = watched.lossesCountFromMs;
    this.#dropAccusations(id);
    if (!pingEnabled) this.applyChecks(id, watched.checks);
  }

  /** When much of the fleet is silent at once it is no one's own loss, and many extra probes would be a flood. */
  #policyFor(watched: Watched): Policy {
    return this.#suspects > mostThoroughAtOnce ? this.#policy : { ...this.#policy, confirmations: confirmationsFor(watched.window.loss()) };
  }

  /** Works out the device's state from all that is known, and tells a change. */
  #judge(watched: Watched, at: number): void {
    const { device, liveness, checks } = watched;
    const unjudged = checks.consequence === 'down' && !watched.checksJudged;
    // Nothing else speaks for it meanwhile.
    if (unjudged && !device.pingEnabled) return this.#show(watched);
    this.#settle(watched, stateOf({
      liveness: device.pingEnabled ? liveness : null,
      cutOff: watched.behind !== null,
      loss: watched.window.loss(),
      rttUs: watched.rttUs,
      lately: () => watched.ring.window(this.#clock.monotonicMs(), slowWindowMs),
      checks: unjudged ? { ...checks, consequence: 'none' } : checks,
      at,
    }, watched.judged));
  }

  #settle(watched: Watched, judged: StateReading): void {
    watched.judged = judged;
    this.#show(watched);
    if (judged.state === watched.told || judged.since === null) return;
    watched.told = judged.state;
    this.#tick.changed({ deviceId: watched.device.id, at: this.#clock.now(), state: judged.state, since: judged.since, downSince: judged.downSince });
  }

  #show(watched: Watched): void {
    watched.reading = readingOf(watched, watched.behind === null ? null : this.#cutOff.rootCause(watched.behind));
    this.#tick.touched(watched);
  }

  /** A device that was up and has not been heard of for three turns is neither up nor down: there is no data. */
  #noticeSilence(): void {
    const nowMs = this.#clock.monotonicMs();
    for (const watched of this.#watched.values()) {
      const { told, device } = watched;
      if (!device.pingEnabled || watched.unseen || (told !== 'up' && told !== 'degraded')) continue;
      if (nowMs - watched.lastHeardMs <= 3 * turnMsOf(device) + device.timeoutMs) continue;
      if (watched.liveness.kind === 'suspect') this.#suspects--;
      watched.liveness = { kind: 'unknown' };
      this.#dropAccusations(device.id);
      this.#settle(watched, { state: 'no-data', since: this.#clock.now(), downSince: null });
    }
  }
}

function problemOf(outcome: PingOutcome): string | null {
  if (outcome.kind === 'unreachable') return outcome.from ? `${outcome.reason} (said ${outcome.from})` : outcome.reason;
  if (outcome.kind === 'hops-exceeded') return `too many hops on the way: a routing loop?${outcome.from ? ` (said ${outcome.from})` : ''}`;
  return null;
}
