/** What an operator is told over the contract when things come back in any order, and when the clock is set: scripted probes, a database that is real. */
import { expect, test, vi } from 'vitest';
import { clock, deliveries, silent, snmp, start, type Session } from './engine-for-tests.ts';

const minuteMs = 60_000;
const addresses = ['127.9.0.5', '127.9.0.11', '127.9.0.81', '127.9.0.82', '127.9.0.101'];

/** A branch of a router and four others, whose router speaks SNMP; and others elsewhere, so that this console sees. */
async function branch(session: Session): Promise<void> {
  const common = { branch: 'Kvareli', region: 'Kakheti' };
  await session.client.ask('devices.create', { ...common, name: 'Router', address: '127.9.0.5', type: 'router', branchRouter: true, snmpCommunity: 'first-community' });
  for (const [i, address] of addresses.slice(1).entries()) await session.client.ask('devices.create', { ...common, name: `D${i + 1}`, address, type: 'atm' });
  for (const n of [1, 2, 3]) await session.client.ask('devices.create', { name: `Far ${n}`, address: `127.9.${n}.9`, branch: `Far ${n}` });
  await session.client.ask('targets.create', { name: 'NOC', severities: ['critical', 'high', 'medium', 'low'], config: { kind: 'desktop' } });
  await clock.advance(20_000);
}
const told = (): string[] => deliveries.flatMap(({ contents }) => contents.map(({ kind, title }) => `${kind}: ${title}`));
const cut = (...which: string[]): void => which.forEach(address => silent.add(address));
const restore = (...which: string[]): void => which.forEach(address => silent.delete(address));

test('a branch that comes back with its router last is told once, and so is its end', async () => {
  const session = await start();
  await branch(session);
  cut(...addresses);
  await clock.advance(7 * minuteMs);
  restore(...addresses.slice(1));
  await clock.advance(30_000);
  restore(...addresses);
  await clock.advance(minuteMs);
  expect([told(), [...session.incidents.values()].map(({ kind, title, closedAt }) => [kind, title, closedAt !== null])]).toEqual([['problem: Kvareli is down', 'recovery: Kvareli is down'], [['branch', 'Kvareli is down', true]]]);
});

test('what is still missing when a branch is back is told by its own name', async () => {
  const session = await start();
  await branch(session);
  cut(...addresses);
  await clock.advance(7 * minuteMs);
  restore(...addresses.slice(1));
  await clock.advance(5 * minuteMs);
  expect([told(), [...session.incidents.values()].map(({ kind, title, closedAt }) => [kind, title, closedAt !== null])]).toEqual([['problem: Kvareli is down', 'update: Router is down'], [['device', 'Router is down', false]]]);
});

test('an agent that was silent while its device was down has its time anew when the device is back', async () => {
  const session = await start();
  await branch(session);
  cut('127.9.0.5');
  vi.spyOn(snmp, 'readSystem').mockResolvedValue({ kind: 'no-answer' });
  await clock.advance(8 * minuteMs);
  restore('127.9.0.5');
  const silentAgents = (): number => [...session.alerts.values()].filter(({ rule }) => rule === 'snmp-silent').length;
  await clock.advance(3 * minuteMs);
  const early = silentAgents();
  await clock.advance(3 * minuteMs);
  expect([early, silentAgents()]).toEqual([0, 1]);
});

test('a clock that is set back makes no flapping of an outage that was over', { timeout: 60_000 }, async () => {
  const session = await start();
  await branch(session);
  cut('127.9.0.5');
  await clock.advance(7 * minuteMs);
  restore('127.9.0.5');
  await clock.advance(6 * minuteMs);
  clock.setWallClockBack(120 * minuteMs);
  await clock.advance(10_000);
  expect([...session.alerts.values()].map(({ rule }) => rule).filter(rule => rule.includes('flapping'))).toEqual([]);
});

test('a clock that is set forward escalates nothing before its time', async () => {
  const session = await start();
  await branch(session);
  await session.client.ask('targets.create', { name: 'Escalation', afterMs: 15 * minuteMs, config: { kind: 'sound' } });
  cut('127.9.0.81');
  await clock.advance(5 * minuteMs);
  clock.setWallClockBack(-120 * minuteMs);
  await clock.advance(5 * minuteMs);
  const early = deliveries.filter(({ config }) => config.kind === 'sound').length;
  await clock.advance(6 * minuteMs);
  expect([early, deliveries.filter(({ config }) => config.kind === 'sound').length]).toEqual([0, 1]);
});
