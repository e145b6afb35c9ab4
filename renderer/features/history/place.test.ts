import { expect, test } from 'vitest';
import { BranchId, CheckId, DeviceId } from '../../../shared/model/ids.ts';
import { addressOf, chartedMetrics, placeOf, type Place } from './place.ts';

const deviceId = DeviceId.parse('00000000-0000-4000-8000-000000000001');
const branchId = BranchId.parse('00000000-0000-4000-8000-000000000002');
const checkId = CheckId.parse('00000000-0000-4000-8000-000000000003');
const read = (address: string): Place => placeOf(new URLSearchParams(address.split('?')[1] ?? ''));

test.each<Place>([
  { target: { of: 'device', deviceId }, metric: null, range: { kind: 'last', span: 'week' } },
  { target: { of: 'interface', deviceId, ifIndex: 3 }, metric: 'if-out', range: { kind: 'between', from: 1_000, to: 2_000 } },
  { target: { of: 'check', deviceId, checkId }, metric: 'check-time', range: null },
  { target: { of: 'branch', branchId }, metric: 'ping', range: null },
  { target: { of: 'isp', provider: 'Kvareli & Sons = ISP' }, metric: null, range: null },
  { target: null, metric: null, range: null },
])('the address of a place leads back to it: %o', place => expect(read(addressOf(place))).toEqual(place));

test.each([
  ['/history?device=nobody&span=decade', { target: null, metric: null, range: null }],
  [`/history?device=${deviceId}&metric=if-in&from=2000&to=1000`, { target: { of: 'device', deviceId }, metric: null, range: null }],
  [`/history?device=${deviceId}&interface=0`, { target: null, metric: null, range: null }],
  [`/history?device=${deviceId}&from=abc&to=9e9`, { target: { of: 'device', deviceId }, metric: null, range: null }],
])('what makes no sense in an address is left out: %s', (address, place) => expect(read(address)).toEqual(place));

test('the usual metric of a target is the first', () => {
  expect(chartedMetrics({ of: 'interface', deviceId, ifIndex: 1 })).toEqual(['if-in', 'if-out', 'if-in-errors', 'if-out-errors', 'if-in-discards', 'if-out-discards']);
});
