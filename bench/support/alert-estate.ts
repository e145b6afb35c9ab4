/** An estate for the alert benchmarks: devices in branches with ten minutes of pings, twenty rules, and the alerts of it all. */
import { Alerting } from '../../electron/engine/alerting/alerting.ts';
import type { PingColumns } from '../../electron/engine/alerting/estate.ts';
import { compileRule, ruleOf } from '../../electron/engine/alerting/rule.ts';
import { BranchId, DeviceId, RuleId } from '../../shared/model/ids.ts';
import { RuleInput, type Condition, type Rule } from '../../shared/model/rule.ts';
import { ToldBook } from '../../electron/engine/alerting/told.ts';
import { waitedForProcessorMs } from './process-usage.ts';

export const intervalMs = 10_000;
export const windowsMs = [60_000, 120_000, 300_000, 600_000] as const;
export const limits = { lossPct: 20, avgUs: 35_000, maxUs: 42_000, jitterUs: 1_500 } as const;
export const startAt = Date.UTC(2026, 0, 1);
const flapChanges = 5;
const devicesInBranch = 60;
const usPerMs = 1_000;

const compare = (metric: string, op: '>' | '>=', value: number, unit: string, more: { windowMs?: number; aggregate?: 'avg' | 'max' | 'p95' } = {}): Condition => ({ kind: 'compare', metric, op, value, unit, ...more });

const conditions: readonly Condition[] = [
  ...windowsMs.flatMap(windowMs => [
    compare('loss', '>', limits.lossPct, '%', { windowMs }),
    compare('rtt', '>', limits.avgUs / usPerMs, 'ms', { windowMs, aggregate: 'avg' }),
    compare('rtt', '>', limits.maxUs / usPerMs, 'ms', { windowMs, aggregate: 'max' }),
    compare('jitter', '>', limits.jitterUs / usPerMs, 'ms', { windowMs }),
  ]),
  compare('rtt', '>', 41, 'ms', { windowMs: 600_000, aggregate: 'p95' }),
  compare('rtt', '>', 41.5, 'ms', { windowMs: 300_000, aggregate: 'p95' }),
  compare('down-for', '>=', 30, 's'),
  compare('late-for', '>', 1, 'min'),
];

export const twentyRules: readonly Rule[] = conditions.map((condition, i) => ruleOf(RuleId.parse(`rule-${i + 1}`), false, RuleInput.parse({ name: `Rule ${i + 1}`, severity: 'medium', subject: 'device', condition })));

const uuid = (n: number): string => `00000000-0000-4000-8000-${n.toString(16).padStart(12, '0')}`;

/** Always the same for a ping: its round trip in us, -1 where it is lost. One in a hundred is. */
export function roundTrip(round: number, device: number): number {
  const chance = mixed(round * 100_003 + device);
  return (chance >>> 8) % 100 === 0 ? -1 : 500 + (mixed(device) % 40_000) + ((chance >>> 16) % 2_000);
}

export const sentAt = (round: number, device: number, devices: number): number => startAt + round * intervalMs + Math.floor((device * intervalMs) / devices);

function mixed(n: number): number {
  const once = Math.imul(n ^ (n >>> 16), 0x7feb352d);
  const twice = Math.imul(once ^ (once >>> 15), 0x846ca68b);
  return (twice ^ (twice >>> 16)) >>> 0;
}

/** One round of pings of every device, as they come from ticks. */
export function pingsOf(round: number, devices: number, isLost: (device: number) => boolean): PingColumns {
  const columns = { deviceId: new Int32Array(devices), at: new Float64Array(devices), rttUs: new Int32Array(devices), extra: new Uint8Array(devices) };
  for (let i = 0; i < devices; i++) {
    columns.deviceId[i] = i + 1;
    columns.at[i] = sentAt(round, i, devices);
    columns.rttUs[i] = isLost(i) ? -1 : roundTrip(round, i);
  }
  return columns;
}

export class AlertEstate {
  readonly devices: number;
  readonly alerting: Alerting;
  #round = 0;
  #ids = 0;

  constructor(devices: number, rules: readonly Rule[]) {
    this.devices = devices;
    this.alerting = new Alerting({ newId: () => uuid(++this.#ids), gatherMs: () => 10_000, circumstances: { knownDown: () => null, maintenance: () => null, blindness: () => null }, recipients: () => [], station: () => 'Bench' });
    this.alerting.setRules(rules.map(rule => compileRule(rule, flapChanges)), startAt);
    for (let i = 0; i < devices; i++) this.#add(i);
    this.alerting.restore({ states: [], alerts: [], incidents: [], stoppedAt: null, told: new ToldBook() }, startAt, 0);
    this.alerting.drain();
  }

  /** When the round that comes next is over. */
  get #now(): number {
    return startAt + (this.#round + 1) * intervalMs;
  }

  /** The pings of one interval, and what is made of them; answers how long the round over all rules took, in ms, less what the thread waited for a processor. `isDown`: who does not answer. */
  round(isDown: (device: number) => boolean = () => false): number {
    const [{ alerting, devices }, now] = [this, this.#now];
    alerting.estate.takePings(pingsOf(this.#round, devices, isDown));
    for (let i = 0; i < devices; i++) {
      const since = isDown(i) ? now - intervalMs : startAt;
      alerting.takeState(i + 1, { state: isDown(i) ? 'down' : 'up', since, downSince: isDown(i) ? since : null, lastCheckAt: now, failingChecks: 0, behindId: null }, now);
    }
    this.#round++;
    const [began, waitedMs] = [performance.now(), waitedForProcessorMs()];
    alerting.turn(now, this.#round * intervalMs, true);
    const tookMs = performance.now() - began - (waitedForProcessorMs() - waitedMs);
    alerting.drain();
    return tookMs;
  }

  #add(i: number): void {
    const branch = Math.floor(i / devicesInBranch);
    this.alerting.setDevice({
      id: DeviceId.parse(uuid(1_000_000 + i)), internalId: i + 1, name: `Device ${i}`, address: `127.${1 + (i >> 16)}.${(i >> 8) & 255}.${i & 255}`, simulated: false, branchRouter: i % devicesInBranch === 0, type: i % devicesInBranch === 0 ? 'router' : 'pc',
      branchId: BranchId.parse(uuid(2_000_000 + branch)), branch: `Branch ${branch}`, region: `Region ${branch % 12}`, tags: [], ispLink: false, enabled: true, intervalMs, timeoutMs: 1_000, samplesPerS: 1_000 / intervalMs,
    }, startAt);
  }
}
