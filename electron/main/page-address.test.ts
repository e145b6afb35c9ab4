import { expect, test } from 'vitest';
import { isOwnFrame, isOwnPage } from './page-address.ts';

const page = 'file:///opt/Ward%20Console/renderer/index.html';

test('only the very file is the own page, with any fragment', () => {
  const cases: [string, boolean][] = [
    [page, true],
    [`${page}#/alerts`, true],
    [`${page}?x=1`, false],
    [page.replace('index', 'other'), false],
    [`${page}/../evil.html`, false],
    [`https://192.0.2.1/#${page}`, false],
    ['about:blank', false],
    ['', false],
  ];
  expect(cases.map(([address]) => [address, isOwnPage(address, page)])).toEqual(cases);
});

test('only the top frame of our own page is one to hand ports to', () => {
  const page = 'file:///opt/ward/index.html';
  const top = { url: page, parent: null };
  expect([isOwnFrame(top, page), isOwnFrame({ url: page, parent: top }, page), isOwnFrame({ url: 'file:///opt/ward/other.html', parent: null }, page), isOwnFrame(null, page)]).toEqual([true, false, false, false]);
});
