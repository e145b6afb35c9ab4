/** What stands behind what: each device's parents, its own or else the marked routers of its branch. No one may stand behind itself. Pure. */

export type Standing = {
  readonly branch: string | null;
  /** Marked as what the others of its branch stand behind. */
  readonly branchRouter: boolean;
  /** Its own parents; without any that is still there: the routers of its branch. */
  readonly parentIds: readonly number[];
  /** Whether one answering parent is enough, or all must answer. */
  readonly parentsNeeded: 'any' | 'all';
};

/** What is known of a parent at the moment its child is judged. `doubt`: it is being asked. */
export type ParentState = 'alive' | 'dead' | 'doubt';

export class Dependencies {
  readonly #standings = new Map<number, Standing>();
  readonly #routers = new Map<string, Set<number>>();
  readonly #members = new Map<string, Set<number>>();
  /** Who names it as an own parent. */
  readonly #named = new Map<number, Set<number>>();

  set(id: number, standing: Standing): void {
    this.remove(id);
    this.#standings.set(id, standing);
    if (standing.branch !== null) {
      join(this.#members, standing.branch, id);
      if (standing.branchRouter) join(this.#routers, standing.branch, id);
    }
    for (const parentId of standing.parentIds) join(this.#named, parentId, id);
  }

  remove(id: number): void {
    const standing = this.#standings.get(id);
    if (!standing) return;
    this.#standings.delete(id);
    if (standing.branch !== null) {
      leave(this.#members, standing.branch, id);
      leave(this.#routers, standing.branch, id);
    }
    for (const parentId of standing.parentIds) leave(this.#named, parentId, id);
  }

  /** What it stands behind. */
  parentsOf(id: number): number[] {
    const standing = this.#standings.get(id);
    return standing ? this.#parentsIn(id, standing) : [];
  }

  /** Who stands behind it. */
  childrenOf(id: number): number[] {
    const { branch = null, branchRouter = false } = this.#standings.get(id) ?? {};
    const byBranch = branchRouter && branch !== null ? [...(this.#members.get(branch) ?? [])] : [];
    return [...new Set([...(this.#named.get(id) ?? []), ...byBranch])].filter(child => this.parentsOf(child).includes(id));
  }

  /** How many it stands behind, near and far: parents are judged before their children. */
  depthOf(id: number): number {
    return this.ancestorsOf(id).length;
  }

  /** Everything it stands behind, near and far. */
  ancestorsOf(id: number): number[] {
    const found = new Set<number>();
    const walk = (at: number): void => {
      for (const parent of this.parentsOf(at)) {
        if (found.has(parent)) continue;
        found.add(parent);
        walk(parent);
      }
    };
    walk(id);
    return [...found];
  }

  /** Whether it can be reached, by what its parents are. The second value: the first parent that is dead. */
  reach(id: number, stateOf: (parentId: number) => ParentState): { readonly kind: 'reachable' | 'doubt' } | { readonly kind: 'cut-off'; readonly by: number } {
    const parents = this.parentsOf(id);
    const states = parents.map(stateOf);
    const dead = parents[states.indexOf('dead')];
    const needsAll = this.#standings.get(id)?.parentsNeeded === 'all';
    if (dead !== undefined && (needsAll || states.every(state => state === 'dead'))) return { kind: 'cut-off', by: dead };
    if (parents.length === 0 || (needsAll ? states.every(state => state === 'alive') : states.includes('alive'))) return { kind: 'reachable' };
    return { kind: 'doubt' };
  }

  /** The ids of a cycle that the change would make, from one device round to itself; null when it makes none. */
  cycleWith(id: number, changed: Standing): number[] | null {
    const before = this.#standings.get(id);
    this.set(id, changed);
    try {
      return this.#cycleThrough([id, ...this.childrenOf(id)]);
    } finally {
      if (before) this.set(id, before);
      else this.remove(id);
    }
  }

  /** Every new edge begins at the changed device or at one that now stands behind it. */
  #cycleThrough(starts: readonly number[]): number[] | null {
    const done = new Set<number>();
    const walk = (at: number, way: readonly number[]): number[] | null => {
      const seen = way.indexOf(at);
      if (seen >= 0) return [...way.slice(seen), at];
      if (done.has(at)) return null;
      for (const parent of this.parentsOf(at)) {
        const cycle = walk(parent, [...way, at]);
        if (cycle) return cycle;
      }
      done.add(at);
      return null;
    };
    for (const start of starts) {
      const cycle = walk(start, []);
      if (cycle) return cycle;
    }
    return null;
  }

  #parentsIn(id: number, { branch, branchRouter, parentIds }: Standing): number[] {
    const own = parentIds.filter(parent => this.#standings.has(parent));
    if (own.length > 0) return own;
    return branch === null || branchRouter ? [] : [...(this.#routers.get(branch) ?? [])].filter(router => router !== id);
  }
}

function join<K>(sets: Map<K, Set<number>>, key: K, id: number): void {
  const set = sets.get(key) ?? new Set();
  sets.set(key, set.add(id));
}

function leave<K>(sets: Map<K, Set<number>>, key: K, id: number): void {
  const set = sets.get(key);
  set?.delete(id);
  if (set?.size === 0) sets.delete(key);
}
