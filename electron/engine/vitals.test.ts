/** How devices are, by SNMP, over the contract: scripted answers, a clock that is moved by hand, a database that is read again. */
import { expect, test } from 'vitest';
import type { DeviceId } from '../../shared/model/ids.ts';
import { clock, setVitals, start, type Session } from './engine-for-tests.ts';
import { noVitals } from './probes/snmp/vitals.ts';

const add = async ({ client }: Session, address: string, community: string | null): Promise<DeviceId> => (await client.ask('devices.create', { address, snmpCommunity: community })).id;
const series = ({ client }: Session, deviceId: DeviceId, metric: 'cpu' | 'memory' | 'temperature') => client.ask('history.series', { target: { of: 'device', deviceId }, metric, from: clock.now() - 3_600_000, to: clock.now() + 1_000 });

test('what a device tells of itself is history, in its unit, also after a restart', async () => {
  const session = await start();
  setVitals(() => ({ kind: 'vitals', vitals: { ...noVitals, cpu: 12.5, temperature: 41 }, sources: ['cisco-process', 'cisco-environment'] }));
  const id = await add(session, '127.9.0.5', 'first-community');
  const other = await add(session, '127.9.0.6', 'other-community');
  await clock.advance(185_000);
  await session.stop();
  const again = await start();
  const [cpu, temperature, memory, silent] = await Promise.all([series(again, id, 'cpu'), series(again, id, 'temperature'), series(again, id, 'memory'), series(again, other, 'cpu')]);
  expect([[cpu.unit, [...new Set(cpu.avg)], cpu.t.length >= 3], [temperature.unit, [...new Set(temperature.avg)]], memory.t, silent.t]).toEqual([['%', [12.5], true], ['°C', [41]], [], []]);
});

test('while it does not answer nothing is known of it, and nothing is lost', async () => {
  const session = await start();
  setVitals(() => ({ kind: 'vitals', vitals: { ...noVitals, cpu: 12.5 }, sources: ['cisco-process'] }));
  const id = await add(session, '127.9.0.5', 'first-community');
  await clock.advance(65_000);
  const until = clock.now();
  setVitals(() => ({ kind: 'no-answer' }));
  await clock.advance(120_000);
  const { t, lost } = await series(session, id, 'cpu');
  expect([t.length > 0, t.every(at => at <= until), Math.max(...lost)]).toEqual([true, true, 0]);
});
