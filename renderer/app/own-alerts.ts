/** What the console says of itself on every screen: its worst alert, and how many more there are. */
import type { HealthRow } from '../../shared/model/health.ts';
import { severities } from '../../shared/model/rule.ts';

type OwnAlert = Extract<HealthRow, { id: 'alerting' }>['ownAlerts'][number];

/** Null where there is nothing to say. Among equals the one that has lasted longest. */
export function ownAlertsBanner(alerts: readonly OwnAlert[] | undefined): { readonly worst: OwnAlert; readonly more: number } | null {
  const [worst] = (alerts ?? []).toSorted((a, b) => severities.indexOf(a.severity) - severities.indexOf(b.severity) || a.since - b.since);
  return worst ? { worst, more: (alerts ?? []).length - 1 } : null;
}
