/** How a benchmark says what it measured: one JSON object a line. */

export type Figure = { readonly name: string; readonly value: number; readonly unit: string; readonly peer?: string };
export type Limit = { readonly atMost: number } | { readonly atLeast: number };

/** Prints the figure with its limit. One beyond it makes the run fail at its end, so that every figure is still printed. */
export function report(figure: Figure, limit?: Limit): void {
  process.stdout.write(`${JSON.stringify({ ...figure, value: Math.round(figure.value * 100) / 100, ...limit })}\n`);
  if (limit === undefined || keeps(figure.value, limit)) return;
  const asked = 'atMost' in limit ? `at most ${limit.atMost}` : `at least ${limit.atLeast}`;
  process.stderr.write(`${figure.name}: ${figure.value.toFixed(2)} ${figure.unit}, and should be ${asked}.\n`);
  process.exitCode = 1;
}

/** A figure that is no number keeps no limit. */
const keeps = (value: number, limit: Limit): boolean => ('atMost' in limit ? value <= limit.atMost : value >= limit.atLeast);

export const median = (values: readonly number[]): number => quantile(values, 0.5);

/** Nearest rank: always one of the values; NaN of none. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

/** Runs `measure` so many times, one after the other, and gives the median. */
export async function medianOf(runs: number, measure: () => Promise<number>): Promise<number> {
  const values: number[] = [];
  for (let run = 0; run < runs; run++) values.push(await measure());
  return median(values);
}
