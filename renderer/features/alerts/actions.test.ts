import i18n from 'i18next';
import { beforeAll, expect, test } from 'vitest';
import { AlertId, BranchId } from '../../../shared/model/ids.ts';
import { startTexts } from '../../i18n.ts';
import { devicesOf, forAll, isPossible, outcome } from './actions.ts';
import { alert, idOf } from './sample.ts';

beforeAll(() => startTexts('en'));

test('more alerts than one call takes are done in several, and what they changed is summed up', async () => {
  const calls: number[] = [];
  const changed = await forAll(Array.from({ length: 2_100 }, (_, i) => AlertId.parse(idOf(i))), async ids => {
    calls.push(ids.length);
    return { changed: ids.length - 1 };
  });
  expect([calls, changed]).toEqual([[1_000, 1_000, 100], 2_097]);
});

test('what had ended meanwhile is told', () => {
  const t = i18n.getFixedT('en', 'alerts');
  expect([outcome('acknowledge', 5, 5, t), outcome('acknowledge', 3, 5, t), outcome('resolve', 0, 1, t)]).toEqual(['5 alerts were acknowledged.', '3 alerts were acknowledged. 2 of 5 had ended meanwhile.', '0 alerts were resolved. 1 of 1 had ended meanwhile.']);
});

test('a device with several alerts is marked once, and a branch is no device', () => {
  const branch = alert({ subject: { kind: 'branch', branchId: BranchId.parse(idOf(7)) }, deviceId: null, deviceName: null });
  expect([devicesOf([alert({}), alert({}), branch]), isPossible('known-down', [branch]), isPossible('snooze', [branch]), isPossible('comment', [])]).toEqual([[{ id: idOf(99), name: 'Kvareli router' }], false, true, false]);
});
