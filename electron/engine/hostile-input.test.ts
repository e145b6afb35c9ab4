/** Input of every shape, over the contract: it is refused in one sentence, and the engine goes on. */
import { expect, test } from 'vitest';
import { z } from 'zod';
import { Condition } from '../../shared/model/rule.ts';
import { query, type Pipe, type Reply } from '../../shared/rpc/contract.ts';
import { serve } from '../../shared/rpc/server.ts';
import { addAndSee, clock, failure, silent, start } from './engine-for-tests.ts';

const is = { kind: 'is', metric: 'state', words: ['down'] };
const nested = (depth: number): unknown => Array.from({ length: depth }).reduce(of => ({ kind: 'not', of }), is as unknown);

test('a condition that is nested deeper than conditions may be is refused in one sentence', async () => {
  const { client } = await start();
  expect(await failure(client.ask('rules.check', { name: 'Deep', severity: 'low', subject: 'device', condition: nested(500) }))).toEqual({ code: 'invalid-input', message: 'A condition can be nested 8 deep.' });
});

test('so is what is nested deeper than anybody can look: it ends with its answer, and not with the engine', () => {
  const replies: Reply[] = [];
  let receive: (message: unknown) => void = () => {};
  const pipe: Pipe = { post: reply => void replies.push(reply as Reply), onMessage: given => void (receive = given), onClose: () => {}, close: () => {} }; // The answering end posts replies only.
  serve(pipe, { check: query(z.object({ condition: Condition }), z.object({})) }, { check: () => ({}) }, { report: () => 'none' });
  receive({ t: 'ask', id: 1, name: 'check', input: { condition: nested(100_000) } });
  expect(replies).toEqual([{ t: 'fail', id: 1, code: 'invalid-input', message: 'That input is nested too deep.' }]);
});

test('a moment that no calendar has is refused wherever something lasts until then', async () => {
  const session = await start();
  const [device] = await addAndSee(session, 1);
  silent.add('127.9.0.1');
  await clock.advance(30_000);
  const [alert] = [...session.alerts.values()];
  const noMoment = { code: 'invalid-input', message: 'That is no moment: a time is in whole milliseconds since 1970, within what calendars know.' };
  const until = Number.MAX_SAFE_INTEGER;
  expect([
    await failure(session.client.ask('alerts.snooze', { ids: alert ? [alert.id] : [], until })),
    await failure(session.client.ask('devices.markKnownDown', { ids: device ? [device.id] : [], reason: 'Sold', until })),
  ]).toEqual([noMoment, noMoment]);
});
