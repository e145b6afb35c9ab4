/** Rehearses a rule over stored history: reads it thing by thing, goes through it in short slices of the engine's loop, and says what the rule would have done. */
import { setImmediate as breath } from 'node:timers/promises';
import type { Metric } from '../../shared/model/history.ts';
import { RuleId } from '../../shared/model/ids.ts';
import type { Rehearsal, RuleInput, SubjectKind } from '../../shared/model/rule.ts';
import { AppError } from '../../shared/rpc/contract.ts';
import type { Estate } from './alerting/estate.ts';
import type { Bound } from './alerting/evaluator.ts';
import { Past, type Need, type PastSamples, type Sums } from './alerting/past.ts';
import { copyOf, momentsOf, trackNames, trackOf, type CheckJudge } from './alerting/past-of.ts';
import { rehearsable, shortestWindowMs } from './alerting/rehearsable.ts';
import { binderOf, forsOf, rehearsed, type RehearsalRange, type Rehearsed } from './alerting/rehearsal.ts';
import { compileRule, ruleOf, type CompiledRule } from './alerting/rule.ts';
import { deviceOf, nameOf, type Thing } from './alerting/things.ts';
import type { Clock } from './clock.ts';
import { shown, step, untested } from './polling/checks/check-state.ts';
import type { SeriesPart } from './store/history/read.ts';
import type { HourSums } from './store/history/replay.ts';
import { noSamples } from './store/history/samples.ts';
import type { Store } from './store/store.ts';

export type RehearsalParts = {
  readonly store: Store;
  readonly clock: Clock;
  /** What the rules are about now. */
  readonly estate: Pick<Estate, 'devices' | 'branches'>;
  /** Those that are on. */
  readonly rules: () => readonly CompiledRule[];
  readonly flapChanges: () => number;
};

export type RehearsalRequest = { readonly rule: RuleInput; /** The rule that it is to take the place of. */ readonly id: RuleId | null; readonly from: number; readonly to: number };

const longestMs = 31 * 86_400_000;
const deadlineMs = 60_000;
/** Two are under way, so that one is gone through while the other waits for the disk: together they hold the loop for twice as long. */
const lanes = 2;
const sliceMs = 4;
const mostFirings = 500;
const hourMs = 3_600_000;
/** Samples of hours as old are folded: the writer need not be asked for them. */
const foldedAfterMs = 3 * hourMs;
/** From the finest to the coarsest, and how many steps are gone through within the time there is. */
const stepsMs = [10_000, 30_000, 60_000] as const;
const mostSteps = 30_000_000;
const finestStepMs = stepsMs[0];

type Series = ReadonlyMap<string, number>;

export class Rehearsals {
  readonly #parts: RehearsalParts;
  #isRunning = false;

  constructor(parts: RehearsalParts) {
    this.#parts = parts;
  }

  async rehearse(request: RehearsalRequest, signal: AbortSignal): Promise<Rehearsal> {
    if (this.#isRunning) throw new AppError('conflict', 'Another rehearsal is under way; wait until it ends, or cancel it.');
    const run = new Run(this.#parts, request, signal);
    this.#isRunning = true;
    try {
      return await run.whole();
    } finally {
      this.#isRunning = false;
    }
  }
}

/** Not an error: what there is then is told. */
class OutOfTime extends Error {}

class Run {
  readonly #parts: RehearsalParts;
  readonly #signal: AbortSignal;
  readonly #endsMs: number;
  readonly #rule: CompiledRule;
  readonly #tracks: readonly Metric[];
  readonly #limits: string[];
  readonly #things: readonly Thing[];
  readonly #boundTo: (thing: Thing) => Bound | undefined;
  readonly #range: RehearsalRange;
  readonly #tally: Tally;
  #next = 0;
  #damaged = 0;
  #expired = 0;
  #isCut = false;

  /** Throws `invalid-input` with one sentence for what cannot be rehearsed. */
  constructor(parts: RehearsalParts, { rule: input, id, from, to: asked }: RehearsalRequest, signal: AbortSignal) {
    const to = Math.min(asked, parts.clock.now());
    if (from >= to) throw new AppError('invalid-input', 'A rehearsal looks at a time that is over: it begins before it ends, and before now.');
    if (to - from > longestMs) throw new AppError('invalid-input', 'A rehearsal looks at 31 days at most.');
    const rule = ruleOf(id ?? RuleId.parse('rehearsed'), false, input);
    compileRule(rule, parts.flapChanges());
    const left = rehearsable(rule);
    this.#parts = parts;
    this.#signal = signal;
    this.#endsMs = parts.clock.monotonicMs() + deadlineMs;
    this.#rule = compileRule(left.rule, parts.flapChanges());
    this.#tracks = left.tracks;
    this.#boundTo = binderOf(this.#rule, parts.rules().filter(each => each.rule.id !== rule.id));
    this.#things = thingsOf(parts.estate, left.rule.subject, this.#boundTo);
    const stepMs = stepFor(left.rule, (to - from) * this.#things.length);
    this.#range = { from, to, stepMs };
    this.#limits = [...left.limits, ...(stepMs === finestStepMs ? [] : [`For so much the rule was looked at every ${stepMs / 1_000} s, and whenever a state changed.`])];
    this.#tally = new Tally(left.rule);
  }

  async whole(): Promise<Rehearsal> {
    const series = new Map<Metric, Series>();
    for (const metric of this.#tracks) {
      const found = await this.#parts.store.read('exportSeries', { metric, targets: [] });
      series.set(metric, new Map(found.map(({ seriesId, deviceId, object }) => [`${deviceId}/${object}`, seriesId])));
    }
    const ended = await Promise.allSettled(Array.from({ length: lanes }, () => this.#lane(series)));
    const failed = ended.find(each => each.status === 'rejected');
    if (failed) throw failed.reason;
    const { from, to } = this.#range;
    return { from, to, ...this.#tally.result(), limits: this.#said() };
  }

  async #lane(series: ReadonlyMap<Metric, Series>): Promise<void> {
    try {
      for (let thing = this.#things[this.#next++]; thing; thing = this.#things[this.#next++]) this.#tally.add(thing, await this.#one(thing, series));
    } catch (error) {
      if (!(error instanceof OutOfTime)) {
        // What the other lane would still find out is of no use.
        this.#next = Infinity;
        throw error;
      }
      this.#isCut = true;
    }
  }

  async #one(live: Thing, series: ReadonlyMap<Metric, Series>): Promise<Rehearsed> {
    const { store, clock } = this.#parts;
    const { from, to } = this.#range;
    this.#goOn();
    const names = trackNames(live, this.#tracks);
    const deviceId = deviceOf(live)?.facts.internalId ?? 0;
    const wanted = names.flatMap(name => {
      const seriesId = series.get(name.metric)?.get(`${deviceId}/${name.object}`);
      return seriesId === undefined ? [] : [{ name, seriesId }];
    });
    // What came before is a part of how it was at the beginning.
    const ahead = { from: Math.max(0, from - 2 * hourMs), to };
    const parts: SeriesPart[] = [];
    for (const { seriesId } of wanted) parts.push({ seriesId, deviceId, open: to < clock.now() - foldedAfterMs ? noSamples : await store.peek('openSeries', seriesId, ahead.from, to) });
    const sums = parts.length === 0 ? [] : (await store.read('hourSums', parts, ahead)).map(sumsOf);
    const pings = wanted.findIndex(({ name }) => name.metric === 'ping');
    const pingsAnHour = Math.max(0, ...[...(sums[pings]?.values() ?? [])].map(({ sent, unseen }) => sent + unseen));
    const { condition, recovery } = this.#rule;
    const { thing, devices } = copyOf(live, Math.max(condition.windowMs, recovery?.windowMs ?? 0), pingsAnHour);
    const lives = await store.read('livesOf', devices.map(({ facts }) => facts.internalId), ahead);
    this.#goOn();
    const moments = devices.flatMap((device, i) => momentsOf(device, lives[i] ?? { events: [], blind: [] }));
    if (devices.length > 1) moments.sort((a, b) => a.at - b.at);
    const judge = checkJudge();
    const past = new Past(thing, moments, wanted.map(({ name }, i) => trackOf(thing, name, sums[i] ?? new Map(), judge)));
    const bound = this.#boundTo(live);
    if (!bound) return { byFor: [], firings: [] }; // It is another's meanwhile.
    return this.#through({ ...bound, thing }, past, parts);
  }

  async #through(bound: Bound, past: Past, parts: readonly SeriesPart[]): Promise<Rehearsed> {
    const steps = rehearsed(bound, past, this.#range);
    let given: readonly PastSamples[] | undefined;
    let began = performance.now();
    for (;;) {
      const turn = given === undefined ? steps.next() : steps.next(given);
      given = undefined;
      if (turn.done === true) return turn.value;
      if (turn.value !== null) given = await this.#samples(turn.value, parts);
      else if (performance.now() - began < sliceMs) continue;
      else await breath();
      this.#goOn();
      began = performance.now();
    }
  }

  async #samples(needs: readonly Need[], parts: readonly SeriesPart[]): Promise<PastSamples[]> {
    const wanted = needs.flatMap(({ track, fromHour, toHour }) => {
      const part = parts[track];
      const [from, to] = [fromHour * hourMs, Math.min(toHour * hourMs, this.#range.to)];
      // What is open is handed over only where it is looked at.
      return part ? [{ part: (part.open.at[0] ?? Infinity) < to ? part : { ...part, open: noSamples }, from, to }] : [];
    });
    const stretches = await this.#parts.store.read('stretchesOf', wanted);
    for (const { damaged, expired } of stretches) {
      this.#damaged += damaged;
      this.#expired += expired > 0 ? 1 : 0;
    }
    return stretches.map(({ samples }) => samples);
  }

  #goOn(): void {
    if (this.#signal.aborted) throw new AppError('cancelled', 'The rehearsal was cancelled.');
    if (this.#parts.clock.monotonicMs() >= this.#endsMs) throw new OutOfTime();
  }

  #said(): string | null {
    const { length } = this.#things;
    const done = this.#tally.things;
    const last = this.#things[done - 1];
    const said = [
      ...this.#limits,
      ...(this.#expired > 0 ? ['Single samples of a part of that time have expired; where only sums are kept, values were taken as missing.'] : []),
      ...(this.#damaged > 0 ? [`Stored data are damaged in ${this.#damaged} ${this.#damaged === 1 ? 'place' : 'places'}, and were passed over.`] : []),
      ...(this.#isCut ? [`It was ended after ${deadlineMs / 1_000} s: of ${length} things, in order of branch and name, the first ${done} were gone through${last ? `, up to about "${nameOf(last)}"` : ''}. A shorter time or a narrower scope shows all.`] : []),
    ];
    return said.length === 0 ? null : said.join(' ');
  }
}

/** In order of branch and name. */
function thingsOf(estate: RehearsalParts['estate'], subject: SubjectKind, boundTo: (thing: Thing) => Bound | undefined): Thing[] {
  const all = function* (): Iterable<Thing> {
    if (subject === 'branch') yield* estate.branches;
    else for (const device of estate.devices) {
      if (subject === 'device') yield device;
      else yield* subject === 'interface' ? device.interfaces.values() : device.checks.values();
    }
  };
  const placed = [...all()].filter(thing => boundTo(thing) !== undefined).map(thing => ({ thing, branch: branchOf(thing) ?? '', name: nameOf(thing) }));
  // By plain characters: ten thousand names would take long in anybody's alphabet.
  const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
  return placed.sort((a, b) => order(a.branch, b.branch) || order(a.name, b.name)).map(({ thing }) => thing);
}

const branchOf = (thing: Thing): string | null => (thing.kind === 'branch' ? thing.name : (deviceOf(thing)?.facts.branch ?? null));

/** As fine as there is time for, and never coarser than what the rule looks back on or waits for. */
function stepFor(rule: Parameters<typeof shortestWindowMs>[0] & { readonly forMs: number; readonly holdMs: number }, thingMs: number): number {
  const least = Math.min(shortestWindowMs(rule), rule.forMs || Infinity, rule.holdMs || Infinity);
  const fitting = stepsMs.filter(stepMs => stepMs === finestStepMs || stepMs <= least);
  return fitting.find(stepMs => thingMs / stepMs <= mostSteps) ?? fitting.at(-1) ?? finestStepMs;
}

function sumsOf({ hour, sent, lost, unseen, min, max }: HourSums): Map<number, Sums> {
  const known = (value: number | undefined): number | null => (value === undefined || Number.isNaN(value) ? null : value);
  return new Map(Array.from(hour, (each, i) => [each, { sent: sent[i] ?? 0, lost: lost[i] ?? 0, unseen: unseen[i] ?? 0, min: known(min[i]), max: known(max[i]) }]));
}

function checkJudge(): CheckJudge {
  let state = untested;
  return (at, outcome) => {
    state = step(state, { sentAt: at, sentMs: at, kind: outcome === 0 ? 'ok' : outcome === 4 ? 'unknown' : 'failed' }).next;
    return shown(state);
  };
}

/** What all things came to. */
class Tally {
  readonly #fors: { readonly forMs: number; fired: number; totalMs: number; subjects: number }[];
  readonly #branches = new Map<string | null, { readonly branch: string | null; fired: number; totalMs: number }>();
  readonly #own: number;
  #firings: Rehearsal['firings'] = [];
  things = 0;

  constructor(rule: Parameters<typeof forsOf>[0]) {
    this.#fors = forsOf(rule).map(forMs => ({ forMs, fired: 0, totalMs: 0, subjects: 0 }));
    this.#own = this.#fors.findIndex(({ forMs }) => forMs === rule.forMs);
  }

  add(thing: Thing, { byFor, firings }: Rehearsed): void {
    this.things++;
    for (const [i, { fired, totalMs }] of byFor.entries()) {
      const sum = this.#fors[i];
      if (!sum || fired === 0) continue;
      sum.fired += fired;
      sum.totalMs += totalMs;
      sum.subjects++;
    }
    const own = byFor[this.#own];
    if (!own || own.fired === 0) return;
    const branch = branchOf(thing);
    const sum = this.#branches.get(branch) ?? { branch, fired: 0, totalMs: 0 };
    sum.fired += own.fired;
    sum.totalMs += own.totalMs;
    this.#branches.set(branch, sum);
    const subject = nameOf(thing);
    this.#firings.push(...firings.slice(-mostFirings).map(firing => ({ subject, branch, ...firing })));
    if (this.#firings.length > 4 * mostFirings) this.#firings = newestOf(this.#firings);
  }

  result(): Pick<Rehearsal, 'subjects' | 'byFor' | 'byBranch' | 'firings'> {
    return { subjects: this.things, byFor: this.#fors, byBranch: [...this.#branches.values()].sort((a, b) => b.fired - a.fired || b.totalMs - a.totalMs), firings: newestOf(this.#firings) };
  }
}

const newestOf = (firings: Rehearsal['firings']): Rehearsal['firings'] => firings.toSorted((a, b) => b.from - a.from).slice(0, mostFirings);
