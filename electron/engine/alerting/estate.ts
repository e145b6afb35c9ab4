/** All things that rules are about, kept current from what the engine learns: devices with their interfaces and checks, branches, and this console. */
import { InTurn } from './in-turn.ts';
import { BranchThing, CheckThing, ConsoleThing, DeviceThing, InterfaceThing, unheard, type CheckReading, type DeviceFacts, type InterfaceReading, type StateReading, type Thing, type Vitals } from './things.ts';
import type { DeviceState, SnmpState } from '../../../shared/model/device.ts';

/** Columns of one length, one entry a ping. `extra`: 1 for a ping out of turn, which would make a short loss look like a bad link. */
export type PingColumns = { readonly deviceId: Int32Array; readonly at: Float64Array; readonly rttUs: Int32Array; readonly extra: Uint8Array };

/** Rings hold this much more than the longest window: pings come a little early and late. */
const ringSlack = 1.25;
/** Turns come a little early, and confirmations soon after a turn. */
const leastShareOfTurn = 0.75;

export class Estate {
  readonly console = new ConsoleThing();
  readonly #devices = new Map<number, DeviceThing>();
  readonly #byKey = new Map<string, Thing>();
  readonly #branches = new Map<string, BranchThing>();
  /** Who is unreachable behind whom. */
  readonly #behind = new Map<number, Set<DeviceThing>>();
  readonly #checks = new Map<string, CheckThing>();
  #windowMs = 0;

  constructor() {
    this.#byKey.set(this.console.key, this.console);
  }

  get devices(): IterableIterator<DeviceThing> {
    return this.#devices.values();
  }

  get branches(): IterableIterator<BranchThing> {
    return this.#branches.values();
  }

  device(internalId: number): DeviceThing | undefined {
    return this.#devices.get(internalId);
  }

  find(key: string): Thing | undefined {
    return this.#byKey.get(key);
  }

  branchOf(device: DeviceThing): BranchThing | undefined {
    return device.facts.branchId === null ? undefined : this.#branches.get(device.facts.branchId);
  }

  /** Those that are unreachable behind it. */
  behind(device: DeviceThing): DeviceThing[] {
    return [...(this.#behind.get(device.facts.internalId) ?? [])];
  }

  /** The longest window that is looked back on. */
  lookBack(windowMs: number): void {
    this.#windowMs = windowMs;
    for (const device of this.#devices.values()) device.ring.resize(this.#capacityFor(device.facts));
  }

  /** Takes a device up, or takes over what is known of it. Answers the things that are to be bound anew, and the branch that it was the last to leave. */
  setDevice(facts: DeviceFacts): { readonly changed: Thing[]; readonly gone: BranchThing | undefined } {
    const known = this.#devices.get(facts.internalId);
    const device = known ?? new DeviceThing(facts, this.#capacityFor(facts));
    const was = known ? this.branchOf(known) : undefined;
    device.facts = facts;
    device.ring.resize(this.#capacityFor(facts));
    this.#devices.set(facts.internalId, device);
    this.#byKey.set(device.key, device);
    const is = this.#branchFor(facts);
    if (was && was !== is) was.devices.delete(device);
    is?.devices.add(device);
    const gone = was && this.#dropIfEmpty(was) ? was : undefined;
    return { changed: [device, ...device.interfaces.values(), ...device.checks.values(), ...new Set([gone ? undefined : was, is].flatMap(branch => branch ?? []))], gone };
  }

  /** Answers the things that are gone with it, and its branch, to be bound anew. */
  removeDevice(internalId: number): { readonly gone: Thing[]; readonly branch: BranchThing | undefined } {
    const device = this.#devices.get(internalId);
    if (!device) return { gone: [], branch: undefined };
    const branch = this.branchOf(device);
    branch?.devices.delete(device);
    this.#stand(device, parentOf(device.reading), null);
    this.#behind.delete(internalId);
    this.#devices.delete(internalId);
    const gone: Thing[] = [device, ...device.interfaces.values(), ...device.checks.values()];
    if (branch && this.#dropIfEmpty(branch)) gone.push(branch);
    for (const { key } of gone) this.#byKey.delete(key);
    for (const id of device.checks.keys()) this.#checks.delete(id);
    return { gone, branch: branch && branch.devices.size > 0 ? branch : undefined };
  }

  takePings({ deviceId, at, rttUs, extra }: PingColumns): void {
    for (let i = 0; i < deviceId.length; i++) {
      if (extra[i] === 1) continue;
      const rtt = rttUs[i] ?? -1;
      this.#devices.get(deviceId[i] ?? 0)?.ring.add(at[i] ?? 0, rtt < 0 ? null : rtt);
    }
  }

  /** Takes up what the last run saw, before anything new comes. The losses of outages that are over count for nothing, as they did then. */
  refill(pings: PingColumns, changes: readonly { readonly deviceId: number; readonly at: number; readonly state: DeviceState }[]): void {
    const upAt = new Map<number, number>();
    for (const { deviceId, at, state } of changes) {
      const device = this.#devices.get(deviceId);
      const before = device?.reading.state;
      device?.take({ ...unheard, state }, at);
      if ((before === 'down' || before === 'unreachable') && (state === 'up' || state === 'degraded')) upAt.set(deviceId, at);
    }
    const turns = new Map<number, InTurn>();
    const extra = Uint8Array.from(pings.at, (at, i) => {
      const id = pings.deviceId[i] ?? 0;
      const samplesPerS = this.#devices.get(id)?.facts.samplesPerS ?? 0;
      const turn = turns.get(id) ?? new InTurn();
      turns.set(id, turn);
      return at >= (upAt.get(id) ?? 0) && turn.takes(at, samplesPerS > 0 ? (leastShareOfTurn * 1_000) / samplesPerS : 0) ? 0 : 1;
    });
    this.takePings({ ...pings, extra });
  }

  /** Answers the device when its state changed. */
  takeState(internalId: number, reading: StateReading, at: number): DeviceThing | undefined {
    const device = this.#devices.get(internalId);
    if (!device) return undefined;
    const before = device.reading;
    device.take(reading, at);
    this.#stand(device, parentOf(before), parentOf(reading));
    return before.state === reading.state ? undefined : device;
  }

  takeSnmp(internalId: number, state: SnmpState, everAnswered: boolean, at: number): void {
    const device = this.#devices.get(internalId);
    if (!device) return;
    const { snmp } = device;
    device.snmp = { state, since: snmp.state === state ? snmp.since : at, everAnswered: snmp.everAnswered || everAnswered || state === 'ok' };
  }

  takeVitals(internalId: number, vitals: Vitals): void {
    const device = this.#devices.get(internalId);
    if (device) device.vitals = vitals;
  }

  /** Answers the interface when rules are to be looked at anew for it: it is new, or is called or used otherwise. */
  takeInterface(internalId: number, reading: InterfaceReading): InterfaceThing | undefined {
    const device = this.#devices.get(internalId);
    if (!device) return undefined;
    const known = device.interfaces.get(reading.ifIndex);
    if (known) {
      const before = known.reading;
      known.take(reading);
      return before.name === reading.name && before.alias === reading.alias && before.ispProvider === reading.ispProvider ? undefined : known;
    }
    const port = new InterfaceThing(device, reading);
    device.interfaces.set(reading.ifIndex, port);
    this.#byKey.set(port.key, port);
    return port;
  }

  /** Answers the interface that is gone. */
  removeInterface(internalId: number, ifIndex: number): InterfaceThing | undefined {
    const device = this.#devices.get(internalId);
    const port = device?.interfaces.get(ifIndex);
    if (!device || !port) return undefined;
    device.interfaces.delete(ifIndex);
    this.#byKey.delete(port.key);
    return port;
  }

  /** Answers the check when it is new. */
  takeCheck(internalId: number, reading: CheckReading): CheckThing | undefined {
    const device = this.#devices.get(internalId);
    if (!device) return undefined;
    const known = device.checks.get(reading.checkId);
    if (known) {
      known.reading = reading;
      return undefined;
    }
    const check = new CheckThing(device, reading);
    device.checks.set(reading.checkId, check);
    this.#checks.set(reading.checkId, check);
    this.#byKey.set(check.key, check);
    return check;
  }

  /** Answers the check that is gone. */
  removeCheck(checkId: string): CheckThing | undefined {
    const check = this.#checks.get(checkId);
    if (!check) return undefined;
    check.device.checks.delete(checkId);
    this.#checks.delete(checkId);
    this.#byKey.delete(check.key);
    return check;
  }

  #dropIfEmpty(branch: BranchThing): boolean {
    if (branch.devices.size > 0) return false;
    this.#branches.delete(branch.id);
    this.#byKey.delete(branch.key);
    return true;
  }

  #branchFor({ branch, branchId }: DeviceFacts): BranchThing | undefined {
    if (branch === null || branchId === null) return undefined;
    const known = this.#branches.get(branchId);
    if (known) {
      known.name = branch;
      return known;
    }
    const made = new BranchThing(branchId, branch);
    this.#branches.set(branchId, made);
    this.#byKey.set(made.key, made);
    return made;
  }

  #stand(device: DeviceThing, before: number | null, now: number | null): void {
    if (before === now) return;
    if (before !== null) this.#behind.get(before)?.delete(device);
    if (now === null) return;
    const known = this.#behind.get(now);
    if (known) known.add(device);
    else this.#behind.set(now, new Set([device]));
  }

  #capacityFor({ samplesPerS }: DeviceFacts): number {
    return Math.ceil((this.#windowMs / 1_000) * samplesPerS * ringSlack) + 2;
  }
}


/** Behind which device it is unreachable. */
const parentOf = ({ state, behindId }: StateReading): number | null => (state === 'unreachable' ? behindId : null);
