/** The whole engine over its contract, with scripted probes and a clock that is moved by hand; the database is real. */
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { DeviceRow } from '../../shared/model/device.ts';
import { startEngine, StartRefused, type Engine } from './engine.ts';
import { addAndSee, anyNetwork, clientOf, clock, failure, folder, pinger, silent, snmp, start, states, summary } from './engine-for-tests.ts';

describe('a device', () => {
  test('is probed as soon as it is added, and shown up within two seconds', async () => {
    const session = await start();
    await session.client.ask('devices.create', { address: '127.9.0.1' });
    await clock.advance(1_000);
    expect([...session.devices.values()]).toEqual([expect.objectContaining({ name: '127.9.0.1', state: 'up', rttUs: 10_000, lossPct: 0, downSince: null })]);
  });

  test('that falls silent right after a good probe is down on screen within 10 s, has its alert when that has lasted ten, and is up again when it answers, the alert closed by itself', async () => {
    const session = await start();
    const [row] = await addAndSee(session, 1);
    // Right after its last good probe: the worst moment.
    const cutAt = (row?.lastCheckAt ?? 0) + 11;
    await clock.advance(Math.max(0, cutAt - clock.now()));
    silent.add('127.9.0.1');
    await clock.advance(9_900);
    expect(states(session)).toEqual({ D1: 'down' });
    await clock.advance(8_000);
    expect([...session.alerts.values()]).toEqual([expect.objectContaining({ deviceName: 'D1', rule: 'device-down', severity: 'critical', clearedAt: null })]);
    const since = [...session.alerts.values()][0]?.since ?? 0;
    expect(since).toBeGreaterThan(cutAt);
    expect(since - cutAt).toBeLessThan(5_100);
    expect([...session.devices.values()][0]?.downSince).toBe(since);

    silent.clear();
    await clock.advance(7_000);
    expect(states(session)).toEqual({ D1: 'up' });
    expect([...session.alerts.values()]).toEqual([expect.objectContaining({ clearedBy: 'recovered', since })]);
    expect(summary(session)).toMatchObject({ up: 1, down: 0, openAlerts: 0 });
  });

  test('that pauses for less than 1.5 s is not called down', async () => {
    const session = await start();
    await addAndSee(session, 1);
    for (let moment = 0; moment < 12; moment++) {
      silent.add('127.9.0.1');
      await clock.advance(1_450);
      silent.clear();
      await clock.advance(6_000 + 137 * moment);
    }
    expect(session.alerts.size).toBe(0);
  });

  test('keeps what SNMP said of it, and never gives its community back', async () => {
    const session = await start();
    const { id } = await session.client.ask('devices.create', { address: '127.9.0.1', snmpCommunity: 'first-community' });
    await clock.advance(1_000);
    const device = await session.client.ask('devices.get', { id });
    expect(device).toMatchObject({ snmp: 'ok', sysName: 'kvareli-rtr', sysUpTimeMs: 90_000, hasSnmpCommunity: true });
    expect(JSON.stringify(device)).not.toContain('first-community');
    await session.client.ask('devices.update', { id, patch: { snmpCommunity: 'second-community' } });
    await clock.advance(3_000);
    expect(await session.client.ask('devices.get', { id })).toMatchObject({ snmp: 'no-answer', snmpProblem: expect.stringContaining('community may be wrong') });
    await session.stop();
    const stored = readdirSync(folder).map(name => readFileSync(join(folder, name), 'latin1')).join();
    expect(stored).not.toMatch(/first-community|second-community/);
  });

  test('without an address, with a bad one, or with one that is taken is refused in one sentence', async () => {
    const { client } = await start();
    expect(await failure(client.ask('devices.create', { address: '' }))).toEqual({ code: 'invalid-input', message: 'A device needs an address, for example 192.0.2.5 or atm1.example.' });
    expect(await failure(client.ask('devices.create', {} as { address: string }))).toEqual({ code: 'invalid-input', message: 'A device needs an address, for example 192.0.2.5 or atm1.example.' });
    expect(await failure(client.ask('devices.create', { address: '300.1.1.1' }))).toEqual({ code: 'invalid-input', message: '"300.1.1.1" is neither an IP address nor a host name; write one such as 192.0.2.5 or atm1.example.' });
    await client.ask('devices.create', { name: 'First', address: '127.9.0.1' });
    expect(await failure(client.ask('devices.create', { address: '127.9.0.1' }))).toMatchObject({ code: 'conflict', message: expect.stringContaining('"First"') });
    expect(await client.ask('devices.create', { address: '127.9.0.1', allowSharedAddress: true })).toMatchObject({ sharedAddress: true });
  });

  test('that is paused is not probed, and its alert ends as paused', async () => {
    const session = await start();
    const [row] = await addAndSee(session, 1);
    if (!row) throw new Error('no row');
    silent.add(row.address);
    await clock.advance(18_000);
    await session.client.ask('devices.update', { id: row.id, patch: { enabled: false } });
    expect(states(session)).toEqual({ D1: 'paused' });
    expect([...session.alerts.values()]).toEqual([expect.objectContaining({ clearedBy: 'paused' })]);
    const checkedAt = session.devices.get(row.id)?.lastCheckAt;
    await clock.advance(30_000);
    expect(session.devices.get(row.id)?.lastCheckAt).toBe(checkedAt);
  });

  test('that is removed takes its alert with it, as removed, and its empty branch', async () => {
    const session = await start();
    const rows = await addAndSee(session, 3);
    silent.add('127.9.0.2');
    await clock.advance(18_000);
    const gone = rows.filter(row => row.branch === 'Telavi');
    expect(await session.client.ask('devices.remove', { ids: gone.map(row => row.id) })).toEqual({ removed: 1 });
    await clock.advance(500);
    expect(states(session)).toEqual({ D1: 'up', D3: 'up' });
    expect([...session.alerts.values()]).toEqual([expect.objectContaining({ clearedBy: 'removed' })]);
    expect(await session.client.ask('devices.remove', { ids: gone.map(row => row.id) })).toEqual({ removed: 0 });
  });
});

describe('an acknowledgement', () => {
  test('with its note survives a restart, and so does the outage, dated as before', async () => {
    const first = await start();
    await addAndSee(first, 1);
    silent.add('127.9.0.1');
    await clock.advance(18_000);
    const alert = [...first.alerts.values()][0];
    if (!alert) throw new Error('no alert');
    await first.client.ask('alerts.acknowledge', { ids: [alert.id], note: 'ISP called' });
    expect([...first.devices.values()][0]?.acknowledged).toBe(true);
    await first.stop();
    await clock.advance(60_000);

    const second = await start();
    expect([...second.alerts.values()]).toEqual([expect.objectContaining({ id: alert.id, note: 'ISP called', since: alert.since, clearedAt: null })]);
    expect([...second.devices.values()]).toEqual([expect.objectContaining({ state: 'down', downSince: alert.since, acknowledged: true })]);
    await clock.advance(1_000);
    expect(summary(second)).toMatchObject({ down: 0, knownDown: 1, openAlerts: 1 });
    silent.clear();
    await clock.advance(8_000);
    expect([...second.alerts.values()]).toEqual([expect.objectContaining({ note: 'ISP called', clearedBy: 'recovered' })]);
  });

  test('of an alert that has ended changes nothing, and says so', async () => {
    const { client } = await start();
    expect(await client.ask('alerts.acknowledge', { ids: ['00000000-0000-4000-8000-000000000000'], note: '' })).toEqual({ changed: 0 });
  });
});

describe('an import', () => {
  const csv = (text: string): string => Buffer.from(text).toString('base64');

  test('writes nothing until it is committed, then every valid row', async () => {
    const session = await start();
    const contentBase64 = csv('name,address,branch\nA,127.9.1.1,Kvareli\nB,300.1.2.3,Kvareli\nC,127.9.1.3,kvareli\n');
    expect(await session.client.ask('devices.import', { contentBase64, mode: 'preview' })).toMatchObject({ validCount: 2, failedCount: 1, created: 0, failures: [{ line: 3, problem: 'address-invalid' }] });
    expect(session.devices.size).toBe(0);
    expect(await session.client.ask('devices.import', { contentBase64, mode: 'commit' })).toMatchObject({ created: 2 });
    await clock.advance(6_000);
    expect(states(session)).toEqual({ A: 'up', C: 'up' });
    expect([...session.devices.values()].map(row => row.branch)).toEqual(['Kvareli', 'Kvareli']);
    expect(await session.client.ask('devices.import', { contentBase64, mode: 'commit' })).toMatchObject({ created: 0, failedCount: 3 });
  });
});

describe('settings', () => {
  test('change how often every device without its own interval is probed, and survive a restart', async () => {
    const first = await start();
    await addAndSee(first, 2);
    await first.client.ask('settings.update', { patch: { polling: { intervalMs: 60_000 } } });
    await clock.advance(500);
    expect([...first.devices.values()].map(row => row.intervalMs)).toEqual([60_000, 60_000]);
    await first.stop();
    const second = await start();
    expect((await second.client.ask('settings.get', {})).values.polling).toMatchObject({ intervalMs: 60_000, timeoutMs: 1_000 });
  });

  test('bring the demo fleet and take it away with everything of it', async () => {
    const session = await start();
    await addAndSee(session, 1);
    await session.client.ask('settings.update', { patch: { demo: { enabled: true, devices: 200 } } });
    expect(summary(session)).toMatchObject({ total: 201, demo: true });
    await clock.advance(30_000);
    expect(session.alerts.size).toBeGreaterThan(0);
    await session.client.ask('settings.update', { patch: { demo: { enabled: false } } });
    await clock.advance(500);
    expect(summary(session)).toMatchObject({ total: 1, demo: false });
    expect([...session.alerts.values()].filter(alert => alert.simulated)).toEqual([]);
  });
});

describe('a damaged database', () => {
  test('is told by name, keeps everything waiting, and is set aside only when the user agrees', async () => {
    const file = join(folder, 'ward-console.db');
    writeFileSync(file, 'rubbish '.repeat(2_000));
    const session = await start();
    const store = session.health.get('store');
    if (store?.id !== 'store' || !store.setAsideAs) throw new Error('the store row does not tell the name');
    expect(store).toMatchObject({ state: 'damaged', level: 'problem', message: expect.stringContaining(store.setAsideAs) });
    expect(await failure(session.client.ask('devices.create', { address: '127.9.0.1' }))).toMatchObject({ code: 'unavailable', message: expect.stringContaining('damaged') });
    expect(await failure(session.client.ask('system.startFresh', { setAsideAs: 'yes' }))).toMatchObject({ code: 'invalid-input' });
    expect(readFileSync(file, 'utf8')).toContain('rubbish');

    await session.client.ask('system.startFresh', { setAsideAs: store.setAsideAs });
    expect(readFileSync(store.setAsideAs, 'utf8')).toBe('rubbish '.repeat(2_000));
    expect(session.health.get('store')).toMatchObject({ state: 'ok', level: 'ok' });
    await session.client.ask('devices.create', { address: '127.9.0.1' });
    await clock.advance(1_000);
    expect(session.devices.size).toBe(1);
    expect(await failure(session.client.ask('system.startFresh', { setAsideAs: store.setAsideAs }))).toMatchObject({ code: 'conflict' });
  });
});

describe('starting', () => {
  const attempt = (dataDir: string): Promise<Engine> => startEngine({ dataDir, version: '0.0.0', dataKey: null, clock, pinger: pinger(), snmp, network: { look: () => anyNetwork }, log: () => {}, onFatal: reason => { throw reason; } });

  test('is refused in one sentence while another console uses the folder, or where the folder is a file', async () => {
    await start();
    await expect(attempt(folder)).rejects.toThrow(/^Another Ward Console already uses/);
    const file = join(folder, 'a-file');
    writeFileSync(file, '');
    await expect(attempt(file)).rejects.toThrow(StartRefused);
  });

  test('is refused with a key file that is none, without touching it', async () => {
    writeFileSync(join(folder, 'vault.key'), 'short');
    await expect(attempt(folder)).rejects.toThrow(/is not a key file/);
    expect(readFileSync(join(folder, 'vault.key'), 'utf8')).toBe('short');
  });
});

test('a read-only connection sees everything and changes nothing', async () => {
  const session = await start();
  await addAndSee(session, 1);
  const reader = clientOf(session.engine, true);
  expect(await reader.ask('system.hello', {})).toMatchObject({ readOnly: true });
  expect(await failure(reader.ask('settings.update', { patch: { demo: { enabled: true } } }))).toMatchObject({ code: 'forbidden' });
  expect(await failure(reader.ask('system.startFresh', { setAsideAs: '' }))).toMatchObject({ code: 'forbidden' });
});

test('history has what was probed, up to the last tick before the end', async () => {
  const first = await start();
  const [row] = await addAndSee(first, 1);
  if (!row) throw new Error('no row');
  const from = clock.now() - 6_000;
  await clock.advance(20_000);
  const end = clock.now();
  await first.stop();
  const second = await start();
  const series = await second.client.ask('history.series', { target: { of: 'device', deviceId: row.id }, from, to: end });
  expect(series.t.length).toBeGreaterThanOrEqual(5);
  expect(series.t.every((t, i) => i === 0 || t - (series.t[i - 1] ?? 0) <= 5_000)).toBe(true);
  expect(end - (series.t.at(-1) ?? 0)).toBeLessThanOrEqual(5_000);
});

test('commands do not disturb what the health row measures', async () => {
  const session = await start();
  for (let n = 1; n <= 30; n++) await session.client.ask('devices.create', { address: `127.9.2.${n}` });
  await clock.advance(70_000);
  const rate = (): number => {
    const row = session.health.get('polling');
    return row?.id === 'polling' ? row.probesPerS : -1;
  };
  expect(rate()).toBeCloseTo(6, 0);
  const [row] = [...session.devices.values()];
  for (let n = 0; n < 50 && row; n++) await session.client.ask('devices.update', { id: row.id, patch: { notes: `${n}` } });
  await clock.advance(1_000);
  expect(rate()).toBeCloseTo(6, 0);
});

test('a community that was sealed under another key is said to be locked, on its row and in the health', async () => {
  const first = await start();
  await first.client.ask('devices.create', { address: '127.9.0.1', snmpCommunity: 'first-community' });
  await first.stop();
  rmSync(join(folder, 'vault.key'));
  const second = await start();
  await clock.advance(1_500);
  expect([...second.devices.values()][0]).toMatchObject({ snmp: 'locked' });
  expect(second.health.get('store')).toMatchObject({ level: 'warning', message: expect.stringContaining('A stored SNMP community cannot be opened') });
});

test('a demo fleet that is removed by hand does not come back, and one that was thinned out stays so', async () => {
  const first = await start();
  await first.client.ask('settings.update', { patch: { demo: { enabled: true, devices: 20 } } });
  const ids = (): DeviceRow['id'][] => [...first.devices.values()].map(row => row.id);
  await clock.advance(500);
  await first.client.ask('devices.remove', { ids: ids().slice(0, 5) });
  await first.stop();
  const second = await start();
  expect(summary(second)).toMatchObject({ total: 15, demo: true });
  await second.client.ask('devices.remove', { ids: [...second.devices.values()].map(row => row.id) });
  expect((await second.client.ask('settings.get', {})).values.demo.enabled).toBe(false);
  await second.stop();
  expect(summary(await start())).toMatchObject({ total: 0, demo: false });
});

test('what a rule looks back on is there after a restart: a line that loses every sixth ping is told though the console was restarted in between', async () => {
  const first = await start();
  for (const n of [1, 2, 3]) await first.client.ask('devices.create', { name: `D${n}`, address: `127.9.0.${n}`, intervalMs: 2_000 });
  const lose = async (times: number): Promise<void> => {
    for (let i = 0; i < times; i++) {
      await clock.advance(5_000);
      silent.add('127.9.0.1');
      await clock.advance(1_200);
      silent.delete('127.9.0.1');
    }
  };
  await lose(24);
  await first.stop();
  const second = await start();
  expect([...second.alerts.values()]).toEqual([]);
  await lose(12);
  expect([...second.alerts.values()]).toMatchObject([{ rule: 'packet-loss', clearedAt: null }]);
});
