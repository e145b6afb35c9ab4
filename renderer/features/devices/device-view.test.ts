import { describe, expect, test } from 'vitest';
import { DeviceRow } from '../../../shared/model/device.ts';
import { areFiguresOld, compareUrgency, isOld, isStateOld, passesFilters, searchTextOf } from './device-view.ts';

const device = (name: string, part: Partial<DeviceRow> = {}): DeviceRow =>
  DeviceRow.parse({
    id: '3b241101-e2bb-4255-8caf-4136c566a962', name, address: '192.0.2.5', type: 'router', branch: 'North', region: null, state: 'up', stateSince: 1_000, downSince: null, rttUs: 900,
    lossPct: 0, lastCheckAt: 100_000, intervalMs: 10_000, acknowledged: false, knownDown: null, maintenanceUntil: null, tags: [], ispLink: false, snmp: 'off', sysName: null, simulated: false, sharedAddress: false, behind: null, blindCause: null, checkCount: 0, failingChecks: 0, problem: null,
    ...part,
  });
const down = (name: string, downSince: number, acknowledged = false): DeviceRow => device(name, { state: 'down', downSince, stateSince: downSince + 3_000, acknowledged });

describe('a device in the list', () => {
  test('stands by urgency, the newest outage on top, the healthy by name', () => {
    const listed = [device('up 10'), device('up 9'), device('paused', { state: 'paused' }), device('no data', { state: 'no-data', stateSince: null }), down('known', 9_000, true), device('slow', { state: 'degraded' }), device('unseen', { state: 'not-observed' }), device('behind', { state: 'unreachable' }), down('old', 1_000), down('new', 8_000)];
    expect(listed.toSorted(compareUrgency).map(each => each.name)).toEqual(['new', 'old', 'behind', 'slow', 'known', 'unseen', 'no data', 'up 9', 'up 10', 'paused']);
  });

  test('is old after two intervals without a check, unless paused or never checked', () => {
    expect([isOld(device('a'), 120_000), isOld(device('a'), 120_001), isOld(device('a', { state: 'paused' }), 999_999), isOld(device('a', { lastCheckAt: null }), 999_999)]).toEqual([false, true, false, false]);
  });

  test('that is not observed is so at every moment, and that cannot be heard has old figures', () => {
    const unseen = device('a', { state: 'not-observed' });
    const fresh = ['up', 'down', 'unreachable', 'not-observed'].map(state => areFiguresOld(device('a', { state: DeviceRow.shape.state.parse(state) }), 100_000));
    expect([isStateOld(unseen, 999_999), isStateOld(device('a'), 999_999), fresh]).toEqual([false, true, [false, true, true, true]]);
  });

  test('that is down by a further check has live figures while its ping is answered', () => {
    const now = 100_000;
    const figures = (lossPct: number | null, downForMs: number, failingChecks = 1): boolean => areFiguresOld(device('a', { state: 'down', downSince: now - downForMs, failingChecks, lossPct }), now);
    // A device that is silent for ten seconds has lost 3 % of five minutes, and for a minute 20 %.
    expect([figures(0, 0), figures(1, 10_000), figures(1, 60_000), figures(9, 60_000)]).toEqual([false, false, false, false]);
    expect([figures(3, 10_000), figures(20, 60_000), figures(100, 600_000), figures(null, 0), figures(0, 60_000, 0)]).toEqual([true, true, true, true, true]);
  });

  test('passes the filters by the state that is shown', () => {
    const known = down('known', 1, true);
    expect([passesFilters(known, [], null), passesFilters(known, ['down'], null), passesFilters(known, ['known-down'], 'North'), passesFilters(known, [], 'South')]).toEqual([true, false, true, false]);
  });

  test('is found by its name, address, branch, SNMP name and type', () => {
    expect(searchTextOf(device('Edge', { sysName: 'edge-1' }), 'Router')).toBe('Edge\n192.0.2.5\nNorth\nedge-1\nRouter');
  });
});
