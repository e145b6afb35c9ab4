/** A rule as its editor holds it, and what of it goes to the engine. */
import type { Scope } from '../../../shared/model/scope.ts';
import { everything } from '../../../shared/model/scope.ts';
import type { RuleId } from '../../../shared/model/ids.ts';
import { metricOf, type Quantity, type RuleInput, type Severity, type SubjectKind } from '../../../shared/model/rule.ts';
import { durationDraft, durationMs, type DurationDraft } from '../../ui/duration-draft.ts';
import { comparisonsOf, conditionOf, forSubject, groupDraft, newGroup, type CompareDraft, type GroupDraft, type Missing, type NodeDraft } from './condition-draft.ts';

/** `key` stays when the name changes, so that comparisons and exceptions still mean it. */
export type ParameterDraft = { readonly key: string; readonly name: string; readonly value: number | string; readonly unit: string };
/** `values` by the parameter's key; empty: as everywhere. */
export type ExceptionDraft = { readonly scope: Scope; readonly values: Readonly<Record<string, number | string>> };

export type RuleDraft = {
  readonly name: string;
  readonly description: string;
  readonly enabled: boolean;
  readonly severity: Severity;
  readonly subject: SubjectKind;
  readonly condition: GroupDraft;
  readonly for: DurationDraft;
  /** null: it ends when the condition is over. */
  readonly recovery: GroupDraft | null;
  readonly hold: DurationDraft;
  readonly noData: RuleInput['noData'];
  readonly noDataAfter: DurationDraft;
  readonly scope: Scope;
  readonly yieldsTo: readonly RuleId[];
  readonly parameters: readonly ParameterDraft[];
  readonly exceptions: readonly ExceptionDraft[];
};

export const newRule: RuleDraft = {
  name: '', description: '', enabled: true, severity: 'medium', subject: 'device', condition: newGroup('device'), for: { amount: 1, unit: 'min' }, recovery: null, hold: { amount: 0, unit: 's' },
  noData: 'keep', noDataAfter: { amount: 5, unit: 'min' }, scope: everything, yieldsTo: [], parameters: [], exceptions: [],
};

export function ruleDraft(rule: RuleInput): RuleDraft {
  // Names are told apart by the contract, and so do for keys.
  const keyOf = (name: string): string => name;
  return {
    name: rule.name, description: rule.description, enabled: rule.enabled, severity: rule.severity, subject: rule.subject, condition: groupDraft(rule.condition, keyOf), for: durationDraft(rule.forMs),
    recovery: rule.recovery && groupDraft(rule.recovery, keyOf), hold: durationDraft(rule.holdMs), noData: rule.noData, noDataAfter: durationDraft(rule.noDataMs), scope: rule.scope, yieldsTo: rule.yieldsTo,
    parameters: rule.parameters.map(parameter => ({ key: parameter.name, ...parameter })), exceptions: rule.overrides,
  };
}

const isNumber = (value: number | string | undefined): value is number => typeof value === 'number' && Number.isFinite(value);

/** The rule that the draft stands for; else what is missing first. A name may be missing: it is asked for when it is saved. */
export function ruleOf(draft: RuleDraft): RuleInput | Missing {
  const parameterOf = (key: string): ParameterDraft | undefined => draft.parameters.find(each => each.key === key);
  const condition = conditionOf(draft.subject, draft.condition, parameterOf);
  if (typeof condition === 'string') return condition;
  const recovery = draft.recovery && conditionOf(draft.subject, draft.recovery, parameterOf);
  if (typeof recovery === 'string') return recovery;
  const forMs = durationMs(draft.for);
  const holdMs = durationMs(draft.hold);
  const noDataMs = durationMs(draft.noDataAfter);
  if (forMs === null || holdMs === null || noDataMs === null) return 'duration';
  const parameters = draft.parameters.flatMap(({ name, value, unit }) => (isNumber(value) ? [{ name: name.trim(), value, unit }] : []));
  if (parameters.length < draft.parameters.length) return 'parameter';
  const overrides = draft.exceptions.map(({ scope, values }) => ({ scope, values: Object.fromEntries(draft.parameters.flatMap(({ key, name }) => (isNumber(values[key]) ? [[name.trim(), values[key]]] : []))) }));
  if (overrides.some(({ values }) => Object.keys(values).length === 0)) return 'exception';
  return {
    name: draft.name.trim(), description: draft.description.trim(), enabled: draft.enabled, severity: draft.severity, subject: draft.subject, condition, forMs, recovery, holdMs, noData: draft.noData, noDataMs,
    scope: draft.scope, yieldsTo: [...draft.yieldsTo], parameters, overrides,
  };
}

export function withSubject(draft: RuleDraft, subject: SubjectKind): RuleDraft {
  const kept = forSubject(draft.condition, subject);
  return { ...draft, subject, condition: kept.of.length === 0 ? newGroup(subject) : kept, recovery: draft.recovery && forSubject(draft.recovery, subject) };
}

/** What is compared with a parameter, and so what it measures; undefined while nothing is. */
export function quantityOf(draft: Pick<RuleDraft, 'subject' | 'condition' | 'recovery'>, key: string): Quantity | undefined {
  const user = [draft.condition, draft.recovery].flatMap(group => (group ? comparisonsOf(group) : [])).find(each => each.kind === 'compare' && each.parameter === key);
  const kind = user && metricOf(draft.subject, user.metric);
  return kind?.is === 'number' ? kind.quantity : undefined;
}

/** A new parameter with the number of a comparison. */
export function newParameter(parameters: readonly ParameterDraft[], { value, unit }: Pick<CompareDraft, 'value' | 'unit'>): ParameterDraft {
  const taken = (word: string): boolean => parameters.some(({ key, name }) => key === word || name === word);
  let name = 'limit';
  for (let number = 2; taken(name); number++) name = `limit${number}`;
  return { key: name, name, value, unit };
}

/** Without the parameter: what was compared with it is compared with its number. */
export function withoutParameter(draft: RuleDraft, key: string): RuleDraft {
  const parameter = draft.parameters.find(each => each.key === key);
  const number = <Node extends NodeDraft>(node: Node): Node => {
    if (node.kind === 'group') return { ...node, of: node.of.map(number) };
    return node.kind === 'compare' && node.parameter === key ? { ...node, parameter: null, value: parameter?.value ?? '', unit: parameter?.unit ?? node.unit } : node;
  };
  const parameters = draft.parameters.filter(each => each.key !== key);
  const exceptions = draft.exceptions.map(each => ({ ...each, values: Object.fromEntries(Object.entries(each.values).filter(([name]) => name !== key)) }));
  return { ...draft, condition: number(draft.condition), recovery: draft.recovery && number(draft.recovery), parameters, exceptions: parameters.length === 0 ? [] : exceptions };
}
