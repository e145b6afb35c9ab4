/** The things that rules are about, as they are now: what conditions read. Fed from ticks, or from stored history by a rehearsal. */
import type { DeviceState, SnmpState } from '../../../shared/model/device.ts';
import type { InterfaceRow } from '../../../shared/model/interface.ts';
import type { checkStates } from '../../../shared/model/check.ts';
import type { BranchId, CheckId, DeviceId } from '../../../shared/model/ids.ts';
import type { Placed } from '../../../shared/model/scope.ts';
import type { Subject } from '../../../shared/model/alert.ts';
import { PingRing } from './ping-ring.ts';

/** What is known of a device besides its readings. `samplesPerS`: how often it is pinged. `internalId` joins it with readings. */
export type DeviceFacts = Placed & {
  readonly id: DeviceId;
  readonly internalId: number;
  readonly name: string;
  readonly address: string;
  readonly simulated: boolean;
  readonly branchRouter: boolean;
  readonly branchId: BranchId | null;
  readonly enabled: boolean;
  readonly intervalMs: number;
  readonly timeoutMs: number;
  readonly samplesPerS: number;
};

/** A device's state as it was last judged. Times are UTC ms. */
export type StateReading = { readonly state: DeviceState; readonly since: number | null; readonly downSince: number | null; readonly lastCheckAt: number | null; readonly failingChecks: number; readonly behindId: number | null };

/** How its SNMP agent is. `since`: when that began. `everAnswered`: a community that was never answered is no outage. */
export type SnmpReading = { readonly state: SnmpState; readonly since: number; readonly everAnswered: boolean };

/** % and °C; null where the device tells none. */
export type Vitals = { readonly at: number; readonly cpu: number | null; readonly memory: number | null; readonly disk: number | null; readonly temperature: number | null };

export type InterfaceReading = Pick<InterfaceRow, 'ifIndex' | 'name' | 'alias' | 'operStatus' | 'adminUp' | 'speedBps' | 'ispProvider' | 'critical' | 'inOctetsPerS' | 'outOctetsPerS'> & { readonly at: number; readonly errorsPerS: number | null; readonly discardsPerS: number | null };

export type CheckReading = {
  readonly checkId: CheckId; readonly name: string; readonly state: (typeof checkStates)[number]; readonly since: number | null; readonly at: number | null;
  readonly elapsedMs: number | null; readonly value: number | null; readonly certificateLeftMs: number | null;
  /** How long its result is overdue at that moment. */
  readonly overdueMs: (now: number) => number;
};

/** Nothing is known of it. */
export const unheard: StateReading = { state: 'no-data', since: null, downSince: null, lastCheckAt: null, failingChecks: 0, behindId: null };
const mostChanges = 64;
/** As many as any rule asks for. */
const recalled = (at: number): number[] => Array.from({ length: mostChanges / 2 }, () => at);

const heldBack: ReadonlySet<DeviceState> = new Set(['unreachable', 'not-observed', 'no-data', 'paused']);

export class DeviceThing {
  readonly kind = 'device';
  readonly key: string;
  facts: DeviceFacts;
  reading = unheard;
  snmp: SnmpReading = { state: 'off', since: 0, everAnswered: false };
  vitals: Vitals | null = null;
  readonly ring: PingRing;
  /** When it went from up to down, or back. */
  readonly changes: number[] = [];
  readonly interfaces = new Map<number, InterfaceThing>();
  readonly checks = new Map<string, CheckThing>();
  /** What it stands behind is told instead, or nothing can be said of it at all. */
  isHeldBack = true;
  /** Since when it has answered pings without a break, UTC ms; null while it does not. */
  answersSince: number | null = null;
  #was: 'up' | 'down' | null = null;
  #shifted = unshifted;

  constructor(facts: DeviceFacts, ringCapacity: number) {
    this.key = deviceKey(facts.id);
    this.facts = facts;
    this.ring = new PingRing(ringCapacity);
  }

  /** Since when it has been down; null: it is not. */
  get downSince(): number | null {
    return this.reading.state === 'down' ? shifted(this.#shifted, this.reading.downSince) : null;
  }

  /** Takes over its state at `at`. */
  take(reading: StateReading, at: number): void {
    const before = this.reading;
    this.reading = reading;
    this.isHeldBack = heldBack.has(reading.state);
    const is = reading.state === 'down' ? 'down' : reading.state === 'up' || reading.state === 'degraded' ? 'up' : null;
    if (before.state !== reading.state) this.#moved(before.state, reading.state, is);
    this.answersSince = is === 'up' ? (this.answersSince ?? at) : null;
    if (is === null) return;
    if (this.#was !== null && this.#was !== is) {
      this.changes.push(at);
      if (this.changes.length > mostChanges) this.changes.shift();
    }
    this.#was = is;
  }

  /** It was flapping up to then, and nothing is known of its changes. */
  recallChanges(at: number): void {
    if (this.changes.length === 0) this.changes.push(...recalled(at));
  }

  /** The wall clock was set by so much: what has lasted so long has lasted no longer and no shorter for it. */
  shift(byMs: number, now: number): void {
    this.#shifted = shiftedBy(this.#shifted, this.reading.downSince, byMs);
    this.snmp = { ...this.snmp, since: this.snmp.since + byMs };
    if (this.answersSince !== null) this.answersSince += byMs;
    if (this.vitals) this.vitals = { ...this.vitals, at: this.vitals.at + byMs };
    this.ring.shift(byMs);
    shiftAll(this.changes, byMs, now);
    for (const port of this.interfaces.values()) shiftAll(port.changes, byMs, now);
    for (const check of this.checks.values()) check.shift(byMs);
  }

  #moved(before: DeviceState, state: DeviceState, is: 'up' | 'down' | null): void {
    // The losses of an outage are told by the outage; they would call the healthy device lossy for minutes.
    if (is === 'up' && (before === 'down' || before === 'unreachable')) this.ring.clear();
    // What was lost while nothing could be said of it proves nothing, also where that is of before a restart.
    else if ((is === 'up' && heldBack.has(before)) || state === 'unreachable' || state === 'not-observed') this.ring.forgive();
  }
}

export class InterfaceThing {
  readonly kind = 'interface';
  readonly key: string;
  readonly device: DeviceThing;
  reading: InterfaceReading;
  readonly changes: number[] = [];

  constructor(device: DeviceThing, reading: InterfaceReading) {
    this.key = `interface:${device.facts.id}:${reading.ifIndex}`;
    this.device = device;
    this.reading = reading;
  }

  recallChanges(at: number): void {
    if (this.changes.length === 0) this.changes.push(...recalled(at));
  }

  take(reading: InterfaceReading): void {
    if ((reading.operStatus === 'up') !== (this.reading.operStatus === 'up')) {
      this.changes.push(reading.at);
      if (this.changes.length > mostChanges) this.changes.shift();
    }
    this.reading = reading;
  }
}

export class CheckThing {
  readonly kind = 'check';
  readonly key: string;
  readonly device: DeviceThing;
  reading: CheckReading;
  #shifted = unshifted;

  constructor(device: DeviceThing, reading: CheckReading) {
    this.key = `check:${device.facts.id}:${reading.checkId}`;
    this.device = device;
    this.reading = reading;
  }

  /** Null: it is not failing. */
  get failingSince(): number | null {
    return this.reading.state === 'failing' ? shifted(this.#shifted, this.reading.since) : null;
  }

  shift(byMs: number): void {
    this.#shifted = shiftedBy(this.#shifted, this.reading.since, byMs);
  }
}

/** A reading goes on to tell when something began by the clock as it was then; by how much that has been set since. */
type Shifted = { readonly since: number | null; readonly byMs: number };
const unshifted: Shifted = { since: null, byMs: 0 };
const shiftedBy = (before: Shifted, since: number | null, byMs: number): Shifted => ({ since, byMs: byMs + (since === before.since ? before.byMs : 0) });
const shifted = ({ since: of, byMs }: Shifted, since: number | null): number | null => (since !== null && since === of ? since + byMs : since);

/** What came just after the step, before it was noticed, is not put into the future. */
function shiftAll(times: number[], byMs: number, now: number): void {
  times.forEach((at, i) => (times[i] = Math.min(now, at + byMs)));
}

/** `counts` is worked out once a round, from its devices. */
export class BranchThing {
  readonly kind = 'branch';
  readonly key: string;
  readonly id: BranchId;
  name: string;
  readonly devices = new Set<DeviceThing>();
  /** Its routers, as they were when it was last counted. */
  routers: readonly DeviceThing[] = [];
  counts: { readonly counted: number; readonly down: number; readonly router: 'up' | 'down' | 'unknown' | 'none'; readonly downSince: number | null } = { counted: 0, down: 0, router: 'none', downSince: null };

  constructor(id: BranchId, name: string) {
    this.key = `branch:${id}`;
    this.id = id;
    this.name = name;
  }

  /** `leftOut`: known to be down, or in maintenance. `isStarting`: who has not been heard of is to be heard of yet; a branch is not down because those were first who are. */
  count(leftOut: (device: DeviceThing) => boolean, isStarting = false): void {
    let counted = 0, down = 0, routersDown = 0, routersUp = 0;
    const routers: DeviceThing[] = [];
    let downSince = Infinity;
    for (const device of this.devices) {
      const { state, downSince: since } = device.reading;
      if (device.facts.branchRouter && device.facts.enabled) {
        routers.push(device);
        if (state === 'down') {
          routersDown++;
          downSince = Math.min(downSince, since ?? Infinity);
        } else if (state === 'up' || state === 'degraded') routersUp++;
      }
      if (!device.facts.enabled || state === 'paused' || (state === 'no-data' && !isStarting) || leftOut(device)) continue;
      counted++;
      if (state === 'down' || state === 'unreachable') down++;
    }
    const router = routers.length === 0 ? 'none' : routersUp > 0 ? 'up' : routersDown === routers.length ? 'down' : 'unknown';
    this.routers = routers;
    this.counts = { counted, down, router, downSince: Number.isFinite(downSince) ? downSince : null };
  }
}

/** This console. `values`: by the names of its metrics, in their base units; what is not there has no value. */
export class ConsoleThing {
  readonly kind = 'console';
  readonly key = 'console';
  values: Readonly<Record<string, number>> = {};
  name = 'This console';
}

export type Thing = DeviceThing | InterfaceThing | CheckThing | BranchThing | ConsoleThing;

export const deviceKey = (id: string): string => `device:${id}`;

/** The device that a thing is or is part of. */
export function deviceOf(thing: Thing): DeviceThing | null {
  if (thing.kind === 'device') return thing;
  return thing.kind === 'interface' || thing.kind === 'check' ? thing.device : null;
}

export function subjectOf(thing: Thing): Subject {
  switch (thing.kind) {
    case 'device':
      return { kind: 'device', deviceId: thing.facts.id };
    case 'interface':
      return { kind: 'interface', deviceId: thing.device.facts.id, ifIndex: thing.reading.ifIndex };
    case 'check':
      return { kind: 'check', deviceId: thing.device.facts.id, checkId: thing.reading.checkId };
    case 'branch':
      return { kind: 'branch', branchId: thing.id };
    case 'console':
      return { kind: 'console' };
  }
}

/** As a person calls it. */
export function nameOf(thing: Thing): string {
  switch (thing.kind) {
    case 'device':
      return thing.facts.name;
    case 'interface':
      return `${thing.device.facts.name} ${thing.reading.name}${thing.reading.ispProvider === null ? '' : ` (${thing.reading.ispProvider})`}`;
    case 'check':
      return `${thing.device.facts.name}: ${thing.reading.name}`;
    case 'branch':
    case 'console':
      return thing.name;
  }
}
