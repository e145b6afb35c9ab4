/** A rule over the past of one thing, step by step, by the conditions and the machine that judge what happens now; once for every `for` that is asked about. Pure. */
import type { Rule } from '../../../shared/model/rule.ts';
import { Evaluator, isOfNoInterest, isSilencedFor, stepped, verdictOf, type Bound } from './evaluator.ts';
import { isOpen, quiet, type AlertState, type Timing } from './machine.ts';
import type { Need, Past, PastSamples } from './past.ts';
import { can, possible } from './possible.ts';
import type { CompiledRule } from './rule.ts';
import type { Thing } from './things.ts';

/** From `from` on, before `to`, once in `stepMs` and whenever a state changes. */
export type RehearsalRange = { readonly from: number; readonly to: number; readonly stepMs: number };

/** `to` null: it still fires at the end. */
export type Firing = { readonly from: number; readonly to: number | null; readonly value: string };

/** What came of one thing: for each `for` how often and for how long it fired, and the firings with the rule's own. */
export type Rehearsed = { readonly byFor: readonly { readonly fired: number; readonly totalMs: number }[]; readonly firings: readonly Firing[] };

const sec = 1_000;
const min = 60 * sec;
const usualForsMs = [0, 10 * sec, 30 * sec, min, 2 * min, 5 * min, 10 * min, 15 * min, 30 * min, 60 * min];
const hourMs = 60 * min;
/** So many samples are worth one question to the disk: a week of hours. */
const mostHoursAtOnce = 168;
const stepsABreath = 16;
const hoursABreath = 24;

/** In rising order, the rule's own among them. */
export const forsOf = (rule: Pick<Rule, 'forMs'>): number[] => [...new Set([...usualForsMs, rule.forMs])].sort((a, b) => a - b);

/** What the rule is bound to of a thing, by the rules of live: its scope, its exceptions, and the others that it yields to. Undefined: it is not about the thing. */
export function binderOf(rule: CompiledRule, others: readonly CompiledRule[]): (thing: Thing) => Bound | undefined {
  const evaluator = new Evaluator();
  evaluator.setRules([...others.filter(each => rule.rule.yieldsTo.includes(each.rule.id)), rule]);
  return thing => {
    evaluator.bind(thing);
    const bound = evaluator.boundsOf(thing).find(({ compiled }) => compiled === rule);
    evaluator.remove(thing);
    return bound;
  };
}

type Variant = { readonly timing: Timing; state: AlertState | null; openSince: number | null; fired: number; totalMs: number };

/** Goes through it. What is yielded: samples that are to be given at the next turn, or null, where there is time for something else. */
export function* rehearsed(bound: Bound, past: Past, range: RehearsalRange): Generator<readonly Need[] | null, Rehearsed, readonly PastSamples[] | undefined> {
  const { from, to } = range;
  const going = new Going(bound, past, range);
  const [firstHour, endHour] = [Math.floor(from / hourMs), Math.ceil(to / hourMs)];
  let readUntil = firstHour;
  let skipped = 0;
  // What can have been is looked up hour by hour, ahead of what is gone through.
  const sets = new Map<number, number>();
  const setOf = (hour: number): number => {
    const set = sets.get(hour) ?? going.possibleIn(hour);
    sets.set(hour, set);
    return set;
  };
  for (let hour = firstHour; hour < endHour; hour++) {
    const set = setOf(hour);
    sets.delete(hour);
    if (going.pass(hour, set)) {
      if (++skipped % hoursABreath === 0) yield null;
      continue;
    }
    if (hour >= readUntil) {
      readUntil = hour + 1;
      while (past.isSampled && readUntil < endHour && readUntil - hour < mostHoursAtOnce && (setOf(readUntil) & can.hold) !== 0) readUntil++;
      const needs = past.needs(hour, readUntil);
      if (needs.length > 0) past.give(needs, (yield needs) ?? []);
    }
    yield* going.through(hour);
  }
  return going.result();
}

class Going {
  readonly #bound: Bound;
  readonly #past: Past;
  readonly #range: RehearsalRange;
  readonly #variants: readonly Variant[];
  readonly #own: Variant | undefined;
  readonly #firings: Firing[] = [];
  #value = '';

  constructor(bound: Bound, past: Past, range: RehearsalRange) {
    const { rule, timing } = bound.compiled;
    this.#bound = bound;
    this.#past = past;
    this.#range = range;
    this.#variants = forsOf(rule).map(forMs => ({ timing: { ...timing, forMs }, state: null, openSince: null, fired: 0, totalMs: 0 }));
    this.#own = this.#variants.find(({ timing: { forMs } }) => forMs === rule.forMs);
  }

  /** What the condition can come to in an hour; asked for each hour once, in order. */
  possibleIn(hour: number): number {
    const { compiled: { rule }, parameters } = this.#bound;
    const [start, end] = this.#within(hour);
    return possible(rule, rule.condition, parameters, this.#past.boundsIn(hour, start, end));
  }

  /** True: whatever it was within what it can have been, nothing came of it. */
  pass(hour: number, set: number): boolean {
    const { noData } = this.#bound.compiled.timing;
    const isAtRest = this.#variants.every(({ state }) => state === null || (state.phase === 'ok' && state.calmSince === null));
    if (isAtRest && (set & can.hold) === 0 && (noData !== 'fire' || ((set & can.miss) === 0 && this.#variants.every(({ state }) => state === null)))) return true;
    if (set !== can.hold || !this.#variants.every(({ state }) => state?.phase === 'firing' && state.calmSince === null)) return set === can.miss && noData === 'keep';
    const last = this.#lastIn(hour);
    if (last !== null) for (const variant of this.#variants) variant.state = variant.state && { ...variant.state, seenAt: last };
    return true;
  }

  *through(hour: number): Generator<null, void, unknown> {
    let steps = 0;
    for (const now of this.#timesIn(hour)) {
      this.#past.advance(now);
      this.#judge(now);
      if (++steps % stepsABreath === 0) yield null;
    }
  }

  result(): Rehearsed {
    const { to } = this.#range;
    const openSince = this.#own?.openSince ?? null;
    return {
      byFor: this.#variants.map(each => ({ fired: each.fired, totalMs: each.totalMs + (each.openSince === null ? 0 : to - each.openSince) })),
      firings: openSince === null ? this.#firings : [...this.#firings, { from: openSince, to: null, value: this.#value }],
    };
  }

  #within(hour: number): [from: number, to: number] {
    return [Math.max(this.#range.from, hour * hourMs), Math.min(this.#range.to, (hour + 1) * hourMs)];
  }

  #timesIn(hour: number): number[] {
    const { from, stepMs } = this.#range;
    const [start, end] = this.#within(hour);
    const times: number[] = [];
    for (let at = from + Math.ceil((start - from) / stepMs) * stepMs; at < end; at += stepMs) times.push(at);
    const moments = this.#past.momentsIn(start, end);
    return moments.length === 0 ? times : [...new Set([...times, ...moments])].sort((a, b) => a - b);
  }

  #lastIn(hour: number): number | null {
    const { from, stepMs } = this.#range;
    const [start, end] = this.#within(hour);
    const last = Math.max(from + Math.floor((end - 1 - from) / stepMs) * stepMs, ...this.#past.momentsIn(start, end).slice(-1));
    return last < start ? null : last;
  }

  #judge(now: number): void {
    const { compiled, thing, parameters } = this.#bound;
    const holds = compiled.condition.holds(thing, parameters, now);
    const nothing = isOfNoInterest(holds, compiled.timing);
    if (nothing && this.#variants.every(({ state }) => state === null)) return;
    const verdict = verdictOf(this.#bound, holds, now);
    const isSilenced = verdict === 'no-data' && isSilencedFor(thing);
    for (const variant of this.#variants) {
      if (nothing && variant.state === null) continue;
      if (isSilenced) {
        if (variant.state !== null) variant.state = { ...variant.state, seenAt: now };
        continue;
      }
      const wasOpen = variant.state !== null && isOpen(variant.state);
      const { state, phase } = stepped(variant.state ?? quiet(now), verdict, variant.timing, now);
      variant.state = state;
      const isNowOpen = phase === 'firing' || phase === 'recovering';
      if (isNowOpen && !wasOpen) this.#raise(variant, now);
      else if (wasOpen && !isNowOpen) this.#end(variant, now);
    }
  }

  #raise(variant: Variant, now: number): void {
    const { compiled, thing, parameters } = this.#bound;
    variant.openSince = now;
    variant.fired++;
    if (variant === this.#own) this.#value = compiled.condition.found(thing, parameters, now).join(', ') || 'no value came';
  }

  #end(variant: Variant, now: number): void {
    const from = variant.openSince ?? now;
    variant.openSince = null;
    variant.totalMs += now - from;
    if (variant === this.#own) this.#firings.push({ from, to: now, value: this.#value });
  }
}
