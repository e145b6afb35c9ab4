import { expect, test } from 'vitest';
import { BranchRow } from '../../../shared/model/branch.ts';
import { byTrouble, upSharePct } from './branch-order.ts';

let made = 0;
function branch(name: string, counts: Partial<BranchRow>): BranchRow {
  const id = `00000000-0000-4000-8000-${String(++made).padStart(12, '0')}`;
  return BranchRow.parse({ id, name, region: null, total: 10, up: 10, degraded: 0, down: 0, knownDown: 0, unreachable: 0, notObserved: 0, noData: 0, paused: 0, maintenance: 0, ...counts });
}

test('a branch with a new outage stands above any number of known ones', () => {
  const list = [
    branch('Telavi', {}), branch('Batumi', { noData: 3 }), branch('Gori', { knownDown: 9 }), branch('Poti', { down: 1 }), branch('Sagarejo', { notObserved: 7 }), branch('Bolnisi', { unreachable: 4 }),
    branch('Akhmeta', {}), branch('Kvareli', { degraded: 1 }), branch('Zugdidi', { down: 2 }),
  ];
  expect(list.sort(byTrouble).map(each => each.name)).toEqual(['Zugdidi', 'Poti', 'Bolnisi', 'Kvareli', 'Gori', 'Sagarejo', 'Batumi', 'Akhmeta', 'Telavi']);
});

test('devices that are paused, not observed or in maintenance are left out of the share, and nothing to share is no figure', () => {
  const shares = [{ up: 5, down: 5 }, { up: 4, degraded: 1, paused: 5 }, { up: 4, unreachable: 1, notObserved: 5 }, { total: 2, up: 0, paused: 2 }, { up: 4, down: 1, maintenance: 5 }, { total: 0, up: 0 }].map(counts => upSharePct(branch('Telavi', counts)));
  expect(shares).toEqual([50, 100, 80, null, 80, null]);
});
