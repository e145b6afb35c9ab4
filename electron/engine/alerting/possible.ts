/** What a condition can come to over a stretch of time of which only bounds are known: by these a rehearsal passes over what cannot matter. Pure. */
import type { Condition, Rule } from '../../../shared/model/rule.ts';
import { limitOf } from './never.ts';
import { saysNothing } from './metrics.ts';

/** Bits of a set: that it holds, that it does not, that a value that would decide is missing. */
export const can = { hold: 1, fail: 2, miss: 4 } as const;
export type Possible = number;
const anything: Possible = can.hold | can.fail | can.miss;

/** All that a number can be; nothing where `least` is above `most`. */
export type Span = { readonly least: number; readonly most: number; readonly mayMiss: boolean };
export const missing: Span = { least: Infinity, most: -Infinity, mayMiss: true };

type Compare = Extract<Condition, { kind: 'compare' }>;

/** Null: it can be anything. Words: all that it can be, null among them where it can be missing. */
export type Bounds = { readonly number: (part: Compare) => Span | null; readonly words: (metric: string) => ReadonlySet<string | null> | null };

/** Never leaves out what can be. The parts are taken to know nothing of each other, so it may name what cannot. */
export function possible(rule: Pick<Rule, 'subject' | 'parameters'>, condition: Condition, parameters: Float64Array, bounds: Bounds): Possible {
  switch (condition.kind) {
    case 'compare': {
      const span = bounds.number(condition);
      return span === null ? anything : compared(condition.op, span, limitOf(rule, condition, parameters));
    }
    case 'is': {
      const words = bounds.words(condition.metric);
      if (words === null) return anything;
      let result = 0;
      for (const word of words) result |= word === null ? can.miss : condition.words.includes(word) ? can.hold : saysNothing(rule.subject, condition.metric, word) ? can.miss : can.fail;
      return result;
    }
    case 'not':
      return swapped(possible(rule, condition.of, parameters, bounds));
    case 'all':
      return together(condition.of.map(part => possible(rule, part, parameters, bounds)));
    case 'any':
      return swapped(together(condition.of.map(part => swapped(possible(rule, part, parameters, bounds)))));
  }
}

function together(parts: readonly Possible[]): Possible {
  const anyOf = parts.reduce((set, part) => set | part, 0);
  const holds = parts.every(part => (part & can.hold) !== 0);
  // One is missing, and none of the others fails.
  const misses = (anyOf & can.miss) !== 0 && parts.every(part => (part & (can.hold | can.miss)) !== 0);
  return (holds ? can.hold : 0) | (anyOf & can.fail) | (misses ? can.miss : 0);
}

const swapped = (set: Possible): Possible => (set & can.miss) | (set & can.hold ? can.fail : 0) | (set & can.fail ? can.hold : 0);

function compared(op: Compare['op'], { least, most, mayMiss }: Span, limit: number): Possible {
  const missed = mayMiss ? can.miss : 0;
  if (!(least <= most)) return missed;
  const [holds, fails] = ends(op, least, most, limit);
  return missed | (holds ? can.hold : 0) | (fails ? can.fail : 0);
}

function ends(op: Compare['op'], least: number, most: number, limit: number): readonly [holds: boolean, fails: boolean] {
  switch (op) {
    case '>':
      return [most > limit, least <= limit];
    case '>=':
      return [most >= limit, least < limit];
    case '<':
      return [least < limit, most >= limit];
    case '<=':
      return [least <= limit, most > limit];
    case '=':
      return [least <= limit && limit <= most, least < limit || limit < most];
    case '!=':
      return [least < limit || limit < most, least <= limit && limit <= most];
  }
}
