import { expect, test } from 'vitest';
import { isListenAddress, listenerProblem } from './heartbeat.ts';

test('a listener takes an address, not a name', () => {
  expect(['0.0.0.0', ' 192.0.2.9 ', '::', '2001:db8::9', '', 'localhost', '192.0.2'].map(isListenAddress)).toEqual([true, true, true, true, false, false, false]);
});

test('only what is said of heartbeats is told as the trouble of their listener', () => {
  const refused = 'Heartbeats cannot be heard: port 8428 is in use.';
  expect([null, 'Checks are late.', refused].map(listenerProblem)).toEqual([null, null, refused]);
});
