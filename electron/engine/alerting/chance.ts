/** Whether losses may be chance. Pure. */

/** A line that loses so many of its packets is in order. */
const usualShare = 0.01;
/** Rarer than once a day over a thousand devices and all their windows. */
const rare = 1e-7;
/** Fewer prove nothing, of however few pings they are. */
const fewest = 4;

/** That a usual line loses so many or more of `sent` is so rare that this is none: the tail of the binomial distribution. */
export function isBeyondChance(sent: number, lost: number): boolean {
  if (lost < fewest || lost <= sent * usualShare) return false;
  // By logarithms: of thousands of pings the first terms are too small for a number.
  let log = sent * Math.log1p(-usualShare);
  for (let k = 1; k <= lost; k++) log += Math.log((sent - k + 1) / k) + Math.log(usualShare / (1 - usualShare));
  let term = Math.exp(log);
  let tail = term;
  for (let k = lost + 1; k <= sent && term > tail * 1e-9; k++) {
    term *= ((sent - k + 1) / k) * (usualShare / (1 - usualShare));
    tail += term;
  }
  return tail < rare;
}
