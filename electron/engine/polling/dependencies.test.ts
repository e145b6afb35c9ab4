import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Dependencies, type ParentState, type Standing } from './dependencies.ts';

const standing = (more: Partial<Standing> = {}): Standing => ({ branch: null, branchRouter: false, parentIds: [], parentsNeeded: 'any', ...more });

describe('a marked branch router', () => {
  const dependencies = new Dependencies();
  dependencies.set(1, standing({ branch: 'Kvareli', branchRouter: true }));
  dependencies.set(2, standing({ branch: 'Kvareli' }));
  dependencies.set(3, standing({ branch: 'Kvareli', parentIds: [2] }));
  dependencies.set(4, standing({ branch: 'Telavi' }));

  test('is what its branch stands behind, but for those with parents of their own', () => {
    expect([1, 2, 3, 4].map(id => dependencies.parentsOf(id))).toEqual([[], [1], [2], []]);
    expect(dependencies.childrenOf(1)).toEqual([2]);
    expect([dependencies.ancestorsOf(3), dependencies.depthOf(3)]).toEqual([[2, 1], 2]);
  });

  test('makes a cycle when it is put behind one that stands behind it by default', () => {
    expect(dependencies.cycleWith(1, standing({ branch: 'Kvareli', branchRouter: true, parentIds: [3] }))).toEqual([1, 3, 2, 1]);
    expect(dependencies.parentsOf(1)).toEqual([]);
    expect(dependencies.cycleWith(2, standing({ branch: 'Kvareli', parentIds: [2] }))).toEqual([2, 2]);
    expect(dependencies.cycleWith(4, standing({ branch: 'Telavi', parentIds: [3] }))).toBeNull();
  });

  test('when a mark makes the cycle, the mark is what is refused', () => {
    const other = new Dependencies();
    other.set(1, standing({ branch: 'Kvareli' }));
    other.set(2, standing({ branch: 'Kvareli', parentIds: [1] }));
    expect(other.cycleWith(2, standing({ branch: 'Kvareli', parentIds: [1], branchRouter: true }))).toEqual([2, 1, 2]);
  });

  test('two of them stand side by side: their branch is reached while one answers', () => {
    const pair = new Dependencies();
    pair.set(1, standing({ branch: 'Kvareli', branchRouter: true }));
    pair.set(2, standing({ branch: 'Kvareli', branchRouter: true }));
    pair.set(3, standing({ branch: 'Kvareli' }));
    expect(pair.reach(3, id => (id === 1 ? 'dead' : 'alive'))).toEqual({ kind: 'reachable' });
    expect(pair.reach(3, () => 'dead')).toEqual({ kind: 'cut-off', by: 1 });
  });
});

test.each([
  ['any', ['dead', 'alive'], 'reachable'], ['any', ['dead', 'doubt'], 'doubt'], ['any', ['dead', 'dead'], 'cut-off'], ['any', ['doubt', 'alive'], 'reachable'],
  ['all', ['dead', 'alive'], 'cut-off'], ['all', ['doubt', 'dead'], 'cut-off'], ['all', ['doubt', 'alive'], 'doubt'], ['all', ['alive', 'alive'], 'reachable'],
] as const)('when %s of its parents must answer and they are %j, it is %s', (parentsNeeded, states, kind) => {
  const dependencies = new Dependencies();
  for (const id of [1, 2]) dependencies.set(id, standing());
  dependencies.set(3, standing({ parentIds: [1, 2], parentsNeeded }));
  const known: readonly ParentState[] = states;
  expect(dependencies.reach(3, id => known[id - 1] ?? 'alive').kind).toBe(kind);
});

test('a parent that is gone cuts nothing off', () => {
  const dependencies = new Dependencies();
  dependencies.set(3, standing({ branch: 'Kvareli', parentIds: [1] }));
  expect([dependencies.parentsOf(3), dependencies.reach(3, () => 'dead')]).toEqual([[], { kind: 'reachable' }]);
  dependencies.set(2, standing({ branch: 'Kvareli', branchRouter: true }));
  expect(dependencies.parentsOf(3)).toEqual([2]);
});

const standings = fc.array(
  fc.record({ branch: fc.constantFrom(null, 'A', 'B'), branchRouter: fc.boolean(), parentIds: fc.uniqueArray(fc.integer({ min: 0, max: 7 }), { maxLength: 3 }), parentsNeeded: fc.constantFrom('any' as const, 'all' as const) }),
  { minLength: 1, maxLength: 40 },
);

test('as long as each change is asked about first, no device ever stands behind itself, and every cycle that is named is one', () => {
  fc.assert(fc.property(standings, changes => {
    const dependencies = new Dependencies();
    changes.forEach((change, i) => {
      const id = i % 8;
      const cycle = dependencies.cycleWith(id, change);
      if (cycle === null) dependencies.set(id, change);
      else if (cycle.length < 2 || cycle[0] !== cycle.at(-1)) throw new Error(`no cycle: ${cycle.join(' ')}`);
    });
    return [0, 1, 2, 3, 4, 5, 6, 7].every(id => !dependencies.ancestorsOf(id).includes(id));
  }));
});
