/** What the engine says of a rule while it is being edited. */
import { useDebouncedValue } from '@mantine/hooks';
import type { RuleInput } from '../../../shared/model/rule.ts';
import type { AppError } from '../../../shared/rpc/contract.ts';
import { useQuery } from '../../client/hooks.ts';
import type { Missing } from './condition-draft.ts';

/** `asking`: nothing is said yet. */
export type RuleCheck =
  | { readonly kind: 'asking' }
  | { readonly kind: 'missing'; readonly what: Missing }
  | { readonly kind: 'wrong'; readonly error: AppError }
  | { readonly kind: 'never'; readonly subjects: number; readonly why: string }
  | { readonly kind: 'fine'; readonly subjects: number };

/** A pause in the typing. */
const pauseMs = 300;
/** The name is asked for when it is saved; without one the rest can be judged already. */
const nameless = '–';

export function useRuleCheck(rule: RuleInput | Missing): RuleCheck {
  const asked = typeof rule === 'string' ? null : { ...rule, name: rule.name || nameless };
  const text = JSON.stringify(asked);
  const [settled] = useDebouncedValue(text, pauseMs);
  // Its own JSON from above, a pause ago.
  const { value, error } = useQuery('rules.check', JSON.parse(settled) as RuleInput | null);
  if (typeof rule === 'string') return { kind: 'missing', what: rule };
  if (settled !== text) return { kind: 'asking' };
  if (error) return { kind: 'wrong', error };
  if (value === undefined) return { kind: 'asking' };
  return value.never === null ? { kind: 'fine', subjects: value.subjects } : { kind: 'never', subjects: value.subjects, why: value.never };
}
