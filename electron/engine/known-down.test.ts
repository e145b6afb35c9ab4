/** Tags, links to providers, and what somebody said is down, over the contract: scripted probes, a clock that is moved by hand, a database that is read again. */
import { expect, test } from 'vitest';
import type { DeviceRow } from '../../shared/model/device.ts';
import { addAndSee, clock, failure, silent, start, summary, type Session } from './engine-for-tests.ts';

const rowOf = ({ devices }: Session, name: string): DeviceRow | undefined => [...devices.values()].find(row => row.name === name);
const marks = (session: Session): Record<string, string | undefined> => Object.fromEntries([...session.devices.values()].map(row => [row.name, row.knownDown?.reason]));

/** D1 is down, D2 and D3 are up. */
async function oneDown(): Promise<Session> {
  silent.add('127.9.0.1');
  const session = await start();
  await addAndSee(session, 3);
  await clock.advance(20_000);
  return session;
}

test('tags and what leads to a provider are kept over a restart; a router at .5 leads to one unless somebody says otherwise', async () => {
  const session = await start();
  const add = (name: string, address: string, more: object): Promise<unknown> => session.client.ask('devices.create', { name, address, ...more });
  await add('A', '127.9.0.5', { type: 'router', tags: ['Core', 'core', 'vip'] });
  await add('B', '127.9.1.5', { type: 'router', ispLink: false });
  await add('C', '127.9.0.15', { type: 'router' });
  await add('D', '127.9.2.5', { type: 'switch' });
  await add('E', '127.9.0.6', { type: 'switch', ispLink: true });
  const e = rowOf(session, 'E')?.id ?? '';
  await session.client.ask('devices.update', { id: e, patch: { tags: ['late'] } });
  await session.stop();
  const again = await start();
  expect([...again.devices.values()].map(({ name, tags, ispLink }) => [name, tags, ispLink])).toEqual([['A', ['core', 'vip'], true], ['B', [], false], ['C', [], false], ['D', [], false], ['E', ['late'], true]]);
});

test('what is known to be down leaves the counters, also after a restart, until it answers', async () => {
  const session = await oneDown();
  const id = rowOf(session, 'D1')?.id ?? '';
  const answer = await session.client.ask('devices.markKnownDown', { ids: [...session.devices.keys()], reason: ' Scrapped. ' });
  const row = rowOf(session, 'D1');
  await session.stop();
  const again = await start();
  await clock.advance(20_000);
  const after = [marks(again), summary(again)];
  silent.clear();
  await clock.advance(40_000);
  const answers = rowOf(again, 'D1');
  silent.add('127.9.0.1');
  await clock.advance(40_000);
  expect([answer, row?.knownDown, row?.acknowledged, after, answers?.state, answers?.knownDown, rowOf(again, 'D1')?.state, rowOf(again, 'D1')?.knownDown, (await again.client.ask('devices.get', { id })).acknowledged]).toEqual([
    { marked: 1 }, { reason: 'Scrapped.', until: null, by: expect.any(String), at: expect.any(Number) }, true,
    [{ D1: 'Scrapped.', D2: undefined, D3: undefined }, expect.objectContaining({ total: 3, up: 2, down: 0, knownDown: 0 })],
    'up', null, 'down', null, false,
  ]);
});

test('a mark ends with its time, and by hand', async () => {
  const session = await oneDown();
  const ids = [rowOf(session, 'D1')?.id ?? ''];
  const until = clock.now() + 60_000;
  await session.client.ask('devices.markKnownDown', { ids, reason: 'A new one comes.', until });
  await clock.advance(50_000);
  const early = marks(session)['D1'];
  await clock.advance(20_000);
  const late = marks(session)['D1'];
  await session.client.ask('devices.markKnownDown', { ids, reason: 'It comes tomorrow.' });
  const anew = marks(session)['D1'];
  const unmarked = [await session.client.ask('devices.unmarkKnownDown', { ids }), await session.client.ask('devices.unmarkKnownDown', { ids })];
  expect([early, late, anew, unmarked, marks(session)['D1']]).toEqual(['A new one comes.', undefined, 'It comes tomorrow.', [{ unmarked: 1 }, { unmarked: 0 }], undefined]);
});

test('what answers cannot be known to be down, nor until a moment that has passed', async () => {
  const session = await oneDown();
  const up = [rowOf(session, 'D2')?.id ?? ''];
  const down = [rowOf(session, 'D1')?.id ?? ''];
  expect([
    await failure(session.client.ask('devices.markKnownDown', { ids: up, reason: 'x' })),
    await failure(session.client.ask('devices.markKnownDown', { ids: down, reason: 'x', until: clock.now() })),
    await failure(session.client.ask('devices.markKnownDown', { ids: down, reason: '  ' })),
  ]).toMatchObject([{ code: 'conflict' }, { code: 'invalid-input', message: 'That moment has passed; choose a later one, or none.' }, { code: 'invalid-input', message: 'Say why it is down.' }]);
});
