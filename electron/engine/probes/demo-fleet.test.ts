import { expect, test } from 'vitest';
import { NewDevice } from '../../../shared/model/device.ts';
import { demoFleet } from './demo-fleet.ts';

test.for([1, 2, 3, 4, 5, 7, 10, 50, 127, 128, 500, 875, 1_000, 4_321, 10_000])('%i devices are exactly that many, each valid, with its own address and name', count => {
  const fleet = demoFleet(count, 7);
  expect([fleet.length, new Set(fleet.map(device => device.address)).size, new Set(fleet.map(device => device.name)).size]).toEqual([count, count, count]);
  for (const device of fleet) expect(NewDevice.parse(device)).toEqual(device);
});

test('the full estate has its branches, regions and proportions, and a router at .5 in each branch', () => {
  const fleet = demoFleet(875, 7);
  const branches = Map.groupBy(fleet, device => device.branch);
  const types = Object.fromEntries([...Map.groupBy(fleet, device => device.type)].map(([type, devices]) => [type, devices.length]));
  const sizes = [...branches.values()].map(devices => devices.length).toSorted((a, b) => a - b);
  expect({ branches: branches.size, regions: new Set(fleet.map(device => device.region)).size, types, routers: fleet.filter(device => device.address.endsWith('.5') && device.type === 'router').length }).toEqual({
    branches: 128, regions: 10, types: { router: 229, paybox: 178, switch: 134, 'access-point': 116, nvr: 106, atm: 87, 'access-control': 22, server: 3 }, routers: 128,
  });
  expect([sizes[0] === 1 || sizes[0] === 2, (sizes[64] ?? 0) >= 5 && (sizes[64] ?? 0) <= 8, (sizes.at(-1) ?? 0) > 12 && (sizes.at(-1) ?? 0) <= 31]).toEqual([true, true, true]);
  for (const device of fleet) expect(device.address).toMatch(/^127\.1\d\.\d+\.\d+$/);
});

test('the same seed gives the same fleet, another gives another', () => {
  expect([demoFleet(100, 3), demoFleet(100, 4)]).toEqual([demoFleet(100, 3), expect.not.arrayContaining([demoFleet(100, 3)[0]])]);
});
