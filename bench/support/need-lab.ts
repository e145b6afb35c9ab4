/** For benchmarks that send more than a host should see, or cut something off: only in a network namespace of their own. */
import { inLab, whyNoLab } from '../../e2e/support/lab.ts';

/** Ends the run, as skipped, where `npm run bench` could make no namespace (it needs root on Linux). */
export function needLab(): void {
  if (inLab) return;
  process.stderr.write(`Skipped: ${whyNoLab}\n`);
  process.exit(0);
}
