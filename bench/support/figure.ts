/** How a benchmark says what it measured: one JSON object a line. */

export type Figure = { readonly name: string; readonly value: number; readonly unit: string; readonly peer?: string; readonly ratio?: number };

/** Prints the figure. A `limit` that is exceeded makes the run fail at its end, so that every figure is still printed. */
export function report(figure: Figure, limit?: number): void {
  process.stdout.write(`${JSON.stringify({ ...figure, value: Math.round(figure.value * 100) / 100 })}\n`);
  if (limit === undefined || figure.value <= limit) return;
  process.stderr.write(`${figure.name}: ${figure.value.toFixed(1)} ${figure.unit} is over its limit of ${limit} ${figure.unit}.\n`);
  process.exitCode = 1;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** Runs `measure` so many times, one after the other, and gives the median. */
export async function medianOf(runs: number, measure: () => Promise<number>): Promise<number> {
  const values: number[] = [];
  for (let run = 0; run < runs; run++) values.push(await measure());
  return median(values);
}
