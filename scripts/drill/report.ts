/** What came of a drill, for people. */
import { quantile } from '../../bench/support/figure.ts';
import type { Outcome, Verdict } from './match.ts';
import { sayTime, timeOf, type Happening } from './scenario.ts';

/** The day as lines: what happened, the incident that it made, who was told what. */
export function tableOf(happenings: readonly Happening[], { outcomes }: Verdict): string[] {
  return happenings.flatMap(happening => {
    const its = outcomes.filter(outcome => outcome.happening === happening);
    const at = happening.steps[0]?.at ?? '00:00';
    return ['', `${at}  ${happening.what}`, ...(its.length === 0 ? ['       → nothing, and nobody is told'] : its.flatMap(linesOf))];
  });
}

function linesOf({ expected, seen, messages }: Outcome): string[] {
  const head = seen ? `${sayTime(seen.openedMs)} to ${seen.closedMs === null ? 'the end' : sayTime(seen.closedMs)}, ${seen.row.severity}` : 'NOT AS EXPECTED';
  const byTime = Map.groupBy(messages.toSorted((a, b) => a.atMs - b.atMs), ({ atMs, content }) => `${sayTime(atMs)} ${content.kind}`);
  return [`       → ${expected.title} (${head})`, ...(seen ? [`         ${seen.row.verdict}`] : []), ...[...byTime].map(([what, told]) => `         ${what} to ${told.map(({ to }) => to).join(', ')}`)];
}

/** How long it took from a fault to its incident, of outages that pings show. */
export function detectionS({ outcomes }: Verdict): { readonly p50: number; readonly max: number } {
  const delays = outcomes.flatMap(({ expected, seen }) => (seen && (expected.kind === 'branch' || expected.kind === 'device') && expected.title.endsWith(' is down') ? [(seen.openedMs - timeOf(expected.since)) / 1_000] : []));
  return { p50: quantile(delays, 0.5), max: Math.max(...delays) };
}
