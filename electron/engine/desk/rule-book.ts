/** The rules there are: built-in ones, changed ones and those of one's own. Checks, keeps and shows them, and hands them to the alert engine. */
import { randomUUID } from 'node:crypto';
import { RuleId } from '../../../shared/model/ids.ts';
import { RuleInput, type Rule, type RuleRow } from '../../../shared/model/rule.ts';
import { AppError } from '../../../shared/rpc/contract.ts';
import type { Alerting } from '../alerting/alerting.ts';
import { builtInRules } from '../alerting/built-in-rules.ts';
import { compileRule, isAbout, refuseCircle, ruleOf, whyNever, type CompiledRule } from '../alerting/rule.ts';
import type { LiveTable } from '../live/live-table.ts';
import type { RuleRecord, UnreadableRule } from '../store/rules.ts';
import type { Store } from '../store/store.ts';

export type RuleBookParts = { readonly store: Store; readonly alerting: Alerting; readonly rows: LiveTable<RuleRow>; readonly now: () => number; readonly flapChanges: () => number };

/** `compiled` null: this build cannot make sense of it. `problem`: why that is, or why it can never fire. */
type Entry = {
  readonly rule: Rule;
  readonly compiled: CompiledRule | null;
  readonly problem: string | null;
  /** Of a built-in one: it is not what it shipped as. */
  readonly isChanged: boolean;
  readonly changedAt: number | null;
  readonly changedBy: string | null;
};

const mostRules = 500;

export class RuleBook {
  readonly #parts: RuleBookParts;
  readonly #entries = new Map<string, Entry>();
  /** By id: what they are called. */
  readonly #unreadable = new Map<string, string>();
  /** How many things each rule that is on looks at, and by which bindings that was counted. */
  #subjects: ReadonlyMap<string, number> = new Map();
  #countedAt = -1;

  constructor(parts: RuleBookParts) {
    this.#parts = parts;
  }

  /** `unreadable`: stored rules that are passed over; of built-in ones what shipped holds. */
  restore(records: readonly RuleRecord[], unreadable: readonly UnreadableRule[]): void {
    for (const rule of builtInRules) this.#entries.set(rule.id, this.#entry(rule, null));
    for (const { id, name } of unreadable) this.#unreadable.set(id, name);
    for (const record of records) {
      const id = RuleId.parse(record.id);
      this.#entries.set(id, this.#entry(ruleOf(id, builtInRules.some(each => each.id === id), record.input), record));
    }
    this.#apply();
  }

  /** What is stored and passed over, in a sentence; null: nothing is. */
  get problem(): string | null {
    const names = [...this.#unreadable.values()].map(name => `"${name}"`);
    return names.length === 0 ? null : `${names.length === 1 ? 'A stored rule' : `${names.length} stored rules`} cannot be read and ${names.length === 1 ? 'is' : 'are'} passed over: ${names.slice(0, 3).join(', ')}${names.length > 3 ? ' and others' : ''}.`;
  }

  async create(input: RuleInput, by: string): Promise<RuleRow> {
    if (this.#entries.size >= mostRules) throw new AppError('conflict', `There are at most ${mostRules} rules.`);
    return this.#put(ruleOf(RuleId.parse(randomUUID()), false, input), input, by);
  }

  async update(id: RuleId, input: RuleInput, by: string): Promise<RuleRow> {
    const { rule } = this.#need(id);
    return this.#put(ruleOf(id, rule.builtIn, input), input, by);
  }

  /** A built-in one is put back to what it shipped as. */
  async remove(id: RuleId): Promise<void> {
    if (!this.#unreadable.has(id)) this.#need(id);
    await this.#parts.store.write('removeRule', id);
    this.#unreadable.delete(id);
    const shipped = builtInRules.find(rule => rule.id === id);
    if (shipped) this.#entries.set(id, this.#entry(shipped, null));
    else {
      this.#entries.delete(id);
      this.#parts.rows.remove(id);
    }
    this.#apply();
  }

  /** What it would be about. Throws `invalid-input`. */
  check(input: RuleInput): { readonly subjects: number; readonly never: string | null } {
    const compiled = compileRule(ruleOf(RuleId.parse('draft'), false, input), this.#parts.flapChanges());
    const subjects = this.#countOf(compiled.rule);
    return { subjects, never: neverOf(compiled, subjects) };
  }

  /** The settings changed what flapping is. */
  recompile(): void {
    for (const [id, { rule, changedAt, changedBy }] of this.#entries) this.#entries.set(id, this.#entry(rule, changedAt === null || changedBy === null ? null : { changedAt, changedBy }));
    this.#apply();
  }

  /** What the rules are about, and how many alerts of each are open: shown every few seconds. */
  show(): void {
    const { alerting, rows } = this.#parts;
    const open = new Map<string, number>();
    for (const { row } of alerting.openAlerts) open.set(row.rule, (open.get(row.rule) ?? 0) + 1);
    if (this.#countedAt !== alerting.bindings) this.#countSubjects();
    for (const entry of this.#entries.values()) {
      const row = rowOf(entry, this.#subjects.get(entry.rule.id) ?? 0, open.get(entry.rule.id) ?? 0);
      const before = rows.get(row.id);
      if (!before || JSON.stringify(before) !== JSON.stringify(row)) rows.upsert(row);
    }
  }

  async #put(rule: Rule, input: RuleInput, by: string): Promise<RuleRow> {
    const compiled = compileRule(rule, this.#parts.flapChanges());
    refuseCircle([...this.#entries.values()].map(entry => entry.rule), rule);
    const record = { id: rule.id, input, changedAt: this.#parts.now(), changedBy: by };
    await this.#parts.store.write('rule', record);
    this.#entries.set(rule.id, { ...aboutOf(rule, record), compiled, problem: whyNever(compiled) });
    this.#unreadable.delete(rule.id);
    this.#apply();
    const row = this.#parts.rows.get(rule.id);
    if (!row) throw new Error('a rule that was written is shown');
    return row;
  }

  #entry(rule: Rule, changed: Pick<RuleRecord, 'changedAt' | 'changedBy'> | null): Entry {
    const about = aboutOf(rule, changed);
    try {
      const compiled = compileRule(rule, this.#parts.flapChanges());
      return { ...about, compiled, problem: whyNever(compiled) };
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      return { ...about, compiled: null, problem: error.message };
    }
  }

  #apply(): void {
    this.#parts.alerting.setRules([...this.#entries.values()].flatMap(({ compiled }) => compiled ?? []), this.#parts.now());
    this.show();
  }

  #need(id: RuleId): Entry {
    const entry = this.#entries.get(id);
    if (!entry) throw new AppError('not-found', 'That rule is not here any more.');
    return entry;
  }

  /** Ten thousand devices with ten rules each: only when something about that has changed. */
  #countSubjects(): void {
    const { alerting } = this.#parts;
    const counts = new Map<string, number>();
    for (const thing of alerting.things) for (const { compiled } of alerting.boundsOf(thing)) counts.set(compiled.rule.id, (counts.get(compiled.rule.id) ?? 0) + 1);
    this.#subjects = counts;
    this.#countedAt = alerting.bindings;
  }

  #countOf(rule: Rule): number {
    let count = 0;
    for (const thing of this.#parts.alerting.things) if (isAbout(rule, thing)) count++;
    return count;
  }
}

const neverOf = (compiled: CompiledRule, subjects: number): string | null => whyNever(compiled) ?? (subjects === 0 ? noSubjects(compiled.rule) : null);
const noSubjects = ({ subject }: Rule): string => `It is about nothing at present: there is no ${subject} that fits its scope.`;

function rowOf({ rule, problem, isChanged, changedAt, changedBy }: Entry, subjects: number, openAlerts: number): RuleRow {
  return { ...rule, subjects, openAlerts, changedAt, changedBy, never: problem ?? (rule.enabled && subjects === 0 && !rule.builtIn ? noSubjects(rule) : null), changed: isChanged };
}

function aboutOf(rule: Rule, changed: Pick<RuleRecord, 'changedAt' | 'changedBy'> | null): Omit<Entry, 'compiled' | 'problem'> {
  const shipped = rule.builtIn ? builtInRules.find(({ id }) => id === rule.id) : undefined;
  const isChanged = shipped !== undefined && JSON.stringify(RuleInput.parse(inputOf(shipped))) !== JSON.stringify(RuleInput.parse(inputOf(rule)));
  return { rule, isChanged, changedAt: changed?.changedAt ?? null, changedBy: changed?.changedBy ?? null };
}

const inputOf = ({ id: _id, builtIn: _builtIn, ...input }: Rule): Omit<Rule, 'id' | 'builtIn'> => input;
