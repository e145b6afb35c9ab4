/** Chance by name: every number of a seeded history follows from the seed and from what it is for. */
import { randomFrom } from '../../bench/support/random.ts';
import { chance } from '../../electron/engine/probes/seeded.ts';

export type Random = () => number;

/** A stream of numbers of its own for each name. */
export const randomOf = (seed: number, name: string): Random => randomFrom(Math.floor(chance(seed, name) * 2 ** 32));

/** Exponentially distributed: short ones often, long ones now and then. */
export const exponential = (random: Random, mean: number): number => -Math.log(1 - random()) * mean;

/** Around 0, mostly between -2 and 2 (a sum of six). */
export const bell = (random: Random): number => (random() + random() + random() + random() + random() + random() - 3) * Math.SQRT2;

export function uuidOf(seed: number, name: string): string {
  const random = randomOf(seed, name);
  const hex = Array.from({ length: 32 }, () => Math.floor(random() * 16).toString(16)).join('');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20)}`;
}
