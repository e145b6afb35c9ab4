/** Asks the further checks of every device in their turns, a bounded number at a time, and says what they make of their device. */
import { asksTheSame, type CheckInput } from '../../../../shared/model/check.ts';
import type { Clock, Stop } from '../../clock.ts';
import type { CheckOutcome, Found, Names } from '../../probes/checks/check.ts';
import { askOnce, type CheckProbers } from './check-asking.ts';
import { afterBlindness, restored, shown, step, type CheckState } from './check-state.ts';
import { nothingKnown, summaryOf, type CheckSummary } from './check-summary.ts';
import { Heartbeats } from './heartbeats.ts';
import { nameOf, sameTarget, type CheckedDevice, type CheckNow, type CheckStatus, type PolledCheck } from './polled-check.ts';
import { offsetMs, Scheduler, type Served } from '../scheduler.ts';
import type { ValueSample } from '../value-sample.ts';
import { samplesOf } from './check-samples.ts';

/** As `NameResolver`. */
export type KnownNames = Names & { resolve(host: string): Found | { readonly kind: 'pending' } };

export type CheckPollerParts = {
  readonly clock: Clock;
  readonly probers: CheckProbers;
  readonly names: KnownNames;
  /** A device answered what it was asked at that moment. */
  readonly onAnswer: (deviceId: number, asked: { readonly sentAt: number; readonly sentMs: number }) => void;
  /** What the checks make of their device has changed, or was asked for anew. */
  readonly onChange: (deviceId: number, summary: CheckSummary) => void;
  /** A probe met a bug: its check is `unknown` with the reason, and is told here once. */
  readonly onBug: (checkId: string, error: unknown) => void;
  /** This computer cannot see the device at present: no failure of a check is the device's. */
  readonly isBlind: (deviceId: number) => boolean;
};

type Watched = {
  readonly id: string;
  readonly turnId: number;
  device: CheckedDevice;
  check: CheckInput;
  state: CheckState;
  latest: Pick<CheckStatus, 'at' | 'message' | 'elapsedMs'> | null;
  value: number | null;
  /** When the certificate that it last saw expires, UTC ms. */
  certificateEndsAt: number | null;
  /** When its newest result was asked for, or since when one is waited for, UTC ms. */
  freshAt: number;
  /** Ends what is under way; null while nothing is. */
  asking: AbortController | null;
  /** Stops the timer of the next confirmation; null while there is none. */
  confirming: Stop | null;
  /** Stops the timer of its first turn. */
  hastening: Stop;
  bugTold: boolean;
};

const turnMs = 50;
const turnsBetweenHeartbeats = 20;
/** A tenth of ten thousand devices that have fallen silent, each asked once a minute for 5 s, leave room for the others. */
const mostAtOnce = 128;
/** Confirmations have some room of their own: a failure must be known soon. */
const mostConfirmations = 32;
/** Three failures over no less than three seconds: an interruption that is shorter is not told, and blindness has time to be noticed. */
const confirmAfterMs = 1_500;
const firstWithinMs = 60_000;
/** Turns are never this late unless this computer slept, was stopped, or had no time at all for us. */
const standstillMs = 3_000;

export class CheckPoller {
  readonly #parts: CheckPollerParts;
  readonly #scheduler = new Scheduler();
  readonly #heartbeats: Heartbeats;
  readonly #devices = new Map<number, CheckedDevice>();
  readonly #summaries = new Map<number, CheckSummary>();
  readonly #byId = new Map<string, Watched>();
  readonly #byTurn = new Map<number, Watched>();
  readonly #changed = new Set<string>();
  /** Those that alerts have to look at anew. */
  readonly #touched = new Set<string>();
  #samples: ValueSample[] = [];
  /** Devices that are told with their next outcome, whatever it is. */
  readonly #untold = new Set<number>();
  #underWay = 0;
  #turns = 0;
  #lastTurn = { ms: 0, at: 0 };
  #stop: Stop = () => {};

  constructor(parts: CheckPollerParts) {
    this.#parts = parts;
    this.#heartbeats = new Heartbeats(parts.clock, parts.isBlind, (checkId, deviceId) => {
      this.#changed.add(checkId);
      this.#touched.add(checkId);
      this.#tell(deviceId);
    });
  }

  start(): void {
    this.#lastTurn = this.#now();
    this.#stop = this.#parts.clock.every(turnMs, () => this.#turn());
  }

  /** Ends everything that is under way. */
  stop(): void {
    this.#stop();
    for (const id of [...this.#devices.keys()]) this.remove(id);
  }

  /**
   * Takes a device up, or takes over its changed settings: checks that still ask the same keep their state. `remembered`: by check, what was known before a
   * restart. `now`: ask at once, before their turns.
   */
  set(device: CheckedDevice, remembered: ReadonlyMap<string, CheckStatus> = new Map(), now = false): void {
    const before = this.#devices.get(device.id);
    const kept = new Set(device.checks.map(each => each.id));
    for (const { id } of before?.checks ?? []) if (!kept.has(id)) this.#forget(id);
    this.#devices.set(device.id, device);
    for (const each of device.checks) this.#setCheck(device, each, remembered.get(each.id) ?? null);
    if (device.checks.length === 0) this.#devices.delete(device.id);
    this.#tell(device.id);
    if (now) this.checkNow(device.id);
  }

  remove(deviceId: number): void {
    for (const { id } of this.#devices.get(deviceId)?.checks ?? []) this.#forget(id);
    this.#devices.delete(deviceId);
    this.#summaries.delete(deviceId);
    this.#untold.delete(deviceId);
  }

  /** Asks all checks of a device outside their turns. */
  checkNow(deviceId: number): void {
    for (const { id } of this.#devices.get(deviceId)?.checks ?? []) {
      const watched = this.#byId.get(id);
      if (watched && this.#byTurn.has(watched.turnId) && watched.asking === null && this.#underWay < mostAtOnce) this.#ask(watched);
    }
  }

  /** This computer could not see: failures that began before then are dropped, and all is asked anew. Of all devices, or of those named. `lostSince`: when they were last seen, UTC ms. That it stood still is noticed here. */
  lookAgain(deviceIds?: ReadonlySet<number>, lostSince?: number): void {
    const concerns = (deviceId: number): boolean => deviceIds?.has(deviceId) ?? true;
    const nowMs = this.#parts.clock.monotonicMs();
    for (const watched of this.#byId.values()) {
      if (!concerns(watched.device.id)) continue;
      this.#untold.add(watched.device.id);
      this.#scheduler.hasten(watched.turnId, nowMs);
      watched.confirming?.();
      watched.confirming = null;
      watched.freshAt = this.#parts.clock.now();
      this.#touched.add(watched.id);
      if (lostSince !== undefined) this.#changed.add(watched.id);
      watched.state = afterBlindness(watched.state, nowMs, lostSince);
    }
    this.#heartbeats.lookAgain(concerns);
  }

  /** A device called. False when nobody has that token. */
  called(token: string): boolean {
    return this.#heartbeats.called(token);
  }

  /** Calls can be heard from now on (null), or cannot, for this reason. */
  hear(problem: string | null): void {
    this.#heartbeats.hear(problem);
  }

  /** What the checks make of the device. */
  summary(deviceId: number): CheckSummary {
    return this.#summaries.get(deviceId) ?? nothingKnown;
  }

  /** By check. */
  statuses(deviceId: number): ReadonlyMap<string, CheckStatus> {
    return new Map((this.#devices.get(deviceId)?.checks ?? []).map(({ id }) => [id, this.#status(id)]));
  }

  /** The checks whose state changed since this was last asked, to be stored. */
  takeChanges(): readonly ({ readonly checkId: string } & CheckStatus)[] {
    const changes = [...this.#changed].map(checkId => ({ checkId, ...this.#status(checkId) }));
    this.#changed.clear();
    return changes;
  }

  /** Every check, as it is now. */
  forAlerts(): CheckNow[] {
    return [...this.#byId.values()].map(watched => this.#standing(watched));
  }

  /** One of them; null when it is gone. */
  forAlert(checkId: string): CheckNow | null {
    const watched = this.#byId.get(checkId);
    return watched ? this.#standing(watched) : null;
  }

  /** The checks that were asked, set or removed since this was last asked. How late one is, and how long a certificate lasts, changes by itself. */
  takeTouched(): readonly string[] {
    const touched = [...this.#touched];
    this.#touched.clear();
    return touched;
  }

  /** What was measured since this was last asked, to be stored. */
  takeSamples(): readonly ValueSample[] {
    const samples = this.#samples;
    this.#samples = [];
    return samples;
  }

  /** Turns since the start that were not served. */
  get missed(): number {
    return this.#scheduler.missed;
  }

  #setCheck(device: CheckedDevice, { id, check, heartbeatToken }: PolledCheck, last: CheckStatus | null): void {
    const known = this.#byId.get(id);
    const same = known !== undefined && known.check.enabled === check.enabled && asksTheSame(known.check, check) && sameTarget(known.device, device, check);
    if (known && !same) this.#forget(id);
    const watched: Watched = same ? known : { id, turnId: known?.turnId ?? this.#freeTurn(id), device, check, state: restored(last), latest: last, value: null, certificateEndsAt: null, freshAt: this.#parts.clock.now(), asking: null, confirming: null, hastening: () => {}, bugTold: false };
    watched.device = device;
    watched.check = check;
    this.#byId.set(id, watched);
    this.#touched.add(id);
    if (known && !same) this.#changed.add(id);
    if (!check.enabled) return;
    if (check.kind === 'heartbeat' && !device.simulated) {
      if (heartbeatToken !== null) this.#heartbeats.set({ checkId: id, deviceId: device.id, token: heartbeatToken, intervalMs: check.intervalMs, graceMs: check.graceMs }, last);
      return;
    }
    const { clock } = this.#parts;
    this.#byTurn.set(watched.turnId, watched);
    this.#scheduler.set(watched.turnId, check.intervalMs, clock.monotonicMs());
    // One that is asked once a day is not unknown for a day after each start.
    if (!same && check.intervalMs > firstWithinMs) watched.hastening = clock.after(offsetMs(watched.turnId, firstWithinMs), () => this.#scheduler.hasten(watched.turnId, clock.monotonicMs()));
  }

  #forget(id: string): void {
    const watched = this.#byId.get(id);
    if (!watched) return;
    watched.asking?.abort();
    watched.confirming?.();
    watched.hastening();
    this.#byId.delete(id);
    this.#byTurn.delete(watched.turnId);
    this.#scheduler.remove(watched.turnId);
    this.#heartbeats.remove(id);
    this.#changed.delete(id);
    this.#touched.add(id);
    // A check that is removed has no history any more; what is not handed over would begin it anew.
    this.#samples = this.#samples.filter(sample => sample.object !== id);
  }

  /** The place in the schedule comes from the check's own id, so that a restart changes nothing. */
  #freeTurn(id: string): number {
    let turnId = Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16) || 0;
    while (this.#byTurn.has(turnId)) turnId++;
    return turnId;
  }

  #now(): { readonly ms: number; readonly at: number } {
    return { ms: this.#parts.clock.monotonicMs(), at: this.#parts.clock.now() };
  }

  #turn(): void {
    const now = this.#now();
    // The forward clock may not count a suspended laptop's sleep; the wall clock does, and when it was merely set nothing is lost by looking again.
    const stoodStill = Math.max(now.ms - this.#lastTurn.ms, now.at - this.#lastTurn.at) > standstillMs;
    this.#lastTurn = now;
    if (stoodStill) {
      this.#scheduler.skipTo(now.ms);
      this.lookAgain();
    }
    this.#scheduler.serve(now.ms, turnId => this.#offer(turnId));
    if (this.#turns++ % turnsBetweenHeartbeats === 0) this.#heartbeats.turn();
  }

  #offer(turnId: number): Served {
    const watched = this.#byTurn.get(turnId);
    // The confirmations of a failure are this turn's.
    if (!watched || watched.confirming !== null) return 'done';
    if (watched.asking !== null) return 'later';
    if (this.#underWay >= mostAtOnce) return 'full';
    this.#ask(watched);
    return 'done';
  }

  #confirm(watched: Watched): void {
    watched.confirming = this.#parts.clock.after(confirmAfterMs, () => {
      watched.confirming = null;
      if (watched.asking !== null) return;
      if (this.#underWay < mostAtOnce + mostConfirmations) this.#ask(watched);
      else this.#scheduler.countMissed(); // Its next turn confirms as well.
    });
  }

  #ask(watched: Watched): void {
    const asking = new AbortController();
    watched.asking = asking;
    const { device } = watched;
    const found = device.simulated ? { kind: 'address' as const, address: device.host } : this.#parts.names.resolve(device.host);
    if (found.kind !== 'pending') return void this.#askAt(watched, asking, found);
    // Waiting for a name takes nobody's place.
    void this.#parts.names.lookUp(device.host).then(async later => {
      if (asking.signal.aborted) return;
      if (this.#underWay < mostAtOnce) return this.#askAt(watched, asking, later);
      watched.asking = null;
      this.#scheduler.countMissed();
    });
  }

  async #askAt(watched: Watched, asking: AbortController, found: Found): Promise<void> {
    const { clock } = this.#parts;
    const asked = { sentAt: clock.now(), sentMs: clock.monotonicMs() };
    this.#underWay++;
    const outcome: CheckOutcome = found.kind === 'failed' ? { kind: 'unknown', elapsedMs: null, message: found.reason } : await this.#outcome(watched, asking, found.address);
    this.#underWay--;
    if (watched.asking !== asking || this.#byId.get(watched.id) !== watched) return; // Removed or changed meanwhile.
    watched.asking = null;
    this.#take(watched, asked, outcome);
  }

  #outcome(watched: Watched, asking: AbortController, address: string): Promise<CheckOutcome> {
    const { check, device: { host, community, snmpPort, simulated } } = watched;
    return askOnce(this.#parts.clock, this.#parts.probers, { check, target: { address, host, community, snmpPort }, simulated }, asking, error => {
      if (!watched.bugTold) this.#parts.onBug(watched.id, error);
      watched.bugTold = true;
    });
  }

  #take(watched: Watched, asked: { readonly sentAt: number; readonly sentMs: number }, outcome: CheckOutcome): void {
    // Asked before this computer stood still or went blind: its answer may have come and gone unheard.
    if (asked.sentMs < watched.state.settledMs) return;
    if (outcome.kind === 'ok' && !watched.device.simulated) this.#parts.onAnswer(watched.device.id, asked);
    const blind = outcome.kind === 'failed' && this.#parts.isBlind(watched.device.id);
    const kind = blind ? 'unknown' : outcome.kind;
    this.#samples.push(...samplesOf(watched.device.id, watched.id, asked.sentAt, { ...outcome, kind }));
    watched.freshAt = asked.sentAt;
    this.#touched.add(watched.id);
    if (outcome.certificateLeftMs !== undefined) watched.certificateEndsAt = asked.sentAt + outcome.certificateLeftMs;
    const before = shown(watched.state);
    const { next, confirm } = step(watched.state, { ...asked, kind });
    watched.state = next;
    // What is not confirmed is not told.
    if (!confirm) watched.value = kind === 'unknown' ? null : (outcome.value ?? null);
    if (!confirm) watched.latest = { at: asked.sentAt, message: blind ? 'This computer cannot see the device at present.' : outcome.message, elapsedMs: outcome.elapsedMs };
    if (confirm && watched.confirming === null) this.#confirm(watched);
    const is = shown(next);
    if (is.state !== before.state || is.since !== before.since) this.#changed.add(watched.id);
    this.#tell(watched.device.id);
  }

  #standing({ id, device, check, value, certificateEndsAt, freshAt }: Watched): CheckNow {
    const { state, since, at, elapsedMs } = this.#status(id);
    // Of a call that does not come it is known when it was due, and that is failure.
    const isAsked = check.enabled && (check.kind !== 'heartbeat' || device.simulated);
    return {
      checkId: id, deviceId: device.id, name: nameOf(check), kind: check.kind, state, since, at, elapsedMs, value,
      certificateLeftMs: certificateEndsAt === null ? null : certificateEndsAt - this.#parts.clock.now(),
      overdueMs: now => (isAsked ? Math.max(0, now - freshAt - check.intervalMs - check.timeoutMs) : 0),
    };
  }

  #status(id: string): CheckStatus {
    const watched = this.#byId.get(id);
    if (!watched) return { state: 'waiting', since: null, at: null, message: null, elapsedMs: null };
    if (!watched.check.enabled) return { state: 'off', since: null, at: null, message: null, elapsedMs: null };
    const heartbeat = this.#heartbeats.status(id);
    if (heartbeat) return { ...heartbeat, elapsedMs: null };
    return { ...shown(watched.state), at: watched.latest?.at ?? null, message: watched.latest?.message ?? null, elapsedMs: watched.latest?.elapsedMs ?? null };
  }

  #tell(deviceId: number): void {
    const summary = summaryOf((this.#devices.get(deviceId)?.checks ?? []).map(({ id, check }) => ({ check, status: this.#status(id) })));
    const before = this.#summaries.get(deviceId) ?? nothingKnown;
    const alone = this.#devices.get(deviceId)?.alone ?? false;
    if (this.#devices.has(deviceId)) this.#summaries.set(deviceId, summary);
    else this.#summaries.delete(deviceId);
    const { at: _at, ...is } = summary;
    const { at: _before, ...was } = before;
    if (this.#untold.delete(deviceId) || alone || JSON.stringify(is) !== JSON.stringify(was)) this.#parts.onChange(deviceId, summary);
  }
}
