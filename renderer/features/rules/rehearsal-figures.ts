/** A rehearsal in figures and sentences. */
import type { Rehearsal, RuleInput } from '../../../shared/model/rule.ts';
import { durationWords } from '../../ui/duration-draft.ts';
import type { Words } from '../../ui/shown-state.ts';

type Step = Rehearsal['byFor'][number];

/** The place of the rule's own `for` among the steps; the next shorter one where it is not there. */
export function ownStep(byFor: readonly Pick<Step, 'forMs'>[], forMs: number): number {
  return Math.max(0, byFor.findLastIndex(each => each.forMs <= forMs));
}

/** "Would have fired 41 times at 9 branches; 3 h 20 min in all." `branches` null: not known for this step. `t` is of the "rules" texts. */
export function firedSentence(step: Step, subject: RuleInput['subject'], branches: number | null, t: Words): string {
  if (step.fired === 0) return t('rehearsal.never');
  const where = branches !== null && branches > 0 && subject !== 'branch' && subject !== 'console' ? t('rehearsal.atBranches', { count: branches }) : t(`rehearsal.on.${subject}`, { count: step.subjects });
  return t('rehearsal.fired', { count: step.fired, where, total: durationWords(step.totalMs).replaceAll(' ', '\u00a0') });
}

/** Whether the rule was changed since by anything but its `for`, which the steps have, and its name. */
export function isChangedSince(rehearsed: RuleInput, rule: RuleInput): boolean {
  const judged = ({ condition, recovery, holdMs, noData, noDataMs, scope, yieldsTo, parameters, overrides, subject }: RuleInput): string => JSON.stringify([condition, recovery, holdMs, noData, noDataMs, scope, yieldsTo, parameters, overrides, subject]);
  return judged(rehearsed) !== judged(rule);
}
