/** How each metric of the catalogue is read from a thing. Numbers in base units (ms, %, bit/s); NaN: there is no value. */
import type { Aggregate, SubjectKind } from '../../../shared/model/rule.ts';
import { isBeyondChance } from './chance.ts';
import { noFigures, type WindowFigures } from './ping-ring.ts';
import { BranchThing, CheckThing, ConsoleThing, DeviceThing, InterfaceThing, type Thing } from './things.ts';

export type ReadNumber = (thing: Thing, now: number, windowMs: number, aggregate: Aggregate | undefined) => number;
/** Null: there is no value. */
export type ReadWord = (thing: Thing) => string | null;

const none = Number.NaN;
/** Longer ago it says nothing about now. */
const vitalsAgeMs = 600_000;

/** One device is looked at after the other by all rules: what its windows hold is worked out once, in one walk. Which windows there are is learned from the first. */
const seen: { device: DeviceThing | null; now: number; windowsMs: number[]; figures: ReturnType<typeof noFigures>[] } = { device: null, now: 0, windowsMs: [], figures: [] };

function figuresOf(device: DeviceThing, now: number, windowMs: number): WindowFigures {
  if (seen.device !== device || seen.now !== now) look(device, now);
  const known = seen.figures[seen.windowsMs.indexOf(windowMs)];
  if (known) return known;
  seen.windowsMs = [...seen.windowsMs, windowMs].sort((a, b) => a - b);
  seen.figures = seen.windowsMs.map(noFigures);
  look(device, now);
  return seen.figures[seen.windowsMs.indexOf(windowMs)] ?? noFigures();
}

function look(device: DeviceThing, now: number): void {
  seen.device = device;
  seen.now = now;
  device.ring.figuresOver(seen.windowsMs, now, seen.figures);
}

/** What was worked out is of readings that have changed. */
export function forgetFigures(): void {
  seen.device = null;
  seen.windowsMs = [];
  seen.figures = [];
}

const ofDevice = (read: (device: DeviceThing, now: number, windowMs: number, aggregate: Aggregate | undefined) => number): ReadNumber => (thing, now, windowMs, aggregate) => (thing instanceof DeviceThing ? read(thing, now, windowMs, aggregate) : none);
const ofInterface = (read: (port: InterfaceThing, now: number, windowMs: number) => number): ReadNumber => (thing, now, windowMs) => (thing instanceof InterfaceThing && !isOut(thing.device) ? read(thing, now, windowMs) : none);
const ofCheck = (read: (check: CheckThing, now: number) => number): ReadNumber => (thing, now) => (thing instanceof CheckThing && !thing.device.isHeldBack ? read(thing, now) : none);
const ofBranch = (read: (branch: BranchThing) => number): ReadNumber => thing => (thing instanceof BranchThing ? read(thing) : none);
const ofConsole = (name: string): ReadNumber => thing => (thing instanceof ConsoleThing ? (thing.values[name] ?? none) : none);

/** Its agent cannot be heard: what was last read of it says nothing. */
const isOut = (device: DeviceThing): boolean => device.isHeldBack || device.reading.state === 'down';
const countSince = (times: readonly number[], after: number): number => times.reduce((count, at) => count + (at > after ? 1 : 0), 0);
const vital = (name: 'cpu' | 'memory' | 'disk' | 'temperature'): ReadNumber => ofDevice(({ vitals }, now) => (vitals === null || now - vitals.at > vitalsAgeMs ? none : (vitals[name] ?? none)));
const overdue = (at: number | null, allowedMs: number, now: number): number => (at === null ? none : Math.max(0, now - at - allowedMs));
const octetBits = 8;
const rate = (octetsPerS: number | null): number => (octetsPerS === null ? none : octetsPerS * octetBits);
const use = (octetsPerS: number | null, speedBps: number | null): number => (octetsPerS === null || speedBps === null || speedBps === 0 ? none : (100 * octetsPerS * octetBits) / speedBps);
const links = (device: DeviceThing): InterfaceThing[] => [...device.interfaces.values()].filter(({ reading }) => reading.ispProvider !== null && reading.adminUp);

const usPerMs = 1_000;

function rttMs(device: DeviceThing, now: number, windowMs: number, aggregate: Aggregate | undefined): number {
  if (device.isHeldBack) return none;
  const figures = figuresOf(device, now, windowMs);
  // Before that one slow answer, as the first ones are, would be the median.
  if (!isWhole(device, figures.sent, windowMs)) return none;
  switch (aggregate) {
    case undefined:
      return none;
    case 'min':
      return figures.minUs / usPerMs;
    case 'avg':
      return figures.avgUs / usPerMs;
    case 'max':
      return figures.maxUs / usPerMs;
    case 'median':
      return device.ring.quantileUs(0.5, now - windowMs, now) / usPerMs;
    case 'p95':
      return device.ring.quantileUs(0.95, now - windowMs, now) / usPerMs;
  }
}

/** Between what a number lies, where that is known before the number; NaN: it has no value. `isExact`: what the bounds leave open the number decides. */
export type Bounds = { readonly least: number; readonly most: number; readonly isExact: boolean };

const noBounds: Bounds = { least: none, most: none, isExact: false };
const anyNumber: Bounds = { least: -Infinity, most: Infinity, isExact: true };

/** Sorting is dear, and nearly always the largest round trip is below the limit, or the smallest above it: then there is no need. */
function boundsOfRtt(device: DeviceThing, now: number, windowMs: number): Bounds {
  const figures = figuresOf(device, now, windowMs);
  if (device.isHeldBack || !isWhole(device, figures.sent, windowMs)) return noBounds;
  return { least: figures.minUs / usPerMs, most: figures.maxUs / usPerMs, isExact: true };
}

/** While pings are missing, after a start or an outage, those may still come to anything: one lost of the first two is no loss of 50 % over five minutes, and five lost of thirty are at least five of sixty. */
function boundsOfLoss(device: DeviceThing, now: number, windowMs: number): Bounds {
  const { sent, lost } = figuresOf(device, now, windowMs);
  if (device.isHeldBack || sent < fewestPings) return noBounds;
  if (isWhole(device, sent, windowMs)) return anyNumber;
  const whole = expectedIn(device, windowMs);
  return { least: (100 * lost) / whole, most: (100 * (lost + whole - sent)) / whole, isExact: false };
}

/** The same of what chance does not explain. */
function boundsOfSureLoss(device: DeviceThing, now: number, windowMs: number): Bounds {
  const bounds = boundsOfLoss(device, now, windowMs);
  if (bounds.isExact || Number.isNaN(bounds.least)) return bounds;
  const { sent, lost } = figuresOf(device, now, windowMs);
  return isBeyondChance(sent, lost) ? bounds : { ...bounds, least: 0 };
}

const expectedIn = ({ facts }: DeviceThing, windowMs: number): number => (facts.samplesPerS * windowMs) / 1_000;

const fewestPings = 2;
/** Every round of pings is in it, or all but one: a window holds one more or less. */
const isWhole = (device: DeviceThing, sent: number, windowMs: number): boolean => sent >= fewestPings && sent >= Math.floor(expectedIn(device, windowMs) - expectedIn(device, device.facts.intervalMs));

/** Undefined: nothing is known before the number itself. */
export function boundsOf(subject: SubjectKind, metric: string, aggregate: Aggregate | undefined): ((device: DeviceThing, now: number, windowMs: number) => Bounds) | undefined {
  if (subject !== 'device') return undefined;
  if (metric === 'loss') return boundsOfLoss;
  if (metric === 'sure-loss') return boundsOfSureLoss;
  return metric === 'rtt' && (aggregate === 'median' || aggregate === 'p95') ? boundsOfRtt : undefined;
}

const numbers: Readonly<Record<SubjectKind, Readonly<Record<string, ReadNumber>>>> = {
  device: {
    'down-for': ofDevice(({ downSince, isHeldBack }, now) => (isHeldBack ? none : downSince === null ? 0 : Math.max(0, now - downSince))),
    'rtt': ofDevice(rttMs),
    'loss': ofDevice((device, now, windowMs) => {
      if (device.isHeldBack) return none;
      const { sent, lost } = figuresOf(device, now, windowMs);
      return sent === 0 ? none : (100 * lost) / sent;
    }),
    'sure-loss': ofDevice((device, now, windowMs) => {
      if (device.isHeldBack) return none;
      const { sent, lost } = figuresOf(device, now, windowMs);
      return sent === 0 ? none : isBeyondChance(sent, lost) ? (100 * lost) / sent : 0;
    }),
    'jitter': ofDevice((device, now, windowMs) => {
      if (device.isHeldBack) return none;
      const figures = figuresOf(device, now, windowMs);
      return isWhole(device, figures.sent, windowMs) ? figures.jitterUs / usPerMs : none;
    }),
    'state-changes': ofDevice(({ changes }, now, windowMs) => countSince(changes, now - windowMs)),
    // Since its agent fell silent, where it had spoken. What is off is silent as well: only since it answers pings again is that worth a word.
    'snmp-silent-for': ofDevice((device, now) => {
      const { snmp: { state, since, everAnswered }, answersSince } = device;
      if (isOut(device) || !everAnswered) return none;
      return state === 'no-answer' || state === 'refused' || state === 'bad-answer' ? Math.max(0, now - Math.max(since, answersSince ?? now)) : state === 'ok' || state === 'off' ? 0 : none;
    }),
    'cpu': vital('cpu'), 'memory': vital('memory'), 'disk': vital('disk'), 'temperature': vital('temperature'),
    'late-for': ofDevice(({ facts, reading }, now) => (!facts.enabled || reading.state === 'not-observed' ? none : overdue(reading.lastCheckAt, facts.intervalMs + facts.timeoutMs, now))),
    'isp-links': ofDevice(device => (isOut(device) ? none : links(device).length)),
    'isp-links-down': ofDevice(device => (isOut(device) ? none : links(device).filter(({ reading }) => reading.operStatus === 'down' || reading.operStatus === 'not-present').length)),
    'failing-checks': ofDevice(device => (device.isHeldBack ? none : device.reading.failingChecks)),
  },
  interface: {
    'in-rate': ofInterface(({ reading }) => rate(reading.inOctetsPerS)),
    'out-rate': ofInterface(({ reading }) => rate(reading.outOctetsPerS)),
    'in-use': ofInterface(({ reading }) => use(reading.inOctetsPerS, reading.speedBps)),
    'out-use': ofInterface(({ reading }) => use(reading.outOctetsPerS, reading.speedBps)),
    'errors': ofInterface(({ reading }) => reading.errorsPerS ?? none),
    'discards': ofInterface(({ reading }) => reading.discardsPerS ?? none),
    'status-changes': ofInterface(({ changes }, now, windowMs) => countSince(changes, now - windowMs)),
  },
  check: {
    'failing-for': ofCheck(({ reading, failingSince }, now) => (reading.state === 'failing' ? Math.max(0, now - (failingSince ?? now)) : reading.state === 'ok' ? 0 : none)),
    'elapsed': ofCheck(({ reading }) => reading.elapsedMs ?? none),
    'value': ofCheck(({ reading }) => reading.value ?? none),
    'certificate-left': ofCheck(({ reading }) => reading.certificateLeftMs ?? none),
    'late-for': ofCheck(({ reading }, now) => (reading.state === 'off' ? none : reading.overdueMs(now))),
  },
  branch: {
    'down-share': ofBranch(({ counts }) => (counts.counted === 0 ? none : (100 * counts.down) / counts.counted)),
    'devices-down': ofBranch(({ counts }) => counts.down),
    'devices': ofBranch(({ counts }) => counts.counted),
  },
  console: Object.fromEntries(['alerting-late', 'checks-late', 'data-age', 'writer-behind', 'disk-free', 'sync-failing-for', 'notifications-failing-for'].map(name => [name, ofConsole(name)])),
};

const wordsOf: Readonly<Record<SubjectKind, Readonly<Record<string, ReadWord>>>> = {
  device: {
    'state': thing => (thing instanceof DeviceThing ? thing.reading.state : null),
    'snmp-state': thing => (thing instanceof DeviceThing && !isOut(thing) ? thing.snmp.state : null),
  },
  interface: {
    'status': thing => (thing instanceof InterfaceThing && !isOut(thing.device) ? thing.reading.operStatus : null),
    'admin': thing => (thing instanceof InterfaceThing && !isOut(thing.device) ? (thing.reading.adminUp ? 'up' : 'down') : null),
    'critical': thing => (thing instanceof InterfaceThing ? (thing.reading.critical ? 'yes' : 'no') : null),
  },
  check: { 'state': thing => (thing instanceof CheckThing && !thing.device.isHeldBack ? thing.reading.state : null) },
  branch: { 'router': thing => (thing instanceof BranchThing ? thing.counts.router : null) },
  console: {},
};

export const readNumber = (subject: SubjectKind, metric: string): ReadNumber | undefined => numbers[subject][metric];
export const readWord = (subject: SubjectKind, metric: string): ReadWord | undefined => wordsOf[subject][metric];

/** A word that says that nothing can be said: a condition that does not ask for it has no value then. */
export const saysNothing = (subject: SubjectKind, metric: string, word: string): boolean =>
  (metric === 'state' && subject === 'device' && ['unreachable', 'not-observed', 'no-data', 'paused'].includes(word)) ||
  (metric === 'state' && subject === 'check' && (word === 'waiting' || word === 'unknown' || word === 'off')) ||
  (metric === 'status' && subject === 'interface' && word === 'unknown') ||
  (metric === 'router' && subject === 'branch' && word === 'unknown');
