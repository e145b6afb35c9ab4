/** A condition as it is edited: groups of comparisons with every field there, whether it is needed or not. */
import { aggregates, metricOf, type Aggregate, type Condition, type SubjectKind } from '../../../shared/model/rule.ts';
import { durationDraft, durationMs, type DurationDraft } from '../../ui/duration-draft.ts';
import { metricNames, unitsOf, usualUnit } from './metric-words.ts';

type Compare = Extract<Condition, { kind: 'compare' }>;

export const groupModes = ['all', 'any', 'not-all', 'none'] as const;
export type GroupMode = (typeof groupModes)[number];

/** `parameter`: the key of the parameter that stands in place of the value; its unit counts then. */
export type CompareDraft = { readonly kind: 'compare'; readonly metric: string; readonly aggregate: Aggregate; readonly window: DurationDraft; readonly op: Compare['op']; readonly value: number | string; readonly parameter: string | null; readonly unit: string };
export type IsDraft = { readonly kind: 'is'; readonly metric: string; readonly words: readonly string[] };
export type GroupDraft = { readonly kind: 'group'; readonly mode: GroupMode; readonly of: readonly NodeDraft[] };
export type NodeDraft = CompareDraft | IsDraft | GroupDraft;

const usualWindow: DurationDraft = { amount: 5, unit: 'min' };

/** A comparison of a metric, as it begins. */
export function newComparison(subject: SubjectKind, metric: string): CompareDraft | IsDraft {
  const kind = metricOf(subject, metric);
  if (kind?.is === 'word') return { kind: 'is', metric, words: [] };
  return { kind: 'compare', metric, aggregate: 'median', window: usualWindow, op: metric === 'disk-free' || metric === 'certificate-left' ? '<' : '>', value: '', parameter: null, unit: kind ? usualUnit(metric, kind.quantity) : '' };
}

/** The same comparison of another metric: what still fits is kept. */
export function withMetric(subject: SubjectKind, before: CompareDraft | IsDraft, metric: string): CompareDraft | IsDraft {
  const fresh = newComparison(subject, metric);
  if (before.kind !== 'compare' || fresh.kind !== 'compare') return fresh;
  const kind = metricOf(subject, metric);
  const unitFits = kind?.is === 'number' && unitsOf(kind.quantity).includes(before.unit);
  return { ...before, metric, unit: unitFits ? before.unit : fresh.unit, parameter: unitFits ? before.parameter : null };
}

/** What a rule about a subject begins with. */
export function newGroup(subject: SubjectKind): GroupDraft {
  return { kind: 'group', mode: 'all', of: [newComparison(subject, metricNames(subject)[0] ?? '')] };
}

/** `keyOf`: the key of the parameter of that name. */
export function groupDraft(condition: Condition, keyOf: (parameter: string) => string): GroupDraft {
  const node = nodeDraft(condition, keyOf);
  return node.kind === 'group' ? node : { kind: 'group', mode: 'all', of: [node] };
}

function nodeDraft(condition: Condition, keyOf: (parameter: string) => string): NodeDraft {
  switch (condition.kind) {
    case 'compare': {
      const { metric, aggregate = 'median', windowMs, op, value, unit } = condition;
      const parameter = typeof value === 'number' ? null : keyOf(value.parameter);
      return { kind: 'compare', metric, aggregate, window: windowMs === undefined ? usualWindow : durationDraft(windowMs), op, value: typeof value === 'number' ? value : '', parameter, unit };
    }
    case 'is':
      return { kind: 'is', metric: condition.metric, words: condition.words };
    case 'all':
    case 'any':
      return { kind: 'group', mode: condition.kind, of: condition.of.map(each => nodeDraft(each, keyOf)) };
    case 'not': {
      const inner = nodeDraft(condition.of, keyOf);
      if (inner.kind === 'group' && inner.mode === 'all') return { ...inner, mode: 'not-all' };
      if (inner.kind === 'group' && inner.mode === 'any') return { ...inner, mode: 'none' };
      return { kind: 'group', mode: 'none', of: [inner] };
    }
    default:
      return condition satisfies never;
  }
}

/** What still has to be filled in. */
export type Missing = 'number' | 'words' | 'window' | 'comparison' | 'duration' | 'parameter' | 'exception';
export type Named = (key: string) => { readonly name: string; readonly unit: string } | undefined;

/** The condition that the draft stands for; else what is missing first. */
export function conditionOf(subject: SubjectKind, draft: NodeDraft, parameterOf: Named): Condition | Missing {
  switch (draft.kind) {
    case 'compare':
      return compareOf(subject, draft, parameterOf);
    case 'is':
      return draft.words.length === 0 ? 'words' : { kind: 'is', metric: draft.metric, words: [...draft.words] };
    case 'group': {
      const of: Condition[] = [];
      for (const each of draft.of) {
        const condition = conditionOf(subject, each, parameterOf);
        if (typeof condition === 'string') return condition;
        of.push(condition);
      }
      const [first] = of;
      if (first === undefined) return 'comparison';
      const negated = draft.mode === 'not-all' || draft.mode === 'none';
      const list: Condition = of.length === 1 ? first : { kind: draft.mode === 'all' || draft.mode === 'not-all' ? 'all' : 'any', of };
      return negated ? { kind: 'not', of: list } : list;
    }
    default:
      return draft satisfies never;
  }
}

function compareOf(subject: SubjectKind, { metric, aggregate, window, op, value, parameter, unit }: CompareDraft, parameterOf: Named): Condition | Missing {
  const kind = metricOf(subject, metric);
  const over = kind?.is === 'number' ? kind.over : 'now';
  const windowMs = durationMs(window);
  if (over !== 'now' && windowMs === null) return 'window';
  const named = parameter === null ? null : parameterOf(parameter);
  if (named === undefined) return 'parameter';
  if (named === null && (typeof value !== 'number' || !Number.isFinite(value))) return 'number';
  return {
    kind: 'compare', metric,
    ...(over === 'aggregate' ? { aggregate } : {}),
    ...(over !== 'now' && windowMs !== null ? { windowMs } : {}),
    op,
    value: named === null ? Number(value) : { parameter: named.name },
    unit: named === null ? unit : named.unit,
  };
}

/** Every comparison of a draft, at whatever depth. */
export function comparisonsOf(draft: NodeDraft): readonly (CompareDraft | IsDraft)[] {
  return draft.kind === 'group' ? draft.of.flatMap(comparisonsOf) : [draft];
}

/** A draft of one subject cannot be about another: comparisons of metrics that both have are kept. */
export function forSubject(draft: GroupDraft, subject: SubjectKind): GroupDraft {
  const kept = draft.of.flatMap((each): NodeDraft[] => {
    if (each.kind === 'group') {
      const group = forSubject(each, subject);
      return group.of.length === 0 ? [] : [group];
    }
    const kind = metricOf(subject, each.metric);
    if (!kind || (kind.is === 'word') !== (each.kind === 'is')) return [];
    return each.kind === 'is' && kind.is === 'word' ? [{ ...each, words: each.words.filter(word => kind.words.includes(word)) }] : [each];
  });
  return { ...draft, of: kept };
}

export const isAggregate = (word: string | null): word is Aggregate => aggregates.some(each => each === word);
