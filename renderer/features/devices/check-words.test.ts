import i18n from 'i18next';
import { expect, test } from 'vitest';
import { checkStates } from '../../../shared/model/check.ts';
import { startTexts } from '../../i18n.ts';
import { checkClass, checkStateWords, heartbeatOrigin } from './check-words.ts';

test('a failing check looks like what it makes of its device, any other like how it is', () => {
  const shown = [checkClass({ state: 'failing', consequence: 'down' }), checkClass({ state: 'failing', consequence: 'nothing' }), checkClass({ state: 'unknown', consequence: 'down' })];
  expect(shown).toEqual(['state state-down', 'state state-known-down', 'state state-not-observed']);
});

test('a device calls the address that is listened on, or this computer by name where that is all of them', () => {
  const origin = (address: string): string => heartbeatOrigin({ address, port: 8_428 }, 'this-computer');
  expect([origin('0.0.0.0'), origin('192.0.2.9'), origin('2001:db8::9')]).toEqual(['http://this-computer:8428', 'http://192.0.2.9:8428', 'http://[2001:db8::9]:8428']);
});

test('every state of a check has words, and a heartbeat, which nobody asks, its own', () => {
  startTexts('en');
  const t = i18n.getFixedT('en', 'devices');
  const words = (['tcp', 'heartbeat'] as const).map(kind => checkStates.map(state => checkStateWords({ kind, state }, t)));
  expect(words).toEqual([['Answers', 'Failing', 'Not asked yet', 'Could not be asked', 'Switched off'], ['Calls', 'Silent', 'No call yet', 'Cannot be heard', 'Switched off']]);
});
