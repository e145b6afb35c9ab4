/** Chance that repeats: numbers drawn from a seed and a name, the same on every run and every machine. */

/** A number from 0 up to, not including, 1. */
export function chance(seed: number, name: string): number {
  // FNV-1a, then the finisher of MurmurHash3: names that differ in one digit must not give neighbours.
  let hash = (0x811c9dc5 ^ seed) >>> 0;
  for (let at = 0; at < name.length; at++) hash = Math.imul(hash ^ name.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}

/** A number between `low` and `high`. */
export const between = (seed: number, name: string, low: number, high: number): number => low + chance(seed, name) * (high - low);
