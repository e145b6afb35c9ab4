/** What of a rule can be run over stored history: which samples its metrics are read from, and what is not kept. Pure. */
import type { Metric } from '../../../shared/model/history.ts';
import type { Condition, Rule, SubjectKind } from '../../../shared/model/rule.ts';
import { AppError } from '../../../shared/rpc/contract.ts';

/** The metrics of history that it is read from, besides the states of devices; or why there is nothing to read. */
type Source = readonly Metric[] | string;

const noSnmp = 'What SNMP agents answered is not kept';
const noLateness = 'How late results came is not kept';
const ofConsole = 'How this console itself was is not kept';

const sources: Readonly<Record<SubjectKind, Readonly<Record<string, Source>>>> = {
  device: {
    'state': [], 'down-for': [], 'state-changes': [], 'rtt': ['ping'], 'loss': ['ping'], 'sure-loss': ['ping'], 'jitter': ['ping'], 'cpu': ['cpu'], 'memory': ['memory'], 'disk': ['disk'], 'temperature': ['temperature'],
    'isp-links': ['if-status'], 'isp-links-down': ['if-status'], 'snmp-state': noSnmp, 'snmp-silent-for': noSnmp, 'late-for': noLateness, 'failing-checks': 'How many checks of a device failed is not kept',
  },
  // Readings come together: that of the status says that there was one.
  interface: {
    'status': ['if-status'], 'status-changes': ['if-status'], 'admin': ['if-status'], 'critical': ['if-status'], 'in-rate': ['if-status', 'if-in'], 'in-use': ['if-status', 'if-in'], 'out-rate': ['if-status', 'if-out'],
    'out-use': ['if-status', 'if-out'], 'errors': ['if-status', 'if-in-errors', 'if-out-errors'], 'discards': ['if-status', 'if-in-discards', 'if-out-discards'],
  },
  check: { 'state': ['check-time'], 'failing-for': ['check-time'], 'elapsed': ['check-time'], 'value': ['check-time', 'check-value'], 'certificate-left': 'How long certificates were valid is not kept', 'late-for': noLateness },
  branch: { 'router': [], 'down-share': [], 'devices-down': [], 'devices': [] },
  console: { 'alerting-late': ofConsole, 'checks-late': ofConsole, 'data-age': ofConsole, 'writer-behind': ofConsole, 'disk-free': ofConsole, 'sync-failing-for': ofConsole, 'notifications-failing-for': ofConsole },
};

type Leaf = Extract<Condition, { kind: 'compare' | 'is' }>;
type Rehearsable = { readonly rule: Rule; /** What is read of each of its things. */ readonly tracks: readonly Metric[]; readonly limits: readonly string[] };

/** The rule with what is left of it. Throws `invalid-input` with one sentence where it could not fire for want of what is not kept. */
export function rehearsable(rule: Rule): Rehearsable {
  const [condition, recovery] = [kept(rule.subject, rule.condition), rule.recovery && kept(rule.subject, rule.recovery)];
  const unkept = new Set([...leavesOf(rule.condition), ...(rule.recovery ? leavesOf(rule.recovery) : [])].map(leaf => sourceOf(rule.subject, leaf)).filter(source => typeof source === 'string'));
  if (condition === null) throw new AppError('invalid-input', `This rule cannot be rehearsed. ${[...unkept][0] ?? noLateness}.`);
  const left = [...leavesOf(condition), ...(recovery ? leavesOf(recovery) : [])];
  const isOfNow = rule.subject === 'interface' && left.some(({ metric }) => metric === 'admin' || metric === 'critical' || metric.endsWith('-use'));
  return {
    rule: { ...rule, enabled: true, condition, recovery },
    tracks: [...new Set(left.map(leaf => sourceOf(rule.subject, leaf)).filter(source => typeof source !== 'string').flat())],
    limits: [
      ...[...unkept].map(each => `${each}: that part of the rule is left out.`),
      ...(rule.recovery && !recovery ? ['Its recovery cannot be told: an alert ends where the condition does not hold.'] : []),
      ...(isOfNow ? ['Whether interfaces are switched on or critical, and their speeds, are taken as they are now.'] : []),
      ...(rule.subject === 'branch' ? ['Devices that were known to be down or in maintenance then are counted like any other.'] : []),
    ],
  };
}

const sourceOf = (subject: SubjectKind, { metric }: Leaf): Source => sources[subject][metric] ?? [];

/** What is left of a condition without what is not kept; never holds where the whole would not have. Null: nothing that could hold. */
function kept(subject: SubjectKind, condition: Condition): Condition | null {
  switch (condition.kind) {
    case 'compare':
    case 'is':
      return typeof sourceOf(subject, condition) === 'string' ? null : condition;
    case 'not':
      return leavesOf(condition).some(leaf => typeof sourceOf(subject, leaf) === 'string') ? null : condition;
    case 'all': {
      const of = condition.of.map(part => kept(subject, part));
      return of.every(part => part !== null) ? { ...condition, of } : null;
    }
    case 'any': {
      const of = condition.of.flatMap(part => kept(subject, part) ?? []);
      return of.length === 0 ? null : { ...condition, of };
    }
  }
}

/** The shortest window that a rule looks back on; infinite: it looks back on none. */
export const shortestWindowMs = ({ condition, recovery }: Pick<Rule, 'condition' | 'recovery'>): number =>
  Math.min(Infinity, ...[...leavesOf(condition), ...(recovery ? leavesOf(recovery) : [])].flatMap(leaf => (leaf.kind === 'compare' && leaf.windowMs !== undefined ? [leaf.windowMs] : [])));

function leavesOf(condition: Condition): Leaf[] {
  switch (condition.kind) {
    case 'compare':
    case 'is':
      return [condition];
    case 'not':
      return leavesOf(condition.of);
    case 'all':
    case 'any':
      return condition.of.flatMap(leavesOf);
  }
}
