import i18n from 'i18next';
import { beforeAll, describe, expect, test } from 'vitest';
import { CheckInput } from '../../../shared/model/check.ts';
import { CheckId } from '../../../shared/model/ids.ts';
import { startTexts } from '../../i18n.ts';
import { downBy, marks, oddities, resolvedOf } from './device-facts.ts';

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
  expect(said.map(([address, resolvedAddress]) => resolvedOf({ address, resolvedAddress, enabled: true, pingEnabled: true }))).toEqual([null, { address: '192.0.2.31' }, 'unknown']);
});

test('an address that nobody asks for is not missed: where it is no name, or of a device that is paused or not pinged', () => {
  const said = [['192.0.2.5', true, true], ['192.0.2.5', false, true], ['2001:db8::5', true, false], ['atm.example', false, true], ['atm.example', true, false]] as const;
  expect(said.map(([address, enabled, pingEnabled]) => resolvedOf({ address, resolvedAddress: null, enabled, pingEnabled }))).toEqual([null, null, null, null, null]);
});

describe('a device that is down', () => {
  const now = 1_000_000;
  const downSince = now - 60_000;
  const till = { ...CheckInput.parse({ kind: 'tcp', port: 7, name: 'Till', consequence: 'down' }), id: CheckId.parse('3b241101-e2bb-4255-8caf-4136c566a962'), state: 'failing' as const, since: downSince, at: now, message: 'Port 7 is closed.', elapsedMs: 1, heartbeatPath: null };
  const byCheck = { downSince, failingChecks: 1, lossPct: 0 };

  test('is so by the check that has failed since then', () => {
    const found = [downBy(byCheck, { pingEnabled: true, checks: [till] }, now), downBy(byCheck, { pingEnabled: false, checks: [{ ...till, name: '', since: downSince + 900 }] }, now)];
    expect(found).toEqual([{ kind: 'check', problem: 'Till: Port 7 is closed.' }, { kind: 'check', problem: 'Port 7 is closed.' }]);
  });

  test('is silent where no check fails, or none that explains it', () => {
    const silent = { ...byCheck, lossPct: 25 };
    const late = [{ ...till, since: downSince + 30_000 }];
    const found = [downBy({ ...silent, failingChecks: 0 }, null, now), downBy(silent, { pingEnabled: true, checks: [{ ...till, consequence: 'degraded' }] }, now), downBy(silent, { pingEnabled: true, checks: late }, now)];
    expect(found.map(each => each.kind)).toEqual(['ping', 'ping', 'ping']);
  });

  test('is not said to be silent before its details are here, nor when it is not pinged', () => {
    const found = [downBy(byCheck, null, now), downBy({ ...byCheck, lossPct: 25 }, null, now), downBy({ ...byCheck, failingChecks: 0 }, { pingEnabled: false, checks: [] }, now)];
    expect(found.map(each => each.kind)).toEqual(['unknown', 'unknown', 'unknown']);
  });
});

test('a device says what it is marked as', () => {
  expect([marks({ canary: false, branchRouter: false, ispLink: false, pingEnabled: true }, t), marks({ canary: true, branchRouter: true, ispLink: true, pingEnabled: false }, t)]).toEqual([[], ['Branch router', 'ISP link', 'Tells blind time', 'Answers no ping']]);
});
