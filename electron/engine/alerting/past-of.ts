/** How what is stored becomes the past of a thing: a copy to feed, the moments of its states, and what each sample makes of it. */
import type { DeviceState } from '../../../shared/model/device.ts';
import type { Metric } from '../../../shared/model/history.ts';
import { InTurn } from './in-turn.ts';
import type { Moment, Sums, TrackInput } from './past.ts';
import { BranchThing, CheckThing, DeviceThing, InterfaceThing, type CheckReading, type InterfaceReading, type Thing, type Vitals } from './things.ts';

/** In order of time; the first event may lie before the range. */
export type StoredLife = { readonly events: readonly { readonly at: number; readonly kind: DeviceState }[]; readonly blind: readonly { readonly from: number; readonly to: number }[] };

/** What a check makes of one outcome after the other. */
export type CheckJudge = (at: number, outcome: number) => Pick<CheckReading, 'state' | 'since'>;

/** One series of a thing, by its name. */
export type TrackName = { readonly metric: Metric; readonly object: string };

const hourMs = 3_600_000;
const measured = 0;
const notObserved = 4;
/** Rings hold this much more than the longest window: what was pinged more often then than now must fit as well. */
const ringSlack = 2;
const leastRing = 64;

/** Its state then; blind time lies over whatever it was, and over what was not known or paused it does not matter. */
export function momentsOf(device: DeviceThing, { events, blind }: StoredLife): Moment[] {
  const edges = [...new Set([...events.map(({ at }) => at), ...blind.flatMap(({ from, to }) => [from, to])])].sort((a, b) => a - b);
  const moments: Moment[] = [];
  let state: DeviceState = 'no-data';
  let downSince: number | null = null;
  let next = 0;
  for (const at of edges) {
    const kinds: DeviceState[] = [];
    for (; events[next]?.at === at; next++) kinds.push(events[next]?.kind ?? state);
    const isBlind = blind.some(({ from, to }) => from <= at && at < to);
    for (const kind of kinds.length === 0 ? [state] : kinds) {
      if (kinds.length > 0) downSince = kind === 'down' ? at : null;
      state = kind;
      const shown: DeviceState = isBlind && state !== 'no-data' && state !== 'paused' ? 'not-observed' : state;
      const last = moments.at(-1);
      if (last?.state !== shown || last.downSince !== downSince) moments.push({ at, device, state: shown, downSince });
    }
  }
  return moments;
}

/** The thing as nothing is known of it yet, and the devices that its states are those of. `windowMs`: the longest that is looked back on. `pingsAnHour`: at most. */
export function copyOf(thing: Thing, windowMs: number, pingsAnHour: number): { readonly thing: Thing; readonly devices: readonly DeviceThing[] } {
  switch (thing.kind) {
    case 'device': {
      const device = freshDevice(thing, windowMs, pingsAnHour);
      for (const port of linksOf(thing)) device.interfaces.set(port.reading.ifIndex, freshInterface(device, port));
      return { thing: device, devices: [device] };
    }
    case 'interface': {
      const device = freshDevice(thing.device, 0, 0);
      return { thing: freshInterface(device, thing), devices: [device] };
    }
    case 'check': {
      const device = freshDevice(thing.device, 0, 0);
      return { thing: new CheckThing(device, { ...thing.reading, state: 'waiting', since: null, at: null, elapsedMs: null, value: null, certificateLeftMs: null }), devices: [device] };
    }
    case 'branch': {
      const branch = new BranchThing(thing.id, thing.name);
      for (const each of thing.devices) branch.devices.add(freshDevice(each, 0, 0));
      branch.count(() => false);
      return { thing: branch, devices: [...branch.devices] };
    }
    case 'console':
      return { thing, devices: [] };
  }
}

/** Those of its series that have one of the metrics. */
export function trackNames(thing: Thing, metrics: readonly Metric[]): TrackName[] {
  const objects = (metric: Metric): string[] => {
    if (thing.kind === 'interface') return [String(thing.reading.ifIndex)];
    if (thing.kind === 'check') return [thing.reading.checkId];
    if (thing.kind === 'device') return metric === 'if-status' ? linksOf(thing).map(({ reading }) => String(reading.ifIndex)) : [''];
    return [];
  };
  return metrics.flatMap(metric => objects(metric).map(object => ({ metric, object })));
}

export function trackOf(thing: Thing, { metric, object }: TrackName, sums: ReadonlyMap<number, Sums>, judge: CheckJudge): TrackInput {
  return { metric, sums, take: takeOf(thing, metric, object, sums, judge) };
}

function takeOf(thing: Thing, metric: Metric, object: string, sums: ReadonlyMap<number, Sums>, judge: CheckJudge): TrackInput['take'] {
  switch (thing.kind) {
    case 'device': {
      if (metric === 'ping') return pingsOf(thing, sums);
      if (metric !== 'if-status') return (at, outcome, value) => takeVital(thing, metric, at, outcome === measured ? value : null);
      const port = thing.interfaces.get(Number(object));
      return port ? interfaceTake(port, metric) : () => {};
    }
    case 'interface':
      return interfaceTake(thing, metric);
    case 'check':
      return checkTake(thing, metric, judge);
    case 'branch':
    case 'console':
      return () => {};
  }
}

/** Pings out of turn are stored like any other, and would make a short loss look like a bad link: what comes much sooner than is usual in its hour was one. */
function pingsOf({ ring, facts }: DeviceThing, sums: ReadonlyMap<number, Sums>): TrackInput['take'] {
  let hour = -1;
  let leastGapMs = 0;
  const turn = new InTurn();
  return (at, outcome, value) => {
    if (outcome === notObserved) return;
    if (Math.floor(at / hourMs) !== hour) {
      hour = Math.floor(at / hourMs);
      const { sent = 0, unseen = 0 } = sums.get(hour) ?? {};
      const usualMs = Math.min(hourMs / (sent + unseen), 1_000 / facts.samplesPerS);
      leastGapMs = Number.isFinite(usualMs) ? usualMs / 2 : 0;
    }
    if (turn.takes(at, leastGapMs)) ring.add(at, outcome === measured ? value : null);
  };
}

function takeVital(device: DeviceThing, metric: Metric, at: number, value: number | null): void {
  const vitals: Vitals = device.vitals?.at === at ? device.vitals : { at, cpu: null, memory: null, disk: null, temperature: null };
  device.vitals = { ...vitals, [metric]: value };
}

/** What is read at one moment is one reading, whatever the order that it comes in. */
function interfaceTake(port: InterfaceThing, metric: Metric): TrackInput['take'] {
  let isFirst = true;
  return (at, outcome, value) => {
    const before = port.reading;
    const reading: InterfaceReading = before.at === at ? before : { ...before, at, inOctetsPerS: null, outOctetsPerS: null, errorsPerS: null, discardsPerS: null };
    if (metric !== 'if-status') {
      port.reading = withRate(reading, metric, outcome === measured ? value : null);
      return;
    }
    // An agent that did not answer told nothing new of it.
    if (outcome === notObserved) return;
    const told: InterfaceReading = { ...reading, operStatus: outcome === measured ? 'up' : 'down' };
    // Of the first nobody knows what was before.
    if (isFirst) port.reading = told;
    else port.take(told);
    isFirst = false;
  };
}

function withRate(reading: InterfaceReading, metric: Metric, value: number | null): InterfaceReading {
  const plus = (other: number | null): number | null => (value === null ? other : value + (other ?? 0));
  switch (metric) {
    case 'if-in':
      return { ...reading, inOctetsPerS: value };
    case 'if-out':
      return { ...reading, outOctetsPerS: value };
    case 'if-in-errors':
    case 'if-out-errors':
      return { ...reading, errorsPerS: plus(reading.errorsPerS) };
    case 'if-in-discards':
    case 'if-out-discards':
      return { ...reading, discardsPerS: plus(reading.discardsPerS) };
    default:
      return reading;
  }
}

function checkTake(check: CheckThing, metric: Metric, judge: CheckJudge): TrackInput['take'] {
  let askedAt = -1;
  return (at, outcome, value) => {
    const { reading } = check;
    const fresh = askedAt === at ? reading : { ...reading, elapsedMs: null, value: null };
    askedAt = at;
    check.reading = metric === 'check-value' ? { ...fresh, value: outcome === measured ? value : null } : { ...fresh, elapsedMs: outcome === measured ? value : null, ...judge(at, outcome) };
  };
}

/** Of its interfaces a rule about the device looks at these alone. */
const linksOf = (device: DeviceThing): InterfaceThing[] => [...device.interfaces.values()].filter(({ reading }) => reading.ispProvider !== null && reading.adminUp);

function freshDevice({ facts }: DeviceThing, windowMs: number, pingsAnHour: number): DeviceThing {
  return new DeviceThing(facts, Math.max(leastRing, Math.ceil((windowMs / hourMs) * Math.max(pingsAnHour, facts.samplesPerS * 3_600) * ringSlack)));
}

function freshInterface(device: DeviceThing, { reading }: InterfaceThing): InterfaceThing {
  return new InterfaceThing(device, { ...reading, at: 0, operStatus: 'unknown', inOctetsPerS: null, outOctetsPerS: null, errorsPerS: null, discardsPerS: null });
}
