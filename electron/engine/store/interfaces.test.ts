/** Interfaces in a real database. */
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { configureWriter, type Db } from './connection.ts';
import { listInterfaces, markInterface, rememberedInterfaces, setInterfaceCritical, writeInterfaces, type InterfaceWrite } from './interfaces.ts';
import { migrate } from './migrate.ts';
import { migrations } from './migrations/index.ts';

let db: Db;
beforeEach(() => {
  db = new Database(':memory:');
  configureWriter(db);
  migrate(db, migrations, () => {});
  for (const device of [1, 2]) {
    db.prepare(`INSERT INTO device (id, public_id, name, address, type, enabled, snmp_port, simulated, created_at, updated_at) VALUES (?, ?, ?, '127.0.0.1', 'router', 1, 161, 0, 1, 1)`).run(device, `device ${device}`, `Router ${device}`);
  }
});
afterEach(() => void db.close());

const port = (part: Partial<InterfaceWrite> = {}): InterfaceWrite => ({
  deviceId: 1, ifIndex: 4, name: 'Fa3', alias: 'Magti_Internet', operStatus: 'up', adminUp: true, speedBps: 100_000_000, aliasProvider: 'Magti', at: 5, inOctetsPerS: 100, outOctetsPerS: null, ...part,
});

test('what was read is there, in order of ifIndex, and is what was read last', () => {
  writeInterfaces(db, [port({ at: 4, inOctetsPerS: null }), port({ deviceId: 2, aliasProvider: null }), port({ ifIndex: 1, name: 'Fa0', alias: null, operStatus: 'down', adminUp: false, speedBps: null, aliasProvider: null }), port()]);
  expect(listInterfaces(db, 1)).toEqual([
    { ifIndex: 1, name: 'Fa0', alias: null, operStatus: 'down', adminUp: false, speedBps: null, ispProvider: null, critical: false, at: 5, inOctetsPerS: 100, outOctetsPerS: null },
    { ifIndex: 4, name: 'Fa3', alias: 'Magti_Internet', operStatus: 'up', adminUp: true, speedBps: 100_000_000, ispProvider: 'Magti', critical: true, at: 5, inOctetsPerS: 100, outOctetsPerS: null },
  ]);
});

test('an alias marks and unmarks a link; a mark by hand stays, whatever the alias says', () => {
  const provider = (): string | null | undefined => listInterfaces(db, 1)[0]?.ispProvider;
  writeInterfaces(db, [port()]);
  const byAlias = provider();
  writeInterfaces(db, [port({ aliasProvider: null })]);
  const without = provider();
  const marked = markInterface(db, 1, 4, 'Silknet');
  writeInterfaces(db, [port()]);
  const byHand = provider();
  markInterface(db, 1, 4, null);
  writeInterfaces(db, [port()]);
  expect([byAlias, without, marked?.ispProvider, byHand, provider(), markInterface(db, 1, 9, 'Silknet')]).toEqual(['Magti', null, 'Silknet', 'Silknet', null, null]);
});

test('a provider\'s link is critical until somebody says otherwise, and that stays', () => {
  const critical = (): boolean | undefined => listInterfaces(db, 1)[0]?.critical;
  writeInterfaces(db, [port({ aliasProvider: null })]);
  const none = critical();
  const marked = markInterface(db, 1, 4, 'Silknet')?.critical;
  const unset = setInterfaceCritical(db, 1, 4, false)?.critical;
  writeInterfaces(db, [port()]);
  const stays = critical();
  setInterfaceCritical(db, 1, 4, true);
  markInterface(db, 1, 4, null);
  expect([none, marked, unset, stays, critical(), setInterfaceCritical(db, 1, 9, true)]).toEqual([false, true, false, false, true, null]);
});

test('after a restart it is known what has a history, and what was marked by hand', () => {
  const read = [port(), port({ ifIndex: 5, aliasProvider: null }), port({ ifIndex: 6, operStatus: 'not-present', aliasProvider: null })];
  writeInterfaces(db, read);
  markInterface(db, 1, 5, 'Silknet');
  setInterfaceCritical(db, 1, 5, true);
  for (const [metric, object] of [['if-status', '4'], ['if-status', '6'], ['if-in', '5'], ['check-time', '5']]) db.prepare('INSERT INTO series (device_id, metric, object) VALUES (1, ?, ?)').run(metric, object);
  expect(rememberedInterfaces(db)).toEqual([{ record: read[0], isSampled: true, mark: null, critical: null }, { record: read[1], isSampled: false, mark: { provider: 'Silknet' }, critical: true }, { record: read[2], isSampled: false, mark: null, critical: null }]);
});

test('interfaces go with their device, and those of a device that is not there are not written', () => {
  writeInterfaces(db, [port(), port({ deviceId: 99 })]);
  const written = db.prepare('SELECT count(*) FROM interface').pluck().get();
  db.prepare('DELETE FROM device WHERE id = 1').run();
  expect([written, listInterfaces(db, 1)]).toEqual([1, []]);
});

test('a device\'s list comes from its index, in order', () => {
  const told: string[] = [];
  const listening = new Database(':memory:', { verbose: sql => void told.push(String(sql)) });
  migrate(listening, migrations, () => {});
  told.length = 0;
  listInterfaces(listening, 1);
  const plan = listening.prepare(`EXPLAIN QUERY PLAN ${told[0] ?? ''}`).all().map(step => (step as { detail: string }).detail); // SQLite's documented columns.
  listening.close();
  expect(plan).toEqual(['SEARCH interface USING PRIMARY KEY (device_id=?)']);
});
