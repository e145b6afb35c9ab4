/** Stretches of time as sets: joined, and cut out of one another. */

export type Stretch = { readonly from: number; readonly to: number };

/** In order and apart from each other: those that touch become one. */
export function joined(stretches: readonly Stretch[]): Stretch[] {
  const found: Stretch[] = [];
  for (const { from, to } of stretches.toSorted((a, b) => a.from - b.from)) {
    const last = found.at(-1);
    if (last && from <= last.to) found[found.length - 1] = { from: last.from, to: Math.max(last.to, to) };
    else found.push({ from, to });
  }
  return found;
}

/** The parts of `whole` that none of `holes` covers; `holes` are in order. */
export function outside({ from, to }: Stretch, holes: readonly Stretch[]): Stretch[] {
  const parts: Stretch[] = [];
  let at = from;
  for (const hole of holes) {
    if (hole.to <= at) continue;
    if (hole.from >= to) break;
    if (hole.from > at) parts.push({ from: at, to: hole.from });
    at = hole.to;
  }
  return at < to ? [...parts, { from: at, to }] : parts;
}

/** How much of `whole` the stretches cover; they are in order and apart. */
export function coveredMs(whole: Stretch, stretches: readonly Stretch[]): number {
  return outside(whole, stretches).reduce((left, { from, to }) => left - (to - from), Math.max(0, whole.to - whole.from));
}
