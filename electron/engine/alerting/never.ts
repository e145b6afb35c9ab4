/** Whether a condition can hold at all: each way for it to hold is a list of demands, and one without a contradiction is enough. Pure. */
import { inBaseUnit, metricOf, type Condition, type Rule } from '../../../shared/model/rule.ts';
import { saysNothing } from './metrics.ts';

type Compare = Extract<Condition, { kind: 'compare' }>;
type Is = Extract<Condition, { kind: 'is' }>;
/** One comparison, or its opposite. */
type Demand = { readonly part: Compare | Is; readonly holds: boolean };

/** More ways than these are not gone through: then it is taken that it can hold. */
const mostWays = 500;

export function neverHolds(rule: Pick<Rule, 'subject' | 'condition' | 'parameters'>, parameters: Float64Array): boolean {
  const ways = waysFor(rule.condition, true);
  return ways !== null && ways.every(demands => contradict(rule, demands, parameters));
}

/** Null: too many. */
function waysFor(condition: Condition, holds: boolean): Demand[][] | null {
  switch (condition.kind) {
    case 'compare':
    case 'is':
      return [[{ part: condition, holds }]];
    case 'not':
      return waysFor(condition.of, !holds);
    case 'all':
    case 'any': {
      const parts = condition.of.map(part => waysFor(part, holds));
      return (condition.kind === 'all') === holds ? together(parts) : either(parts);
    }
  }
}

function either(parts: readonly (Demand[][] | null)[]): Demand[][] | null {
  const ways: Demand[][] = [];
  for (const part of parts) {
    if (part === null || ways.length + part.length > mostWays) return null;
    ways.push(...part);
  }
  return ways;
}

function together(parts: readonly (Demand[][] | null)[]): Demand[][] | null {
  let ways: Demand[][] = [[]];
  for (const part of parts) {
    if (part === null || ways.length * part.length > mostWays) return null;
    ways = ways.flatMap(way => part.map(more => [...way, ...more]));
  }
  return ways;
}

function contradict(rule: Pick<Rule, 'subject' | 'parameters'>, demands: readonly Demand[], parameters: Float64Array): boolean {
  const byValue = Map.groupBy(demands, ({ part }) => (part.kind === 'is' ? part.metric : `${part.metric} ${part.aggregate ?? ''} ${part.windowMs ?? 0}`));
  return [...byValue.values()].some(same => {
    const first = same[0]?.part;
    return first?.kind === 'is' ? noWordLeft(rule.subject, first.metric, same) : noNumberLeft(rule, same, parameters);
  });
}

function noWordLeft(subject: Rule['subject'], metric: string, demands: readonly Demand[]): boolean {
  const kind = metricOf(subject, metric);
  if (kind?.is !== 'word') return false;
  return !kind.words.some(word => demands.every(({ part, holds }) => part.kind !== 'is' || (holds ? part.words.includes(word) : !part.words.includes(word) && !saysNothing(subject, metric, word))));
}

const opposite = { '>': '<=', '>=': '<', '<': '>=', '<=': '>', '=': '!=', '!=': '=' } as const;

/** The numbers that a metric can have. Counts are whole. */
function rangeOf(rule: Pick<Rule, 'subject'>, metric: string): { least: number; most: number; whole: boolean } {
  const kind = metricOf(rule.subject, metric);
  const quantity = kind?.is === 'number' ? kind.quantity : 'count';
  const isAnyNumber = quantity === 'temperature' || metric === 'value';
  // Traffic can exceed the speed that an interface tells, in a short reading.
  const most = quantity === 'share' && !metric.endsWith('-use') ? 100 : Infinity;
  return { least: isAnyNumber || metric === 'certificate-left' ? -Infinity : 0, most, whole: quantity === 'count' && metric !== 'value' };
}

function noNumberLeft(rule: Pick<Rule, 'subject' | 'parameters'>, demands: readonly Demand[], parameters: Float64Array): boolean {
  const metric = demands[0]?.part.metric ?? '';
  const range = rangeOf(rule, metric);
  let { least, most } = range;
  let [leastIn, mostIn] = [true, true];
  const not: number[] = [];
  const above = (limit: number, isIn: boolean): void => {
    if (limit > least || (limit === least && !isIn)) [least, leastIn] = [limit, isIn];
  };
  const below = (limit: number, isIn: boolean): void => {
    if (limit < most || (limit === most && !isIn)) [most, mostIn] = [limit, isIn];
  };
  for (const { part, holds } of demands) {
    if (part.kind !== 'compare') continue;
    const limit = limitOf(rule, part, parameters);
    const op = holds ? part.op : opposite[part.op];
    if (op === '>' || op === '>=' || op === '=') above(limit, op !== '>');
    if (op === '<' || op === '<=' || op === '=') below(limit, op !== '<');
    if (op === '!=') not.push(limit);
  }
  if (range.whole) {
    const first = leastIn ? Math.ceil(least) : Math.floor(least) + 1;
    const last = mostIn ? Math.floor(most) : Math.ceil(most) - 1;
    return first > last || (first === last && not.includes(first));
  }
  return least > most || (least === most && (!leastIn || !mostIn || not.includes(least)));
}

/** In base units. */
export function limitOf({ subject, parameters: declared }: Pick<Rule, 'subject' | 'parameters'>, { metric, value, unit }: Compare, parameters: Float64Array): number {
  const kind = metricOf(subject, metric);
  if (typeof value === 'number') return inBaseUnit(value, unit, kind?.is === 'number' ? kind.quantity : 'count') ?? value;
  return parameters[declared.findIndex(({ name }) => name === value.parameter)] ?? Number.NaN;
}
