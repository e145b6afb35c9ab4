import i18n from 'i18next';
import { beforeAll, expect, test } from 'vitest';
import { DeviceId } from '../../shared/model/ids.ts';
import { everything } from '../../shared/model/scope.ts';
import { startTexts } from '../i18n.ts';
import { scopeWords } from './scope-words.ts';

beforeAll(() => startTexts('en'));

const t = (key: string, ...values: [] | [Readonly<Record<string, string | number>>]): string => i18n.t(key, ...values);
const id = DeviceId.parse('3b241101-e2bb-4255-8caf-4136c566a962');
const names = new Map([[id, 'Kvareli router']]);
const words = (part: Partial<typeof everything>): string => scopeWords({ ...everything, ...part }, t, each => names.get(DeviceId.parse(each)));

test('an empty scope is everything', () => {
  expect(words({})).toBe('Everything');
});

test('each dimension that is given is said, and all of them together', () => {
  expect(words({ types: ['router', 'atm'], branches: ['Kvareli'], regions: ['Kakheti', 'Guria'], tags: ['core'], interfaces: ['Fa0/*'], ispLinks: 'only', deviceIds: [id] })).toBe(
    'Router, ATM; Kvareli router; Branch Kvareli; Regions Kakheti, Guria; Tagged core; Interfaces Fa0/*; Only ISP links',
  );
});

test('a long list is cut, and devices whose names are not known are counted', () => {
  const unknown = DeviceId.parse('3b241101-e2bb-4255-8caf-4136c566a963');
  expect([words({ branches: ['A', 'B', 'C', 'D', 'E'] }), words({ deviceIds: [id, unknown] })]).toEqual(['Branches A, B and 3 more', '2 devices']);
});
