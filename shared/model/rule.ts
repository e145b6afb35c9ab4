/** Alert rules as data: what is looked at, the condition with its units, how long it must hold, and for whom. */
import { z } from 'zod';
import { DeviceState } from './device.ts';
import { Ms, RuleId } from './ids.ts';
import { Scope } from './scope.ts';

export const severities = ['critical', 'high', 'medium', 'low'] as const;
export const Severity = z.enum(severities, { error: `A severity is one of: ${severities.join(', ')}.` });
export type Severity = z.output<typeof Severity>;

/** What a rule is about: each thing of the kind has an alert of its own. `console`: this console itself. */
export const subjectKinds = ['device', 'interface', 'check', 'branch', 'console'] as const;
export const SubjectKind = z.enum(subjectKinds, { error: `A rule is about one of these: ${subjectKinds.join(', ')}.` });
export type SubjectKind = z.output<typeof SubjectKind>;

/** Units by what they measure; the factor leads to the unit that the engine reckons in, the first of each list. */
export const units = {
  time: { ms: 1, s: 1_000, min: 60_000, h: 3_600_000, d: 86_400_000 },
  share: { '%': 1 },
  count: { '': 1 },
  frequency: { '/s': 1, '/min': 1 / 60 },
  bandwidth: { 'bit/s': 1, 'kbit/s': 1_000, 'Mbit/s': 1_000_000, 'Gbit/s': 1_000_000_000 },
  temperature: { '°C': 1 },
} as const;
export type Quantity = keyof typeof units;

export const aggregates = ['min', 'avg', 'median', 'p95', 'max'] as const;
export const Aggregate = z.enum(aggregates, { error: `What is taken of a window is one of: ${aggregates.join(', ')}.` });
export type Aggregate = z.output<typeof Aggregate>;

type NumberMetric = { readonly is: 'number'; readonly quantity: Quantity; /** `aggregate`: over a window, by an aggregate; `window`: over a window; `now`: as it stands. */ readonly over: 'aggregate' | 'window' | 'now' };
type WordMetric = { readonly is: 'word'; readonly words: readonly string[] };
export type MetricKind = NumberMetric | WordMetric;

const now = (quantity: Quantity): NumberMetric => ({ is: 'number', quantity, over: 'now' });
const over = (quantity: Quantity): NumberMetric => ({ is: 'number', quantity, over: 'window' });
const words = (...list: readonly string[]): WordMetric => ({ is: 'word', words: list });

/** Everything that a condition can look at, by subject. */
export const metricsOfSubject = {
  device: {
    'state': words(...DeviceState.options),
    /** Since the first lost probe of the outage; 0 while it is not down. */
    'down-for': now('time'),
    /** Round trips of the pings that were answered. */
    'rtt': { is: 'number', quantity: 'time', over: 'aggregate' },
    'loss': over('share'),
    /** The same, and 0 while chance alone may explain it on a line that loses one ping in a hundred: a few of a few dozen pings say nothing. */
    'sure-loss': over('share'),
    /** Mean difference between one round trip and the next. */
    'jitter': over('time'),
    /** How often it went from up (or degraded) to down and back. */
    'state-changes': over('count'),
    'snmp-state': words('off', 'waiting', 'locked', 'ok', 'no-answer', 'refused', 'bad-answer'),
    /** Since its SNMP agent stopped answering while it still answers otherwise; 0 while it answers. */
    'snmp-silent-for': now('time'),
    'cpu': now('share'), 'memory': now('share'), 'disk': now('share'), 'temperature': now('temperature'),
    /** How long its newest result is overdue: beyond its interval and timeout. */
    'late-for': now('time'),
    'isp-links': now('count'), 'isp-links-down': now('count'),
    'failing-checks': now('count'),
  },
  interface: {
    'status': words('up', 'down', 'dormant', 'not-present', 'unknown'),
    'admin': words('up', 'down'),
    /** Links of providers, and those marked by hand. */
    'critical': words('yes', 'no'),
    'in-rate': now('bandwidth'), 'out-rate': now('bandwidth'),
    /** Of the speed that the interface tells. */
    'in-use': now('share'), 'out-use': now('share'),
    /** In and out together. */
    'errors': now('frequency'), 'discards': now('frequency'),
    'status-changes': over('count'),
  },
  check: {
    'state': words('ok', 'failing', 'waiting', 'unknown', 'off'),
    'failing-for': now('time'),
    'elapsed': now('time'),
    'value': now('count'),
    'certificate-left': now('time'),
    'late-for': now('time'),
  },
  branch: {
    /** Of the marked branch routers: `down` when all of them are. `none` where no router is marked. */
    'router': words('up', 'down', 'unknown', 'none'),
    /** Share of its devices that are down or unreachable; those known to be down, in maintenance, paused or never seen are left out. */
    'down-share': now('share'),
    'devices-down': now('count'),
    'devices': now('count'),
  },
  console: {
    'alerting-late': now('time'),
    'checks-late': over('count'),
    'data-age': now('time'),
    'writer-behind': now('time'),
    'disk-free': now('share'),
    'sync-failing-for': now('time'),
    'notifications-failing-for': now('time'),
  },
} as const satisfies Record<SubjectKind, Readonly<Record<string, MetricKind>>>;

export const metricOf = (subject: SubjectKind, name: string): MetricKind | undefined => (Object.hasOwn(metricsOfSubject[subject], name) ? (metricsOfSubject[subject] as Readonly<Record<string, MetricKind>>)[name] : undefined);

/** A number in the unit that the engine reckons in: ms, %, bit/s. Undefined for a unit that does not measure that. */
export function inBaseUnit(value: number, unit: string, quantity: Quantity): number | undefined {
  const factors: Readonly<Record<string, number>> = units[quantity];
  const factor = Object.hasOwn(factors, unit) ? factors[unit] : undefined;
  return factor === undefined ? undefined : value * factor;
}

const WindowMs = z.int({ error: 'A window is a time between 10 s and 1 h.' }).min(10_000, 'A window is a time between 10 s and 1 h.').max(3_600_000, 'A window is a time between 10 s and 1 h.');
const ParameterName = z.string({ error: 'A parameter has a name.' }).regex(/^[a-z][a-zA-Z0-9]{0,39}$/, 'The name of a parameter is a word that begins with a small letter.');
const thresholdSentence = 'A comparison needs a number.';
const Threshold = z.number({ error: thresholdSentence }).min(-1e15, thresholdSentence).max(1e15, thresholdSentence);

/** A number compared. `value`: a number, or the name of a parameter of the rule, in `unit` either way. */
const Compare = z.strictObject({
  kind: z.literal('compare'),
  metric: z.string({ error: 'A comparison needs a metric.' }),
  aggregate: Aggregate.optional(),
  windowMs: WindowMs.optional(),
  op: z.enum(['>', '>=', '<', '<=', '=', '!='], { error: 'Numbers are compared by >, >=, <, <=, = or !=.' }),
  value: z.union([Threshold, z.object({ parameter: ParameterName })], { error: thresholdSentence }),
  unit: z.string({ error: 'A comparison needs a unit.' }),
});
/** A word is one of these. */
const Is = z.strictObject({ kind: z.literal('is'), metric: z.string({ error: 'A comparison needs a metric.' }), words: z.array(z.string()).min(1, 'Choose at least one word.').max(20) });

export type Condition =
  | z.output<typeof Compare>
  | z.output<typeof Is>
  | { kind: 'all' | 'any'; of: Condition[] }
  | { kind: 'not'; of: Condition };
const conditionSentence = 'A condition is a comparison, or "all", "any" or "not" of conditions.';
export const Condition: z.ZodType<Condition> = z.lazy(() => z.union([
  Compare,
  Is,
  z.strictObject({ kind: z.enum(['all', 'any']), of: z.array(Condition).min(1, '"all" and "any" need at least one condition.').max(20, 'At most 20 conditions can stand side by side.') }),
  z.strictObject({ kind: z.literal('not'), of: Condition }),
], { error: conditionSentence }));

/** How a missing value is taken: the alert stays as it is; it ends after `noDataMs`; or it is a breach after `noDataMs`. */
export const noDataPolicies = ['keep', 'end', 'fire'] as const;

const duration = (what: string) => z.int({ error: `${what} is a time between 0 and 7 days.` }).min(0, `${what} is a time between 0 and 7 days.`).max(604_800_000, `${what} is a time between 0 and 7 days.`);
const Parameter = z.strictObject({ name: ParameterName, value: Threshold, unit: z.string() });

const ruleFields = {
  name: z.string({ error: 'A rule needs a name.' }).trim().min(1, 'A rule needs a name.').max(120, 'The name of a rule has at most 120 characters.'),
  description: z.string({ error: 'The description is a text.' }).trim().max(1_000, 'The description has at most 1000 characters.'),
  enabled: z.boolean({ error: 'Whether a rule is on is true or false.' }),
  severity: Severity,
  subject: SubjectKind,
  condition: Condition,
  /** How long the condition must hold before the alert fires. */
  forMs: duration('How long it must hold'),
  /** What must be true for the alert to end; null: that the condition is not. */
  recovery: Condition.nullable(),
  /** How long the recovery must hold. */
  holdMs: duration('How long the recovery must hold'),
  noData: z.enum(noDataPolicies, { error: `Missing values: one of ${noDataPolicies.join(', ')}.` }),
  noDataMs: duration('How long values must be missing'),
  scope: Scope,
  /** Rules that say the same more exactly: this one leaves out what an enabled one of them is about. */
  yieldsTo: z.array(RuleId).max(20),
  parameters: z.array(Parameter).max(10, 'A rule has at most 10 parameters.'),
  /** Other values for parts of the estate; of several that fit the last counts. */
  overrides: z.array(z.strictObject({ scope: Scope, values: z.record(ParameterName, Threshold) })).max(100, 'A rule has at most 100 exceptions.'),
};

export const RuleInput = z.strictObject({
  ...ruleFields,
  description: ruleFields.description.default(''),
  enabled: ruleFields.enabled.default(true),
  forMs: ruleFields.forMs.default(0),
  recovery: ruleFields.recovery.default(null),
  holdMs: ruleFields.holdMs.default(0),
  noData: ruleFields.noData.default('keep'),
  noDataMs: ruleFields.noDataMs.default(300_000),
  scope: Scope.prefault({}),
  yieldsTo: ruleFields.yieldsTo.default([]),
  parameters: ruleFields.parameters.default([]),
  overrides: ruleFields.overrides.default([]),
}, { error: issue => (issue.code === 'unrecognized_keys' ? `A rule has no "${String(issue.keys[0]).slice(0, 60)}".` : 'A rule is an object of its fields.') });
export type RuleInput = z.output<typeof RuleInput>;

/** A rule as it stands. */
export const Rule = z.object({ id: RuleId, builtIn: z.boolean(), ...ruleFields });
export type Rule = z.output<typeof Rule>;

export const RuleRow = Rule.extend({
  /** How many things it looks at now, and how many alerts of it are open. */
  subjects: z.int(),
  openAlerts: z.int(),
  /** Why it can never fire, in one sentence; null: it can. */
  never: z.string().nullable(),
  /** Of a built-in rule: it was changed from what it shipped as. */
  changed: z.boolean(),
  changedAt: Ms.nullable(),
  changedBy: z.string().nullable(),
});
export type RuleRow = z.output<typeof RuleRow>;

/** What a rule would have done over a stretch of stored history. Times in ms. */
export const Rehearsal = z.object({
  from: Ms, to: Ms,
  /** Things looked at, and how long their data were readable, in all. */
  subjects: z.int(),
  /** By how long the condition must hold, in rising order, the rule's own among them: how often it would have fired, for how long in all, and on how many things. */
  byFor: z.array(z.object({ forMs: z.int(), fired: z.int(), totalMs: z.int(), subjects: z.int() })),
  /** With the rule's own `for`: by branch, the most first. */
  byBranch: z.array(z.object({ branch: z.string().nullable(), fired: z.int(), totalMs: z.int() })),
  /** The newest firings, at most 500. `to` null: still firing at the end. */
  firings: z.array(z.object({ subject: z.string(), branch: z.string().nullable(), from: Ms, to: Ms.nullable(), value: z.string() })),
  /** What could not be rehearsed, in a sentence; null: all of it was. */
  limits: z.string().nullable(),
});
export type Rehearsal = z.output<typeof Rehearsal>;
