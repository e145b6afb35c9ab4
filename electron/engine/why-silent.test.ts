/** Why nobody was told of a device, over the contract: each reason, brought about. */
import { describe, expect, test } from 'vitest';
import type { z } from 'zod';
import type { WhySilent } from '../../shared/model/incident.ts';
import { TargetInput } from '../../shared/model/notification.ts';
import { addAndSee, clock, idOf, inputOf, setNetwork, setSender, silent, start, type Session } from './engine-for-tests.ts';

const minute = 60_000;
const why = (session: Session, name = 'D1'): Promise<WhySilent> => session.client.ask('alerts.whySilent', { deviceId: idOf(session, name) });
const kinds = async (session: Session, name = 'D1'): Promise<string[]> => (await why(session, name)).reasons.map(({ kind }) => kind);
const ofIts = ({ alerts }: Session): never => [...alerts.keys()] as never; // Ids of alerts.
const recipient = ({ client }: Session, more: Partial<z.input<typeof TargetInput>> = {}): Promise<unknown> => client.ask('targets.create', TargetInput.parse({ name: 'NOC', config: { kind: 'webhook', url: 'http://127.0.0.1:9/' }, ...more }));

/** Some devices, of which D1 is down and was raised and gathered. */
async function oneDown(before: (session: Session) => Promise<unknown> = () => Promise.resolve(), of = 2): Promise<Session> {
  const session = await start();
  await addAndSee(session, of);
  await before(session);
  silent.add('127.9.0.1');
  await clock.advance(40_000);
  return session;
}

describe('nobody was told, because', () => {
  test('nothing is known of it yet, it is well, it is down for a moment only, what belongs to it is gathered, and there is no recipient', async () => {
    const session = await start();
    await session.client.ask('devices.create', { name: 'D1', address: '127.9.0.1' });
    const said = [await kinds(session)];
    await clock.advance(10_000);
    said.push(await kinds(session));
    silent.add('127.9.0.1');
    for (let n = 0; n < 60; n++) {
      await clock.advance(500);
      const now = await kinds(session);
      if (now[0] !== said.at(-1)?.[0]) said.push(now);
    }
    expect(said).toEqual([['starting'], ['not-down'], ['pending'], ['gathering'], ['no-recipient']]);
  });

  test('it is paused', async () => {
    const session = await oneDown();
    await session.client.ask('devices.update', { id: idOf(session, 'D1'), patch: { enabled: false } });
    expect(await kinds(session)).toEqual(['paused']);
  });

  test('what it stands behind is down, and is named', async () => {
    const session = await start();
    const { id } = await session.client.ask('devices.create', { name: 'Router', address: '127.9.0.1' });
    await session.client.ask('devices.create', { name: 'ATM', address: '127.9.0.2', parentIds: [id] });
    await clock.advance(10_000);
    silent.add('127.9.0.1').add('127.9.0.2');
    await clock.advance(40_000);
    expect(await why(session, 'ATM')).toEqual({ silent: true, reasons: [{ kind: 'parent-down', sentence: 'It stands behind Router, which is down and is told instead.', until: null }] });
  });

  test('this console cannot see it', async () => {
    const session = await oneDown(each => recipient(each));
    setNetwork({ interfaces: [], routes: [] });
    await clock.advance(minute);
    expect([await kinds(session, 'D1'), await kinds(session, 'D2')]).toEqual([['blind'], ['blind']]);
  });

  test('it is known to be down, it is in maintenance, it is snoozed, somebody acknowledged it, somebody ended it', async () => {
    const session = await oneDown();
    const { client } = session;
    const deviceId = idOf(session, 'D1');
    const until = clock.now() + 10 * minute;
    const said: (string | number | null)[][] = [];
    const note = async (): Promise<void> => void said.push((await why(session)).reasons.map(reason => [reason.kind, reason.until]).flat());
    await client.ask('devices.markKnownDown', { ids: [deviceId], reason: 'Stolen', until });
    await note();
    await client.ask('devices.unmarkKnownDown', { ids: [deviceId] });
    const { id } = await client.ask('maintenance.create', { name: 'Works', scope: { deviceIds: [deviceId] }, startsAt: new Date(clock.now()).toISOString().slice(0, 16), zone: 'UTC', durationMs: 60 * minute });
    await note();
    await client.ask('maintenance.remove', { id });
    await client.ask('alerts.snooze', { ids: ofIts(session), until });
    await note();
    await client.ask('alerts.snooze', { ids: ofIts(session), until: null });
    await client.ask('alerts.acknowledge', { ids: ofIts(session) });
    await note();
    await client.ask('alerts.resolve', { ids: ofIts(session) });
    await note();
    expect(said).toEqual([['known-down', until], ['maintenance', expect.any(Number)], ['snoozed', until], ['acknowledged', null], ['resolved', null]]);
  });

  test('it is flapping', async () => {
    const session = await oneDown(({ client }) => client.ask('settings.update', { patch: { alerting: { flapChanges: 2 } } }));
    silent.clear();
    await clock.advance(20_000);
    expect(await kinds(session)).toEqual(['flapping']);
  });

  test('no rule is about it, or one holds and not for long enough', async () => {
    const session = await oneDown(async session => {
      const { client } = session;
      await client.ask('rules.update', { id: 'device-down', rule: { ...inputOf(session, 'device-down'), enabled: false } });
      await client.ask('rules.create', { name: 'Up too long', severity: 'low', subject: 'device', condition: { kind: 'is', metric: 'state', words: ['up'] }, forMs: 10 * minute });
    });
    expect([await kinds(session, 'D1'), await kinds(session, 'D2')]).toEqual([['no-rule'], ['pending']]);
  });

  test('the message is on its way, was refused, or has to wait for the next hour; else somebody was told', async () => {
    const answers = [{ kind: 'retry', reason: 'Busy.', afterMs: null }, { kind: 'refused', reason: 'Gone.' }, { kind: 'sent' }] as const;
    const said: unknown[] = [];
    for (const answer of answers) {
      setSender(() => answer);
      const session = await oneDown(each => recipient(each, { mostPerHour: 1 }));
      said.push(await kinds(session));
      silent.add('127.9.0.2');
      await clock.advance(40_000);
      said.push(await kinds(session, 'D2'));
      await session.client.ask('devices.remove', { ids: [...session.devices.keys()] as never });
      for (const { id } of session.targets.values()) await session.client.ask('targets.remove', { id });
      silent.clear();
      await session.stop();
    }
    expect(said).toEqual([['sending'], ['sending'], ['failed'], ['failed'], ['told'], ['rate-limit']]);
  });

  test('it has quiet hours, or is told only of what nobody acknowledges', async () => {
    const session = await oneDown(each => recipient(each, { quietHours: { from: '00:00', to: '06:00', zone: 'UTC', evenCritical: true } }));
    const said = [await kinds(session)];
    await recipient(session, { name: 'Chief', afterMs: 30 * minute });
    said.push(await kinds(session));
    await session.client.ask('targets.remove', { id: [...session.targets.values()].find(({ name }) => name === 'NOC')?.id ?? '' });
    said.push(await kinds(session));
    expect(said).toEqual([['quiet-hours'], ['quiet-hours', 'pending'], ['pending']]);
  });
});
