import { expect, test } from 'vitest';
import { nextBanner, type Banner } from './blind-banner.ts';

const seeing = { blindSince: null, cause: null, devices: 0 };
const blind = { blindSince: 1_000, cause: 'gateway', devices: 412 } as const;
const told: Banner = { kind: 'blind', since: 1_000, cause: 'gateway', devices: 412 };
const over: Banner = { kind: 'over', since: 1_000, cause: 'gateway', until: 50_000 };

test('the banner comes with blindness, says for a minute that it is over, and goes', () => {
  expect([nextBanner(null, seeing, 0), nextBanner(null, blind, 2_000), nextBanner(told, seeing, 50_000), nextBanner(over, seeing, 110_000), nextBanner(over, seeing, 110_001)]).toEqual([null, told, over, over, null]);
});

test('blindness that comes back replaces the words and moves nothing', () => {
  expect(nextBanner(over, { ...blind, blindSince: 70_000, cause: 'vpn' }, 70_000)).toEqual({ kind: 'blind', since: 70_000, cause: 'vpn', devices: 412 });
});

test('a banner that says the same is the same', () => {
  expect([nextBanner(told, blind, 9_000), nextBanner(told, undefined, 9_000)].every(each => each === told)).toBe(true);
});
