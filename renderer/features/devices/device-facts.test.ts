import i18n from 'i18next';
import { beforeAll, expect, test } from 'vitest';
import { startTexts } from '../../i18n.ts';
import { marks, oddities, resolvedOf } from './device-facts.ts';

beforeAll(() => startTexts('en'));
const t = i18n.getFixedT('en', 'devices');

test('oddities are told only where there are any', () => {
  const told = [[0, 0, null], [3, 0, null], [1, 2, '192.0.2.9'], [0, 1, null]] as const;
  expect(told.map(([duplicateReplies, strayReplies, strayFrom]) => oddities({ duplicateReplies, strayReplies, strayFrom }, t))).toEqual([
    [], ['3 duplicate replies'], ['1 duplicate reply', '2 answers came from 192.0.2.9'], ['1 answer came from another address'],
  ]);
});

test('an address that is no name is not said twice, and a name that is not resolved says so', () => {
  const said = [['192.0.2.5', '192.0.2.5'], ['atm.example', '192.0.2.31'], ['atm.example', null]] as const;
  expect(said.map(([address, resolvedAddress]) => resolvedOf({ address, resolvedAddress }))).toEqual([null, { address: '192.0.2.31' }, 'unknown']);
});

test('a device says what it is marked as', () => {
  expect([marks({ canary: false, branchRouter: false, pingEnabled: true }, t), marks({ canary: true, branchRouter: true, pingEnabled: false }, t)]).toEqual([[], ['Branch router', 'Tells blind time', 'Answers no ping']]);
});
