import i18n from 'i18next';
import { beforeAll, expect, test } from 'vitest';
import { DeviceState } from '../../shared/model/device.ts';
import { blindCauses } from '../../shared/model/observation.ts';
import { startTexts } from '../i18n.ts';
import { shownState, shownStates, stateReason, stateWords } from './shown-state.ts';

beforeAll(() => startTexts('en'));
const t = i18n.getFixedT('en');
const known = { acknowledged: false, behind: null, maintenanceUntil: null, knownDown: null };
const marked = { reason: 'Decommissioned', until: null, by: 'giorgi', at: 1 };

test('an unreachable device is named by what it stands behind', () => {
  const words = [{ ...known, state: 'unreachable', behind: 'Kvareli router' }, { ...known, state: 'unreachable' }, { ...known, state: 'not-observed' }, { ...known, state: 'down', acknowledged: true }] as const;
  expect(words.map(each => stateWords(each, t))).toEqual(['Behind Kvareli router', 'Unreachable', 'Not observed', 'Known down']);
});

test('a device that is not observed says why, any other what is wrong with asking it', () => {
  const reasons = [
    { ...known, state: 'not-observed', blindCause: 'slept', problem: null }, { ...known, state: 'not-observed', blindCause: null, problem: null }, { ...known, state: 'down', blindCause: null, problem: 'network unreachable' },
    { ...known, state: 'down', knownDown: marked, blindCause: null, problem: null }, { ...known, state: 'down', maintenanceUntil: new Date(2026, 10, 24, 4).getTime(), blindCause: null, problem: null },
  ] as const;
  expect(reasons.map(each => stateReason(each, t, new Date(2026, 10, 24, 1).getTime()))).toEqual(['this computer slept', null, 'network unreachable', 'Decommissioned', 'until 04:00']);
});

test('maintenance is shown whatever else a device is, and what is marked is known to be down until it answers', () => {
  const inWindow = DeviceState.options.map(state => shownState({ ...known, state, maintenanceUntil: 2, knownDown: marked }));
  const shown = DeviceState.options.map(state => shownState({ ...known, state, knownDown: marked }));
  expect([new Set(inWindow), shown]).toEqual([new Set(['maintenance']), ['up', 'degraded', 'known-down', 'known-down', 'known-down', 'known-down', 'paused']]);
});

test('every state and every cause of blindness has its words', () => {
  expect([...shownStates.map(state => `state.${state}`), ...blindCauses.map(cause => `blindCause.${cause}`)].filter(key => !i18n.exists(key))).toEqual([]);
});
