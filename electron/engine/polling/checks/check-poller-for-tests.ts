/** A check poller whose probes answer as a test says, on a clock that the test moves. For tests: import it, and pollers are stopped after each. */
import { afterEach } from 'vitest';
import { CheckInput } from '../../../../shared/model/check.ts';
import { ManualClock } from '../../clock.ts';
import type { CheckOutcome } from '../../probes/checks/check.ts';
import { simulatedCheck } from '../../probes/checks/simulated-check.ts';
import { CheckPoller, type CheckPollerParts } from './check-poller.ts';
import type { CheckSummary } from './check-summary.ts';
import type { CheckedDevice, PolledCheck } from './polled-check.ts';

export const good: CheckOutcome = { kind: 'ok', elapsedMs: 3, message: 'Port 22 took a connection in 3 ms.' };
export const bad: CheckOutcome = { kind: 'failed', elapsedMs: 3, message: 'Port 22 is closed: the connection was refused.' };
export const token = 'a-token-of-some-length';

let count = 0;
export const checkOf = (input: Partial<CheckInput> & { kind: CheckInput['kind'] }): PolledCheck => {
  const id = `${(++count * 7_919).toString(16).padStart(8, '0')}-0000-4000-8000-000000000000`;
  return { id, check: CheckInput.parse({ port: 22, url: 'https:///', name: '', oid: '1.3.6.1', ...input }), heartbeatToken: input.kind === 'heartbeat' ? token : null };
};
export const tcp = (input: Partial<CheckInput> = {}): PolledCheck => checkOf({ kind: 'tcp', intervalMs: 10_000, ...input });
export const deviceWith = (checks: readonly PolledCheck[], part: Partial<CheckedDevice> = {}): CheckedDevice => ({ id: 1, alone: false, host: '192.0.2.1', simulated: false, community: null, snmpPort: 161, checks, ...part });

const pollers: CheckPoller[] = [];
afterEach(() => {
  for (const poller of pollers.splice(0)) poller.stop();
});

type Ask = CheckPollerParts['probers']['tcp'];

/** A running poller whose TCP probe is `ask`, on a clock that the test moves. */
export function polling(ask: Ask, parts: Partial<CheckPollerParts> = {}): { clock: ManualClock; poller: CheckPoller; told: [number, CheckSummary][]; bugs: string[]; start: number } {
  const clock = new ManualClock();
  const told: [number, CheckSummary][] = [];
  const bugs: string[] = [];
  const notAsked = (): Promise<CheckOutcome> => Promise.reject(new Error('no such check in this test'));
  const poller = new CheckPoller({
    clock,
    probers: { tcp: ask, http: notAsked, dns: notAsked, snmp: notAsked, simulated: (address, now) => simulatedCheck(1, address, now) },
    names: { resolve: host => ({ kind: 'address', address: host }), lookUp: host => Promise.resolve({ kind: 'address', address: host }) },
    onChange: (id, summary) => void told.push([id, summary]),
    onAnswer: () => {},
    onBug: (_id, error) => void bugs.push(String(error)),
    isBlind: () => false,
    ...parts,
  });
  pollers.push(poller);
  poller.start();
  return { clock, poller, told, bugs, start: clock.now() };
}

/** Answers from a list, one each time it is asked; the last again and again. */
export function answers(...list: CheckOutcome[]): { ask: Ask; times: () => number } {
  let asked = 0;
  return { ask: () => Promise.resolve(list[Math.min(asked++, list.length - 1)] ?? good), times: () => asked };
}
