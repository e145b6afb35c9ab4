/** Interfaces over the contract: scripted SNMP, a clock that is moved by hand, a database that is read again. */
import Database from 'better-sqlite3';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { CheckId, DeviceId } from '../../shared/model/ids.ts';
import type { InterfaceRow } from '../../shared/model/interface.ts';
import { clock, failure, folder, setInterfaces, start, type Session } from './engine-for-tests.ts';
import type { InterfaceReading } from './probes/snmp/if-table.ts';

const port = (part: Partial<InterfaceReading> = {}): InterfaceReading => {
  const carried = { value: BigInt(Math.floor(clock.monotonicMs())) * 100n, bits: 64 } as const;
  const none = { inErrors: null, outErrors: null, inDiscards: null, outDiscards: null };
  return { ifIndex: 4, name: 'Fa3', alias: 'Magti_Internet', type: 6, adminUp: true, operStatus: 'up', speedBps: 100_000_000, discontinuity: null, afterMs: 0, counters: { inOctets: carried, outOctets: carried, ...none }, ...part };
};

/** For so long the interfaces are these. */
async function minutes(count: number, ...parts: Partial<InterfaceReading>[]): Promise<void> {
  setInterfaces(() => ({ kind: 'interfaces', interfaces: parts.map(port), upTimeMs: 1e9 + clock.monotonicMs(), whole: true }));
  await clock.advance(count * 60_000);
}
const add = async ({ client }: Session, community: string | null): Promise<DeviceId> => (await client.ask('devices.create', { address: '127.9.0.5', snmpCommunity: community })).id;
const list = async ({ client }: Session, deviceId: DeviceId): Promise<readonly InterfaceRow[]> => (await client.ask('interfaces.list', { deviceId })).interfaces;

test('a router\'s interfaces are listed with what they carry, and its provider\'s link is marked', async () => {
  const session = await start();
  const id = await add(session, 'first-community');
  const before = await list(session, id);
  await minutes(3, {}, { ifIndex: 7, name: 'Vlan7', alias: 'Magti_Internet' });
  const row = { name: 'Fa3', alias: 'Magti_Internet', operStatus: 'up', adminUp: true, speedBps: 100_000_000, at: expect.any(Number), inOctetsPerS: expect.any(Number), outOctetsPerS: expect.any(Number) };
  const rows = await list(session, id);
  expect([before, rows, Math.round((rows[0]?.inOctetsPerS ?? 0) / 10_000)]).toEqual([[], [{ ...row, ifIndex: 4, ispProvider: 'Magti', critical: true }, { ...row, ifIndex: 7, name: 'Vlan7', ispProvider: null, critical: false }], 10]);
});

test('a device whose community is wrong, or that has none, has no interfaces', async () => {
  const session = await start();
  const wrong = await add(session, 'other-community');
  const none = (await session.client.ask('devices.create', { address: '127.9.0.6' })).id;
  await minutes(2, {});
  expect([await list(session, wrong), await list(session, none)]).toEqual([[], []]);
});

test('a mark set by hand stays over a restart, whatever the alias says', async () => {
  const session = await start();
  const id = await add(session, 'first-community');
  await minutes(2, {});
  const marked = await session.client.ask('interfaces.mark', { deviceId: id, ifIndex: 4, ispProvider: ' Silknet ' });
  await minutes(1, {});
  const before = await list(session, id);
  await session.stop();
  const again = await start();
  await minutes(2, { alias: 'Caucasus_Internet' });
  const after = await list(again, id);
  await again.client.ask('interfaces.mark', { deviceId: id, ifIndex: 4, ispProvider: null });
  await minutes(1, {});
  expect([marked.ispProvider, before[0]?.ispProvider, after.map(each => [each.alias, each.ispProvider]), (await list(again, id))[0]?.ispProvider]).toEqual(['Silknet', 'Silknet', [['Caucasus_Internet', 'Silknet']], null]);
});

test('what an interface carried, and when it was up, is history: by itself and of its provider', async () => {
  const session = await start();
  const id = await add(session, 'first-community');
  await minutes(6, {});
  await minutes(4, { operStatus: 'down' });
  const range = { from: clock.now() - 3_600_000, to: clock.now() };
  const target = { of: 'interface', deviceId: id, ifIndex: 4 } as const;
  const series = (more: object): Promise<unknown> => session.client.ask('history.series', { target, ...range, ...more }).then(({ unit, avg, sent, lost }) => ({ unit, most: Math.max(...avg.map(each => each ?? 0)), sent: sum(sent), lost: sum(lost) }));
  const sum = (counts: readonly number[]): number => counts.reduce((all, each) => all + each, 0);
  const carried = await session.client.ask('history.series', { target, ...range });
  const uptime = await session.client.ask('history.uptime', { target, ...range });
  const { rows } = await session.client.ask('history.report', { by: 'isp', ...range });
  expect([
    carried.unit, Math.round((carried.avg[0] ?? 0) / 10_000), carried.t.length >= 8, await series({ metric: 'if-status' }), await series({ metric: 'if-status', target: { of: 'isp', provider: 'Magti' } }),
    uptime.upMs > 200_000 && uptime.downMs > 100_000, rows.map(({ name, within, provider }) => [name, within, provider]),
  ]).toEqual(['octets/s', 10, true, { unit: 'value', most: 1, sent: 11, lost: 4 }, { unit: 'value', most: 1, sent: 11, lost: 4 }, true, [['Fa3', '127.9.0.5', 'Magti']]]);
});

test('what a further check measured is history, which goes with the check and begins anew with another', async () => {
  const session = await start();
  const check = { kind: 'snmp', oid: '1.3.6.1.2.1.1.3.0', intervalMs: 10_000 } as const;
  const device = await session.client.ask('devices.create', { address: '127.9.0.5', snmpCommunity: 'first-community', checks: [check] });
  const values = async (checkId: string | undefined): Promise<readonly (number | null)[]> => {
    const target = { of: 'check', deviceId: device.id, checkId: checkId as CheckId } as const; // The engine's own.
    return (await session.client.ask('history.series', { target, metric: 'check-value', from: clock.now() - 3_600_000, to: clock.now() })).avg;
  };
  await clock.advance(60_000);
  const before = await values(device.checks[0]?.id);
  const changed = await session.client.ask('devices.update', { id: device.id, patch: { checks: [{ ...check, oid: '1.3.6.1.2.1.1.7.0' }] } });
  await clock.advance(60_000);
  const after = await values(changed.checks[0]?.id);
  const file = new Database(join(folder, 'ward-console.db'), { readonly: true });
  const leftToForget = file.prepare('SELECT count(*) FROM gone_series').pluck().get();
  file.close();
  expect([before.length >= 5 && before.every(value => value === 7), await failure(values(device.checks[0]?.id)), after.length >= 5 && after.every(value => value === 7), leftToForget]).toEqual([true, { value: [] }, true, 0]);
});

test('what is not there cannot be listed or marked', async () => {
  const { client, ...session } = await start();
  const id = await add({ client, ...session }, 'first-community');
  await minutes(2, {});
  const gone = '00000000-0000-4000-8000-000000000000' as DeviceId; // A valid id of nothing.
  expect(await Promise.all([
    failure(client.ask('interfaces.mark', { deviceId: id, ifIndex: 99, ispProvider: 'Magti' })), failure(client.ask('interfaces.list', { deviceId: gone })),
    failure(client.ask('interfaces.mark', { deviceId: id, ifIndex: 0, ispProvider: 'Magti' })),
  ])).toEqual([
    { code: 'not-found', message: 'That device has no interface 99.' }, { code: 'not-found', message: 'That device is not here any more.' },
    { code: 'invalid-input', message: expect.stringContaining('An interface is named by its ifIndex, a number from 1.') },
  ]);
});

test('whether an interface is critical is set by hand, and stays over a restart', async () => {
  const session = await start();
  const id = await add(session, 'first-community');
  await minutes(2, {}, { ifIndex: 7, alias: null });
  const set = [await session.client.ask('interfaces.setCritical', { deviceId: id, ifIndex: 4, critical: false }), await session.client.ask('interfaces.setCritical', { deviceId: id, ifIndex: 7, critical: true })];
  await session.stop();
  const again = await start();
  await minutes(2, {}, { ifIndex: 7, alias: null });
  const critical = (rows: readonly InterfaceRow[]): boolean[] => rows.map(row => row.critical);
  expect([critical(set), critical(await list(again, id)), await failure(again.client.ask('interfaces.setCritical', { deviceId: id, ifIndex: 9, critical: true }))]).toEqual([[false, true], [false, true], { code: 'not-found', message: 'That device has no interface 9.' }]);
});

test('a link that has another number since its router was restarted is no link that is down', async () => {
  const session = await start();
  await add(session, 'first-community');
  await minutes(3, {});
  await minutes(3, { operStatus: 'down' });
  const before = [...session.alerts.values()].map(({ rule, clearedAt }) => [rule, clearedAt === null]);
  await minutes(3, { ifIndex: 9 });
  expect([before, [...session.alerts.values()].map(({ rule, clearedBy }) => [rule, clearedBy])]).toEqual([[['isp-link-down', true]], [['isp-link-down', 'removed']]]);
});
