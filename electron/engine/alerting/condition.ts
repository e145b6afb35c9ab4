/** A rule's condition as a function: compiled once, asked for every thing in every round. Pure. */
import type { Condition, Rule, SubjectKind } from '../../../shared/model/rule.ts';
import { inBaseUnit, metricOf } from '../../../shared/model/rule.ts';
import { AppError } from '../../../shared/rpc/contract.ts';
import { boundsOf, readNumber, readWord, saysNothing, type Bounds, type ReadNumber } from './metrics.ts';
import { DeviceThing, type Thing } from './things.ts';
import { sayComparison, sayWord } from './wording.ts';

/** Whether it holds: `null` where a value that would decide is missing (Kleene's three-valued logic). */
export type Holds = boolean | null;

/** `parameters`: in the order of the rule's, in base units. */
export type CompiledCondition = {
  readonly holds: (thing: Thing, parameters: Float64Array, now: number) => Holds;
  /** What of it holds now, each in words with its value. */
  readonly found: (thing: Thing, parameters: Float64Array, now: number) => string[];
  /** The longest window that it looks back on, ms. */
  readonly windowMs: number;
};

type Compare = Extract<Condition, { kind: 'compare' }>;
type Is = Extract<Condition, { kind: 'is' }>;

const mostDepth = 8;
const mostParts = 60;

const refuse = (sentence: string): never => {
  throw new AppError('invalid-input', sentence);
};

/** Throws `invalid-input` with one sentence for a condition that makes no sense. */
export function compileCondition(rule: Pick<Rule, 'subject' | 'parameters'>, condition: Condition): CompiledCondition {
  let parts = 0;
  const compile = (each: Condition, depth: number): CompiledCondition => {
    if (depth > mostDepth) refuse(`A condition can be nested ${mostDepth} deep.`);
    if (++parts > mostParts) refuse(`A condition has at most ${mostParts} parts.`);
    switch (each.kind) {
      case 'compare':
        return compare(rule, each);
      case 'is':
        return is(rule.subject, each);
      case 'not':
        return not(compile(each.of, depth + 1));
      case 'all':
        return all(each.of.map(part => compile(part, depth + 1)));
      case 'any':
        return any(each.of.map(part => compile(part, depth + 1)));
    }
  };
  return compile(condition, 1);
}

function all(parts: readonly CompiledCondition[]): CompiledCondition {
  return {
    holds(thing, parameters, now) {
      let result: Holds = true;
      for (const part of parts) {
        const holds = part.holds(thing, parameters, now);
        if (holds === false) return false;
        if (holds === null) result = null;
      }
      return result;
    },
    found: (...args) => parts.flatMap(part => part.found(...args)),
    windowMs: Math.max(...parts.map(part => part.windowMs)),
  };
}

function any(parts: readonly CompiledCondition[]): CompiledCondition {
  return {
    holds(thing, parameters, now) {
      let result: Holds = false;
      for (const part of parts) {
        const holds = part.holds(thing, parameters, now);
        if (holds === true) return true;
        if (holds === null) result = null;
      }
      return result;
    },
    found: (thing, parameters, now) => parts.flatMap(part => (part.holds(thing, parameters, now) === true ? part.found(thing, parameters, now) : [])),
    windowMs: Math.max(...parts.map(part => part.windowMs)),
  };
}

/** What does not hold has no value to tell. */
function not(part: CompiledCondition): CompiledCondition {
  return {
    holds(thing, parameters, now) {
      const holds = part.holds(thing, parameters, now);
      return holds === null ? null : !holds;
    },
    found: () => [],
    windowMs: part.windowMs,
  };
}

function is(subject: SubjectKind, { metric, words }: Is): CompiledCondition {
  const kind = metricOf(subject, metric);
  const read = readWord(subject, metric);
  if (kind === undefined) return refuse(unknownMetric(subject, metric));
  if (kind.is !== 'word' || !read) return refuse(`"${metric}" is a number: compare it with one.`);
  const unknown = words.find(word => !kind.words.includes(word));
  if (unknown !== undefined) refuse(`"${metric}" is never "${unknown.slice(0, 60)}"; it is one of: ${kind.words.join(', ')}.`);
  const wanted = new Set(words);
  return {
    holds(thing) {
      const word = read(thing);
      if (word === null) return null;
      if (wanted.has(word)) return true;
      return saysNothing(subject, metric, word) ? null : false;
    },
    found: thing => sayWord(subject, metric, read(thing)),
    windowMs: 0,
  };
}

function compare(rule: Pick<Rule, 'subject' | 'parameters'>, given: Compare): CompiledCondition {
  const { subject } = rule;
  const { metric, aggregate, windowMs = 0, op, unit } = given;
  const read = checked(subject, given);
  const { index, value } = limitOf(rule, given);
  const test = tests[op];
  const isEquality = op === '=' || op === '!=';
  const bounds = boundsOf(subject, metric, aggregate);
  const holds: CompiledCondition['holds'] = (thing, parameters, now) => {
    const limit = index === null ? value : (parameters[index] ?? Number.NaN);
    if (bounds && thing instanceof DeviceThing) {
      const sure = surely(bounds(thing, now, windowMs), test, limit, isEquality);
      if (sure !== undefined) return sure;
    }
    const number = read(thing, now, windowMs, aggregate);
    return Number.isNaN(number) ? null : test(number, limit);
  };
  return {
    holds,
    found(thing, parameters, now) {
      const limit = index === null ? value : (parameters[index] ?? Number.NaN);
      const number = read(thing, now, windowMs, aggregate);
      return Number.isNaN(number) ? [] : sayComparison({ subject, metric, aggregate, windowMs, op, unit, number, limit });
    },
    windowMs,
  };
}

/** What the bounds decide. Undefined: nothing, and the number will. */
function surely({ least, most, isExact }: Bounds, test: (a: number, b: number) => boolean, limit: number, isEquality: boolean): Holds | undefined {
  if (Number.isNaN(most)) return null;
  // An order is decided where both ends agree; equality is of one value.
  if (!(isEquality && least !== most) && test(least, limit) === test(most, limit)) return test(least, limit);
  return isExact ? undefined : null;
}

const tests: Readonly<Record<Compare['op'], (a: number, b: number) => boolean>> = {
  '>': (a, b) => a > b, '>=': (a, b) => a >= b, '<': (a, b) => a < b, '<=': (a, b) => a <= b, '=': (a, b) => a === b, '!=': (a, b) => a !== b,
};

function checked(subject: SubjectKind, { metric, aggregate, windowMs, unit }: Compare): ReadNumber {
  const kind = metricOf(subject, metric);
  const read = readNumber(subject, metric);
  if (kind === undefined) return refuse(unknownMetric(subject, metric));
  if (kind.is !== 'number' || !read) return refuse(`"${metric}" is a word: choose from its words.`);
  if (kind.over === 'aggregate' && aggregate === undefined) refuse(`Say what is taken of "${metric}" over its window: min, avg, median, p95 or max.`);
  if (kind.over !== 'aggregate' && aggregate !== undefined) refuse(`"${metric}" is one number; ${aggregate} cannot be taken of it.`);
  if (kind.over === 'now' && windowMs !== undefined) refuse(`"${metric}" is looked at as it is now; leave the window out.`);
  if (kind.over !== 'now' && windowMs === undefined) refuse(`"${metric}" is taken over a window of time; say how long.`);
  if (inBaseUnit(1, unit, kind.quantity) === undefined) refuse(`"${metric}" is not measured in "${unit.slice(0, 20)}".`);
  return read;
}

/** The number it is compared with, in base units, or which parameter that is. */
function limitOf({ subject, parameters }: Pick<Rule, 'subject' | 'parameters'>, { metric, value, unit }: Compare): { readonly index: number | null; readonly value: number } {
  const kind = metricOf(subject, metric);
  const quantity = kind?.is === 'number' ? kind.quantity : 'count';
  if (typeof value === 'number') return { index: null, value: inBaseUnit(value, unit, quantity) ?? value };
  const index = parameters.findIndex(({ name }) => name === value.parameter);
  const parameter = parameters[index];
  if (!parameter) return refuse(`The condition names a parameter "${value.parameter}" that the rule does not have.`);
  if (inBaseUnit(1, parameter.unit, quantity) === undefined) refuse(`The parameter "${value.parameter}" is in "${parameter.unit.slice(0, 20)}", which "${metric}" is not measured in.`);
  return { index, value: 0 };
}

const unknownMetric = (subject: SubjectKind, metric: string): string => `There is no metric "${metric.slice(0, 60)}" of a ${subject}.`;

/** The rule's parameters in base units, with other values where an exception names them. The unit is that of the comparison that uses them. */
export function parametersOf(rule: Pick<Rule, 'parameters'>, values: Readonly<Record<string, number>>): Float64Array {
  return Float64Array.from(rule.parameters, ({ name, value, unit }) => factorOf(unit) * (Object.hasOwn(values, name) ? (values[name] ?? value) : value));
}

/** Units of different quantities have different names. */
function factorOf(unit: string): number {
  for (const quantity of ['time', 'share', 'frequency', 'bandwidth', 'temperature'] as const) {
    const factor = inBaseUnit(1, unit, quantity);
    if (factor !== undefined) return factor;
  }
  return 1;
}

