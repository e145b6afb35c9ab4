import { randomUUID } from 'node:crypto';
import { beforeEach, expect, test } from 'vitest';
import type { BranchRow } from '../../../shared/model/branch.ts';
import { DeviceRow } from '../../../shared/model/device.ts';
import { BranchId } from '../../../shared/model/ids.ts';
import type { Batch } from '../../../shared/rpc/contract.ts';
import { Fleet } from './fleet.ts';

const row = (more: Partial<DeviceRow> = {}): DeviceRow => ({
  ...DeviceRow.parse({
    id: randomUUID(), name: 'A', address: '127.0.0.1', type: 'router', branch: 'Kvareli', region: 'East', state: 'up', stateSince: 1, downSince: null, rttUs: 1, lossPct: 0, lastCheckAt: 1, intervalMs: 10_000,
    acknowledged: false, knownDown: null, maintenanceUntil: null, tags: [], ispLink: false, snmp: 'off', sysName: null, simulated: false, sharedAddress: false, behind: null, blindCause: null, checkCount: 0, failingChecks: 0, problem: null,
  }),
  ...more,
});

let fleet: Fleet;
let batches: Batch<BranchRow>[];
beforeEach(() => {
  fleet = new Fleet();
  fleet.addBranch(BranchId.parse(randomUUID()), 'Kvareli');
  batches = [];
  const { pull } = fleet.branches.attach(batch => batches.push(batch));
  pull();
});

test('an answer that changes no count sends no branch', () => {
  const device = row();
  fleet.set(device);
  fleet.flush();
  batches = [];
  const { pull } = fleet.branches.attach(batch => batches.push(batch));
  pull();
  fleet.set({ ...device, rttUs: 2, lastCheckAt: 2 });
  fleet.flush();
  expect(batches.map(({ reset, upsert }) => ({ reset, upsert: upsert.map(branch => ({ name: branch.name, up: branch.up, total: branch.total })) }))).toEqual([{ reset: true, upsert: [{ name: 'Kvareli', up: 1, total: 1 }] }]);
});

test('a state, a branch and an acknowledgement are counted where they belong', () => {
  const device = row();
  fleet.set(device);
  fleet.set({ ...device, state: 'down', downSince: 5 });
  expect(fleet.summary()).toMatchObject({ up: 0, down: 1, knownDown: 0, total: 1 });
  fleet.set({ ...device, state: 'down', downSince: 5, acknowledged: true });
  expect(fleet.summary()).toMatchObject({ down: 0, knownDown: 1 });
  expect([...fleet.branches.values()]).toMatchObject([{ name: 'Kvareli', region: 'East', knownDown: 1, total: 1 }]);
  fleet.set({ ...device, branch: null });
  fleet.dropBranchIfEmpty('Kvareli');
  expect([...fleet.branches.values()]).toEqual([]);
});

test('cleared, it tells every watcher that nothing is left, and counts from zero', () => {
  const device = row();
  fleet.set(device);
  fleet.flush();
  const seen: Batch<DeviceRow>[] = [];
  fleet.devices.attach(batch => seen.push(batch)).pull();
  fleet.clear();
  fleet.flush();
  expect(seen.at(-1)).toEqual({ reset: false, upsert: [], remove: [device.id] });
  expect([fleet.summary().total, fleet.summary().up, fleet.addresses().size, fleet.branchName('kvareli')]).toEqual([0, 0, 0, 'kvareli']);
});

test('what is in a maintenance window is counted as that, whatever it is; what somebody said is down, in the total alone', () => {
  const mark = { reason: 'Scrapped.', until: null, by: 'operator', at: 1 };
  fleet.set(row({ state: 'down', maintenanceUntil: 9 }));
  fleet.set(row({ state: 'up', maintenanceUntil: 9 }));
  const known = row({ state: 'down', acknowledged: true, knownDown: mark });
  fleet.set(known);
  fleet.set(row({ state: 'down', acknowledged: true, knownDown: mark, maintenanceUntil: 9 }));
  const counts = [fleet.summary(), [...fleet.branches.values()][0]].map(each => ({ total: each?.total, maintenance: each?.maintenance, down: each?.down, knownDown: each?.knownDown, up: each?.up }));
  fleet.set({ ...known, state: 'up', acknowledged: false, knownDown: null });
  expect([counts, fleet.summary().up, fleet.summary().total]).toEqual([[1, 1].map(() => ({ total: 4, maintenance: 2, down: 0, knownDown: 0, up: 0 })), 1, 4]);
});
