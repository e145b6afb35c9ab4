import i18n from 'i18next';
import { beforeAll, expect, test } from 'vitest';
import { blindCauses } from '../../shared/model/observation.ts';
import { startTexts } from '../i18n.ts';
import { shownStates, stateReason, stateWords } from './shown-state.ts';

beforeAll(() => startTexts('en'));
const t = i18n.getFixedT('en');
const known = { acknowledged: false, behind: null };

test('an unreachable device is named by what it stands behind', () => {
  const words = [{ ...known, state: 'unreachable', behind: 'Kvareli router' }, { ...known, state: 'unreachable' }, { ...known, state: 'not-observed' }, { ...known, state: 'down', acknowledged: true }] as const;
  expect(words.map(each => stateWords(each, t))).toEqual(['Behind Kvareli router', 'Unreachable', 'Not observed', 'Known down']);
});

test('a device that is not observed says why, any other what is wrong with asking it', () => {
  const reasons = [{ state: 'not-observed', blindCause: 'slept', problem: null }, { state: 'not-observed', blindCause: null, problem: null }, { state: 'down', blindCause: null, problem: 'network unreachable' }] as const;
  expect(reasons.map(each => stateReason(each, t))).toEqual(['this computer slept', null, 'network unreachable']);
});

test('every state and every cause of blindness has its words', () => {
  expect([...shownStates.map(state => `state.${state}`), ...blindCauses.map(cause => `blindCause.${cause}`)].filter(key => !i18n.exists(key))).toEqual([]);
});
