/** What the further checks of a device make of it, all together. Pure. */
import { checkConsequences, type CheckInput, type Check } from '../../../../shared/model/check.ts';

/** `total`: those that are switched on. `known`: at least one that has consequences was asked and answered. */
export type CheckSummary = {
  readonly total: number;
  readonly failing: number;
  /** The worst that the failing ones make of the device. */
  readonly consequence: 'none' | 'degraded' | 'down';
  /** The first failure of the one that has failed for longest, among those with that consequence; UTC ms, null when there is none. */
  readonly since: number | null;
  readonly known: boolean;
  /** None of those can be asked any more: nothing is known of the device by them. */
  readonly lost: boolean;
  /** When one of them last answered, UTC ms. */
  readonly at: number | null;
  /** One sentence of the first that fails, the worst before the others; null while none does. */
  readonly problem: string | null;
};

export const nothingKnown: CheckSummary = { total: 0, failing: 0, consequence: 'none', since: null, known: false, lost: false, at: null, problem: null };

type Standing = { readonly check: Pick<CheckInput, 'name' | 'enabled' | 'consequence'>; readonly status: Pick<Check, 'state' | 'since' | 'message' | 'at'> };

export function summaryOf(checks: readonly Standing[]): CheckSummary {
  const enabled = checks.filter(({ check }) => check.enabled);
  const failing = enabled.filter(({ status }) => status.state === 'failing');
  // The list goes from the worst consequence to none.
  const worst = checkConsequences.find(consequence => failing.some(({ check }) => check.consequence === consequence));
  const decisive = failing.filter(({ check }) => check.consequence === worst);
  const consequence = worst === undefined || worst === 'nothing' ? 'none' : worst;
  const [first] = decisive;
  const deciding = enabled.filter(({ check }) => check.consequence !== 'nothing');
  const known = deciding.some(({ status }) => status.state === 'ok' || status.state === 'failing');
  return {
    total: enabled.length,
    failing: failing.length,
    consequence,
    since: consequence === 'none' ? null : Math.min(...decisive.map(({ status }) => status.since ?? Infinity)),
    known,
    lost: !known && deciding.some(({ status }) => status.state === 'unknown'),
    at: deciding.reduce<number | null>((latest, { status }) => (status.at !== null && status.at > (latest ?? 0) ? status.at : latest), null),
    problem: first ? (first.check.name === '' ? (first.status.message ?? 'A further check fails.') : `${first.check.name}: ${first.status.message ?? 'it fails.'}`) : null,
  };
}
