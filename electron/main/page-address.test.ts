import { expect, test } from 'vitest';
import { isOwnPage } from './page-address.ts';

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
