/** Blind time, parents and uptime over the contract, across restarts. */
import { describe, expect, test } from 'vitest';
import type { DeviceRow } from '../../shared/model/device.ts';
import { anyNetwork, clock, failure, setNetwork, silent, start, states, summary, type Session } from './engine-for-tests.ts';

async function add(session: Session, name: string, more: object = {}): Promise<DeviceRow['id']> {
  const n = session.devices.size + 1;
  const { id } = await session.client.ask('devices.create', { name, address: `127.9.0.${n}`, branch: 'Kvareli', ...more });
  return id;
}
const hide = (...numbers: readonly number[]): void => {
  for (const n of numbers) silent.add(`127.9.0.${n}`);
};
const row = (session: Session, name: string): DeviceRow | undefined => [...session.devices.values()].find(each => each.name === name);

describe('a branch router', () => {
  test('that is down has its branch behind it: one incident, and the others say behind whom', async () => {
    const session = await start();
    await add(session, 'Router', { type: 'router', branchRouter: true });
    for (const name of ['Switch', 'ATM']) await add(session, name);
    await add(session, 'Elsewhere', { branch: 'Telavi' });
    await clock.advance(20_000);
    hide(1, 2, 3);
    await clock.advance(20_000);
    expect(states(session)).toEqual({ Router: 'down', Switch: 'unreachable', ATM: 'unreachable', Elsewhere: 'up' });
    expect(row(session, 'ATM')).toMatchObject({ behind: 'Router', downSince: null });
    const router = row(session, 'Router')?.id ?? (await add(session, 'never'));
    await session.client.ask('devices.update', { id: router, patch: { name: 'Kvareli router' } });
    expect(row(session, 'ATM')?.behind).toBe('Kvareli router');
    await session.client.ask('devices.update', { id: router, patch: { name: 'Router' } });
    expect([...session.alerts.values()].map(alert => alert.subjectName).sort()).toEqual(['Kvareli', 'Router']);
    expect([...session.incidents.values()]).toMatchObject([{ kind: 'branch', title: 'Kvareli is down', affected: ['Router', 'Switch', 'ATM'], openAlerts: 2, fault: 'branch-router' }]);
    expect(summary(session)).toMatchObject({ down: 1, unreachable: 2, up: 1, openAlerts: 2 });
    silent.clear();
    await clock.advance(20_000);
    expect(new Set(Object.values(states(session)))).toEqual(new Set(['up']));
    expect([...session.alerts.values()].map(alert => alert.clearedBy)).toEqual(['recovered', 'recovered']);
    expect([...session.incidents.values()]).toMatchObject([{ closedAt: expect.any(Number), openAlerts: 0 }]);
  });

  test('is what the others stand behind; parents of their own go first, and are remembered', async () => {
    const first = await start();
    const router = await add(first, 'Router', { branchRouter: true });
    const core = await add(first, 'Core', { branch: 'Centre' });
    const atm = await add(first, 'ATM');
    const nvr = await add(first, 'NVR', { parentIds: [core], parentsNeeded: 'all' });
    await first.stop();
    const second = await start();
    const get = async (id: DeviceRow['id']): Promise<unknown> => {
      const { parentIds, parentsNeeded, standsBehind } = await second.client.ask('devices.get', { id });
      return { parentIds, parentsNeeded, standsBehind };
    };
    expect(await get(atm)).toEqual({ parentIds: [], parentsNeeded: 'any', standsBehind: [router] });
    expect(await get(nvr)).toEqual({ parentIds: [core], parentsNeeded: 'all', standsBehind: [core] });
    await second.client.ask('devices.remove', { ids: [core] });
    expect(await get(nvr)).toMatchObject({ parentIds: [], standsBehind: [router] });
  });

  test('a circle of parents is refused with its names, and nothing is changed', async () => {
    const session = await start();
    const router = await add(session, 'Router', { branchRouter: true });
    const atm = await add(session, 'ATM');
    const circle = await failure(session.client.ask('devices.update', { id: router, patch: { parentIds: [atm], notes: 'x' } }));
    expect(circle).toEqual({ code: 'conflict', message: 'No device can stand behind itself: "Router" behind "ATM" behind "Router".' });
    expect(await session.client.ask('devices.get', { id: router })).toMatchObject({ parentIds: [], notes: null });
    const marked = await failure(session.client.ask('devices.create', { name: 'Second', address: '127.9.0.99', branch: 'Kvareli', branchRouter: true, parentIds: [atm] }));
    // Its branch would stand behind both routers.
    expect(marked).toEqual({ code: 'conflict', message: 'No device can stand behind itself: "Second" behind "ATM" behind "Second".' });
  });
});

describe('blind time', () => {
  test('is on the screen, in the health and in the journal while it lasts, raises nothing, and is left out of the uptime', async () => {
    const session = await start();
    for (const name of ['A', 'B', 'C', 'D']) await add(session, name);
    await clock.advance(60_000);
    const from = clock.now();
    setNetwork({ ...anyNetwork, interfaces: [] });
    await clock.advance(60_000);
    expect(summary(session)).toMatchObject({ notObserved: 4, up: 0, down: 0 });
    expect(row(session, 'A')).toMatchObject({ state: 'not-observed', blindCause: 'interface' });
    expect(session.health.get('sight')).toMatchObject({ level: 'problem', cause: 'interface', devices: 4, message: '4 devices are not observed: The network interface eth0 is gone or has no link.' });
    expect([...session.journal.values()]).toMatchObject([{ kind: 'blind', cause: 'interface', to: null, devices: 4 }]);
    setNetwork(anyNetwork);
    await clock.advance(30_000);
    expect([...session.alerts.values()]).toEqual([]);
    expect(session.health.get('sight')).toMatchObject({ level: 'ok', devices: 0, message: null });
    const id = row(session, 'A')?.id;
    if (!id) throw new Error('no device');
    const uptime = await session.client.ask('history.uptime', { target: { of: 'device', deviceId: id }, from, to: from + 60_000 });
    expect([uptime.downMs, uptime.notObservedMs > 55_000, uptime.uptimePct === null || uptime.uptimePct === 100]).toEqual([0, true, true]);
    const { spans } = await session.client.ask('history.series', { target: { of: 'device', deviceId: id }, from: from - 60_000, to: clock.now() });
    expect(spans).toMatchObject([{ kind: 'not-observed', cause: 'interface' }]);
  });

  test('an alert that was open before it stays open through it', async () => {
    const session = await start();
    for (const name of ['A', 'B']) await add(session, name);
    await clock.advance(20_000);
    hide(1);
    await clock.advance(15_000);
    setNetwork({ ...anyNetwork, interfaces: [] });
    await clock.advance(60_000);
    expect([...session.alerts.values()]).toMatchObject([{ deviceName: 'A', clearedAt: null }]);
    setNetwork(anyNetwork);
    silent.clear();
    await clock.advance(20_000);
    expect([...session.alerts.values()]).toMatchObject([{ deviceName: 'A', clearedBy: 'recovered' }]);
  });

  test('a console that was closed did not observe, and says so', async () => {
    const first = await start();
    const id = await add(first, 'A');
    await clock.advance(60_000);
    await first.stop();
    const closedAt = clock.now();
    clock.standStill(600_000);
    const second = await start();
    await clock.advance(10_000);
    const entries = [...second.journal.values()];
    expect(entries).toMatchObject([{ kind: 'blind', cause: 'not-running', to: closedAt + 600_000, devices: null }]);
    expect(closedAt - (entries[0]?.from ?? 0)).toBeLessThan(6_000);
    const uptime = await second.client.ask('history.uptime', { target: { of: 'device', deviceId: id }, from: closedAt, to: closedAt + 600_000 });
    expect(uptime).toMatchObject({ downMs: 0, observedPct: 0, uptimePct: null });
  });
});

test('settings of probing take effect at once: probes a sample, answers that end an outage, and the limits', async () => {
  const session = await start();
  await add(session, 'A');
  await session.client.ask('settings.update', { patch: { polling: { probesPerInterval: 1, recoveryReplies: 5 } } });
  await clock.advance(60_000);
  const { windows } = await session.client.ask('devices.get', { id: row(session, 'A')?.id ?? (await add(session, 'never')) });
  expect(windows[0]?.sent).toBe(6);
  hide(1);
  await clock.advance(25_000);
  expect(states(session)).toEqual({ A: 'down' });
  silent.clear();
  const answeredAt = clock.now();
  while (states(session)['A'] !== 'up' && clock.now() < answeredAt + 60_000) await clock.advance(100);
  // Until its turn, then four more answers half a second apart.
  expect(clock.now() - answeredAt).toBeGreaterThan(2_000);
  expect(clock.now() - answeredAt).toBeLessThan(14_000);
});

test('more checks than the limit allows are missed, counted and told, with what to do; nobody is called down for it', async () => {
  const session = await start();
  await session.client.ask('settings.update', { patch: { polling: { mostProbesPerBranchPerS: 1, intervalMs: 2_000 } } });
  for (let n = 1; n <= 4; n++) await add(session, `D${n}`);
  await add(session, 'Elsewhere', { branch: 'Telavi', intervalMs: 4_000 });
  await clock.advance(60_000);
  expect(session.health.get('polling')).toMatchObject({ level: 'warning', message: expect.stringMatching(/^\d+ checks of the last minute could not begin in time: the limit of probes a second to one branch was reached/) });
  expect(session.alerts.size).toBe(0);
  expect(row(session, 'Elsewhere')?.state).toBe('up');
  await session.client.ask('settings.update', { patch: { polling: { mostProbesPerBranchPerS: 50 } } });
  await clock.advance(125_000);
  expect(session.health.get('polling')).toMatchObject({ level: 'ok', message: null });
  expect(new Set(Object.values(states(session)))).toEqual(new Set(['up']));
});
