import { expect, test } from 'vitest';
import { checkClass, heartbeatUrl } from './check-words.ts';

test('a failing check looks like what it makes of its device, any other like how it is', () => {
  const shown = [checkClass({ state: 'failing', consequence: 'down' }), checkClass({ state: 'failing', consequence: 'nothing' }), checkClass({ state: 'unknown', consequence: 'down' })];
  expect(shown).toEqual(['state state-down', 'state state-known-down', 'state state-not-observed']);
});

test('a device calls the address that is listened on, or this computer by name where that is all of them', () => {
  const url = (address: string): string => heartbeatUrl({ address, port: 8_428 }, '/beat/a1', 'this-computer');
  expect([url('0.0.0.0'), url('192.0.2.9'), url('2001:db8::9')]).toEqual(['http://this-computer:8428/beat/a1', 'http://192.0.2.9:8428/beat/a1', 'http://[2001:db8::9]:8428/beat/a1']);
});
