/** A rule made ready: its conditions compiled, and what it is about told apart. Pure. */
import type { Condition, Rule, RuleInput } from '../../../shared/model/rule.ts';
import { everything, fitsPattern, inScope, type Scope } from '../../../shared/model/scope.ts';
import { AppError } from '../../../shared/rpc/contract.ts';
import { compileCondition, parametersOf, type CompiledCondition } from './condition.ts';
import type { Timing } from './machine.ts';
import { neverHolds } from './never.ts';
import { deviceOf, type BranchThing, type Thing } from './things.ts';

export type CompiledRule = {
  readonly rule: Rule;
  readonly condition: CompiledCondition;
  /** Null: the condition is over when it does not hold. */
  readonly recovery: CompiledCondition | null;
  readonly timing: Timing;
  readonly parameters: Float64Array;
  readonly overrides: readonly { readonly scope: Scope; readonly parameters: Float64Array }[];
};

const flapWithinMs = 600_000;
const flapCalmMs = 300_000;

/** Throws `invalid-input` with one sentence for a rule that makes no sense. */
export function compileRule(rule: Rule, flapChanges: number): CompiledRule {
  const names = rule.parameters.map(({ name }) => name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw new AppError('invalid-input', `The rule has two parameters "${twice}".`);
  for (const { values } of rule.overrides) {
    const stranger = Object.keys(values).find(name => !names.includes(name));
    if (stranger !== undefined) throw new AppError('invalid-input', `An exception gives a value for "${stranger}", which is no parameter of the rule.`);
  }
  if (rule.scope.interfaces.length > 0 && rule.subject !== 'interface') throw new AppError('invalid-input', `Interface patterns belong to rules about interfaces; this one is about a ${rule.subject}.`);
  if (rule.subject === 'console' && JSON.stringify(rule.scope) !== JSON.stringify(everything)) throw new AppError('invalid-input', 'A rule about this console has no scope.');
  const [condition, recovery] = [compileCondition(rule, rule.condition), rule.recovery && compileCondition(rule, rule.recovery)];
  const [parameters, overrides] = [parametersOf(rule, {}), rule.overrides.map(({ scope, values }) => ({ scope, parameters: parametersOf(rule, values) }))];
  const isEndless = rule.recovery !== null && [parameters, ...overrides.map(each => each.parameters)].some(each => neverHolds({ ...rule, condition: rule.recovery ?? rule.condition }, each));
  if (isEndless) throw new AppError('invalid-input', 'The recovery contradicts itself: no value can fulfil it, and the alert would never end.');
  return {
    rule, condition, recovery, parameters, overrides,
    timing: {
      forMs: rule.forMs, holdMs: rule.holdMs, noData: rule.noData, noDataMs: rule.noDataMs,
      flap: isAboutChanges(rule.condition) ? null : { changes: flapChanges, withinMs: flapWithinMs, calmMs: flapCalmMs },
    },
  };
}

/** It tells flapping itself. */
function isAboutChanges(condition: Condition): boolean {
  switch (condition.kind) {
    case 'compare':
      return condition.metric === 'state-changes' || condition.metric === 'status-changes';
    case 'is':
      return false;
    case 'not':
      return isAboutChanges(condition.of);
    case 'all':
    case 'any':
      return condition.of.some(isAboutChanges);
  }
}

/** Why the rule can never fire whatever it is about, in one sentence; null: it can. */
export const whyNever = (compiled: CompiledRule): string | null => ([compiled.parameters, ...compiled.overrides.map(({ parameters }) => parameters)].every(parameters => neverHolds(compiled.rule, parameters)) ? 'Its condition contradicts itself: no value can fulfil it.' : null);

/** Whether a rule is about a thing. Rules that it yields to are looked at elsewhere. */
export function isAbout({ subject, scope }: Pick<Rule, 'subject' | 'scope'>, thing: Thing): boolean {
  if (thing.kind !== subject) return false;
  if (thing.kind === 'console') return true;
  if (thing.kind === 'branch') return aboutBranch(scope, thing);
  const device = deviceOf(thing);
  if (!device?.facts.enabled) return false;
  if (thing.kind !== 'interface') return inScope(scope, device.facts);
  return inScope(scope, { ...device.facts, ispLink: thing.reading.ispProvider !== null }) && fitsPattern(scope, thing.reading);
}

/** Of a branch the scope's place counts, and that one of its devices has the type or the tag. */
function aboutBranch(scope: Scope, { name, devices }: BranchThing): boolean {
  if (scope.branches.length > 0 && !scope.branches.some(each => each.toLowerCase() === name.toLowerCase())) return false;
  const within: Scope = { ...scope, branches: [], ispLinks: 'any' };
  // Asked anew with every device that comes: the first is nearly always enough.
  for (const device of devices) if (inScope(within, device.facts)) return true;
  return false;
}

/** The parameters that hold for a thing: those of the last exception that fits. */
export function parametersFor(compiled: CompiledRule, thing: Thing): Float64Array {
  return compiled.overrides.findLast(({ scope }) => isAbout({ subject: compiled.rule.subject, scope }, thing))?.parameters ?? compiled.parameters;
}

/** The rules that a rule yields to may not yield to it in turn. Throws with one sentence that names the circle. */
export function refuseCircle(rules: readonly Rule[], changed: Rule): void {
  const byId = new Map(rules.map(rule => [rule.id, rule]));
  byId.set(changed.id, changed);
  const visit = (rule: Rule, path: readonly Rule[]): void => {
    for (const id of rule.yieldsTo) {
      const next = byId.get(id);
      if (!next) continue;
      if (next.id === changed.id) throw new AppError('invalid-input', `These rules would leave each other out in a circle: ${[...path, rule, next].map(({ name }) => `"${name}"`).join(', ')}.`);
      if (!path.includes(next)) visit(next, [...path, rule]);
    }
  };
  visit(changed, []);
}

/** The longest window that the rules look back on. */
export const longestWindowMs = (rules: readonly CompiledRule[]): number => Math.max(0, ...rules.flatMap(({ condition, recovery, rule }) => (rule.enabled && rule.subject === 'device' ? [condition.windowMs, recovery?.windowMs ?? 0] : [])));

/** A rule as a user gave it, with its id. */
export const ruleOf = (id: Rule['id'], builtIn: boolean, input: RuleInput): Rule => ({ id, builtIn, ...input });

