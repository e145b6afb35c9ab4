/** Goes through all rules for all things in one batch: who breaches what, and what the alert machine makes of it. Pure but for the states it keeps; time comes from outside. */
import type { Rule } from '../../../shared/model/rule.ts';
import type { Holds } from './condition.ts';
import { dismissed, isForgettable, isOpen, quiet, step, type AlertEvent, type AlertState, type Timing, type Verdict } from './machine.ts';
import { forgetFigures } from './metrics.ts';
import { isAbout, parametersFor, type CompiledRule } from './rule.ts';
import { deviceOf, type Thing } from './things.ts';

/** One rule for one thing. `state` null: all is well, and nothing is to be remembered. */
export type Bound = { compiled: CompiledRule; readonly thing: Thing; parameters: Float64Array; state: AlertState | null };

/** What a round found of one bound rule. Without an event only what is remembered has changed. */
export type Finding = { readonly bound: Bound; readonly event: AlertEvent | null };

/** A rule with the parameters that hold for some things. `id`: of this fit. */
type Fit = { readonly id: number; readonly compiled: CompiledRule; readonly parameters: Float64Array };

/** What a thing is judged by. Most things share one list, and hardly any has something to remember: a bound rule is made when it does, in the place of its fit. */
type Entry = { readonly thing: Thing; fits: readonly Fit[]; bounds: (Bound | undefined)[] | null };

export class Evaluator {
  #rules: readonly CompiledRule[] = [];
  readonly #branches = new Map<Thing, Entry>();
  readonly #others = new Map<Thing, Entry>();
  /** By their parameters, each of which is one rule's. */
  #fits = new Map<Float64Array, Fit>();
  #lists = new Map<string, readonly Fit[]>();

  get rules(): readonly CompiledRule[] {
    return this.#rules;
  }

  get things(): IterableIterator<Thing> {
    return [...this.#branches.keys(), ...this.#others.keys()].values();
  }

  /** To be read. Those that have something to remember are the ones that are judged. */
  boundsOf(thing: Thing): readonly Bound[] {
    const entry = this.#entry(thing);
    return entry?.fits.map((fit, i) => entry.bounds?.[i] ?? { compiled: fit.compiled, thing, parameters: fit.parameters, state: null }) ?? [];
  }

  /** What is remembered of all things. */
  *remembered(): Generator<Bound & { state: AlertState }> {
    for (const { bounds } of this.#all()) for (const bound of bounds ?? []) if (bound && hasState(bound)) yield bound;
  }

  /** Takes over the rules that are on, or other ones. Answers the bounds that are no more and had something to remember. */
  setRules(rules: readonly CompiledRule[]): Bound[] {
    this.#rules = rules.filter(({ rule }) => rule.enabled);
    this.#fits = new Map();
    this.#lists = new Map();
    return [...this.things].flatMap(thing => this.bind(thing));
  }

  /** Takes a thing up, or anew after what rules look at in it has changed. Answers as above. */
  bind(thing: Thing): Bound[] {
    const about = this.#rules.filter(({ rule }) => isAbout(rule, thing));
    const fits = this.#shared(about.filter(({ rule }) => !yields(rule, about)).map(compiled => this.#fit(compiled, parametersFor(compiled, thing))));
    const entry = this.#entry(thing);
    if (!entry) {
      this.#place(thing).set(thing, { thing, fits, bounds: null });
      return [];
    }
    const before = remembered(entry);
    entry.fits = fits;
    entry.bounds = null;
    return before.filter(bound => {
      const at = fits.findIndex(({ compiled }) => compiled.rule.id === bound.compiled.rule.id);
      const fit = fits[at];
      if (!fit) return true;
      // Open alerts hold on to theirs.
      bound.compiled = fit.compiled;
      bound.parameters = fit.parameters;
      keep(entry, at, bound);
      return false;
    });
  }

  /** The thing is gone. Answers as above. */
  remove(thing: Thing): Bound[] {
    const entry = this.#entry(thing);
    this.#place(thing).delete(thing);
    return entry ? remembered(entry) : [];
  }

  /** Undefined: the rule is not about the thing. */
  restore(thing: Thing, ruleId: Rule['id'], state: AlertState): Bound | undefined {
    const entry = this.#entry(thing);
    const at = entry?.fits.findIndex(({ compiled }) => compiled.rule.id === ruleId) ?? -1;
    if (!entry || at < 0) return undefined;
    const bound = entry.bounds?.[at] ?? made(entry, at);
    if (bound) bound.state = state;
    return bound;
  }

  /** A person ends it. */
  dismiss(bound: Bound, now: number): void {
    bound.state = dismissed(bound.state ?? quiet(now), now);
  }

  /** One batch at one time over all things, or over some. `mayEnd` false: after a start, while not everything has been seen anew, nothing ends. */
  round(now: number, mayEnd: (thing: Thing) => boolean, some?: readonly Thing[]): Finding[] {
    const found: Finding[] = [];
    forgetFigures();
    // Parents first: what is told of a branch as a whole takes in what is told of its devices.
    for (const place of [this.#branches, this.#others]) {
      const entries = some ? some.flatMap(thing => place.get(thing) ?? []) : place.values();
      for (const entry of entries) this.#judgeAll(entry, now, mayEnd, found);
    }
    return found;
  }

  #judgeAll(entry: Entry, now: number, mayEnd: (thing: Thing) => boolean, found: Finding[]): void {
    const { thing, fits } = entry;
    for (let i = 0; i < fits.length; i++) {
      const fit = fits[i];
      if (!fit) continue;
      const holds = fit.compiled.condition.holds(thing, fit.parameters, now);
      const known = entry.bounds === null ? undefined : entry.bounds[i];
      if (known === undefined && isOfNoInterest(holds, fit.compiled.timing)) continue;
      const bound = known ?? made(entry, i);
      if (!bound) continue;
      judge(bound, holds, now, mayEnd, found);
      if (bound.state === null && entry.bounds !== null) entry.bounds[i] = undefined;
    }
  }

  #fit(compiled: CompiledRule, parameters: Float64Array): Fit {
    const known = this.#fits.get(parameters);
    if (known) return known;
    const fit: Fit = { id: this.#fits.size, compiled, parameters };
    this.#fits.set(parameters, fit);
    return fit;
  }

  #shared(fits: readonly Fit[]): readonly Fit[] {
    const key = fits.map(({ id }) => id).join(' ');
    const known = this.#lists.get(key);
    if (known) return known;
    this.#lists.set(key, fits);
    return fits;
  }

  #place(thing: Thing): Map<Thing, Entry> {
    return thing.kind === 'branch' ? this.#branches : this.#others;
  }

  #entry(thing: Thing): Entry | undefined {
    return this.#place(thing).get(thing);
  }

  *#all(): Generator<Entry> {
    yield* this.#branches.values();
    yield* this.#others.values();
  }
}

const hasState = (bound: Bound): bound is Bound & { state: AlertState } => bound.state !== null;
const remembered = ({ bounds }: Entry): Bound[] => bounds?.filter(bound => bound !== undefined).filter(hasState) ?? [];

function keep(entry: Entry, at: number, bound: Bound): void {
  entry.bounds ??= entry.fits.map(() => undefined);
  entry.bounds[at] = bound;
}

function made(entry: Entry, at: number): Bound | undefined {
  const fit = entry.fits[at];
  if (!fit) return undefined;
  const bound: Bound = { compiled: fit.compiled, thing: entry.thing, parameters: fit.parameters, state: null };
  keep(entry, at, bound);
  return bound;
}

function judge(bound: Bound, holds: Holds, now: number, mayEnd: (thing: Thing) => boolean, found: Finding[]): void {
  const { compiled, thing, state } = bound;
  // Most of the others: it fires, and still does. When it was last seen counts only where silence does something.
  if (state !== null && holds === true && state.phase === 'firing' && state.calmSince === null && compiled.timing.noData === 'keep') return;
  const before = state ?? quiet(now);
  const verdict = verdictOf(bound, holds, now);
  if ((isOpen(before) || verdict === 'no-data') && verdict !== 'breach' && !mayEnd(thing)) return;
  if (verdict === 'no-data' && isSilencedFor(thing)) {
    if (state !== null) bound.state = { ...state, seenAt: now };
    return;
  }
  const { state: next, event, phase } = stepped(before, verdict, compiled.timing, now);
  bound.state = next;
  if (event) found.push({ bound, event });
  else if (phase !== before.phase || (next === null) !== (state === null)) found.push({ bound, event: null });
}

/** Nearly all of them, nearly always: nothing was, and nothing is. */
export const isOfNoInterest = (holds: Holds, timing: Timing): boolean => holds !== true && (holds === false || timing.noData !== 'fire');

export function verdictOf({ compiled, thing, parameters }: Pick<Bound, 'compiled' | 'thing' | 'parameters'>, holds: Holds, now: number): Verdict {
  if (holds === true) return 'breach';
  if (holds === null) return 'no-data';
  if (compiled.recovery === null) return 'clear';
  const recovered = compiled.recovery.holds(thing, parameters, now);
  return recovered === null ? 'no-data' : recovered ? 'clear' : 'between';
}

/** The machine's next state, null where nothing is to be remembered of it. */
export function stepped(before: AlertState, verdict: Verdict, timing: Timing, now: number): { readonly state: AlertState | null; readonly phase: AlertState['phase']; readonly event: AlertEvent | undefined } {
  const { next, event } = step(before, verdict, timing, now);
  const isForgotten = isForgettable(next, now, timing) && (timing.noData !== 'fire' || verdict !== 'no-data');
  return { state: isForgotten ? null : next, phase: next.phase, event };
}

/** What is not heard of it says nothing: what it stands behind is down, it is down itself, or this console cannot see it. */
export function isSilencedFor(thing: Thing): boolean {
  const state = deviceOf(thing)?.reading.state;
  return state === 'unreachable' || state === 'not-observed' || (state === 'down' && thing.kind !== 'device');
}

/** Something more exact is on for it. */
const yields = (rule: Rule, fitting: readonly CompiledRule[]): boolean => rule.yieldsTo.some(id => fitting.some(other => other.rule.id === id));
