import { expect, test } from 'vitest';
import { historyOf } from './report-links.ts';

const id = '00000000-0000-4000-8000-000000000001';

test.each([
  ['branch', id, `/history?branch=${id}&from=1&to=2`],
  ['device', id, `/history?device=${id}&from=1&to=2`],
  ['isp', `${id}/12`, `/history?device=${id}&interface=12&from=1&to=2`],
  ['isp', `${id}:3`, `/history?device=${id}&interface=3&from=1&to=2`],
] as const)('a line of a %s leads to its history', (by, row, address) => expect(historyOf(by, { id: row }, { from: 1, to: 2 })).toBe(address));
