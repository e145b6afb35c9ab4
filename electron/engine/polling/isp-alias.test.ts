import { expect, test } from 'vitest';
import { providerOf } from './isp-alias.ts';

test.for<[string | null, string | null, Partial<Parameters<typeof providerOf>[0]>?]>([
  ['Magti_Internet', 'Magti'],
  ['Silknet_Internet', 'Silknet'],
  ['silknet internet', 'silknet'],
  ['MAGTI_INTERNET 100M', 'MAGTI'],
  ['Port 2: Magti_Internet (backup)', 'Magti'],
  ['ISP1_Magti_Internet', 'Magti'],
  ['მაგთი_Internet', 'მაგთი'],
  ['A-B.net Internet', 'A-B.net'],
  ['Internet', null],
  ['_Internet', null],
  ['no internet', null],
  ['To_Internet', null],
  ['Magti_Internetwork', null],
  ['MagtiInternet', null],
  ['Servers', null],
  [null, null],
  ['Magti_Internet', null, { name: 'Vlan100' }],
  ['Magti_Internet', null, { name: 'vlan.7' }],
  ['Magti_Internet', null, { type: 135 }],
  ['Magti_Internet', null, { type: 136 }],
  ['Magti_Internet', null, { type: 53 }],
  ['Magti_Internet', null, { type: 131 }],
  ['Magti_Internet', null, { type: 24 }],
  ['Magti_Internet', 'Magti', { type: null }],
])('%s: %s %s', ([alias, provider, part = {}]) => expect(providerOf({ alias, name: 'Fa3', type: 6, ...part })).toBe(provider));
