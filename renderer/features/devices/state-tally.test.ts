import { expect, test } from 'vitest';
import { DeviceRow } from '../../../shared/model/device.ts';
import type { Batch } from '../../../shared/rpc/contract.ts';
import { stateTally } from './state-tally.ts';

const device = (number: number, part: Partial<DeviceRow> = {}): DeviceRow =>
  DeviceRow.parse({
    id: `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`, name: 'Router', address: '192.0.2.5', type: 'router', branch: 'North', region: null, state: 'up', stateSince: 1_000, downSince: null, rttUs: 900,
    lossPct: 0, lastCheckAt: 100_000, intervalMs: 10_000, acknowledged: false, knownDown: null, maintenanceUntil: null, tags: [], ispLink: false, snmp: 'off', sysName: null, simulated: false, sharedAddress: false, behind: null,
    blindCause: null, checkCount: 0, failingChecks: 0, problem: null, ...part,
  });

test('the chips count what the grid shows, of all devices and of one branch', () => {
  let push: (batch: Batch<DeviceRow>) => void = () => {};
  const tally = stateTally(apply => {
    push = apply;
    return () => {};
  });
  let told = 0;
  tally.subscribe(() => void told++);
  tally.feed(() => {}, () => {});
  expect(tally.of(null)).toBeNull();
  push({ reset: true, upsert: [device(1), device(2, { state: 'down' }), device(3, { branch: 'South', state: 'down', knownDown: { reason: 'Gone', until: null, by: 'giorgi', at: 1 } })], remove: [] });
  const [all, north] = [tally.of(null), tally.of('North')];
  expect([all, north, told]).toMatchObject([{ up: 1, down: 1, 'known-down': 1 }, { up: 1, down: 1, 'known-down': 0 }, 1]);
  push({ reset: false, upsert: [device(1, { rttUs: 1 })], remove: [] });
  expect([tally.of(null) === all, told]).toEqual([true, 1]);
  push({ reset: false, upsert: [device(2, { maintenanceUntil: 5 })], remove: [device(1).id] });
  expect([tally.of(null), tally.of('North'), told]).toMatchObject([{ up: 0, down: 0, maintenance: 1, 'known-down': 1 }, { up: 0, maintenance: 1 }, 2]);
});
