import { z } from 'zod';
import { Ms, RuleId } from '../model/ids.ts';
import { Rehearsal, RuleInput, RuleRow } from '../model/rule.ts';
import { command, live, query } from '../rpc/contract.ts';

export const rules = {
  /** Every rule, built-in ones among them: how many things it looks at, how many of its alerts are open, and why it can never fire, if so. */
  'rules.live': live(z.object({}), RuleRow),
  /** Refused with one sentence where it makes no sense: an unknown metric, a unit that does not measure it, rules that leave each other out in a circle. */
  'rules.create': command(RuleInput, RuleRow),
  /** The whole rule. Its open alerts go on where the condition still holds, and end as `rule-changed` where it is about them no more. */
  'rules.update': command(z.object({ id: RuleId, rule: RuleInput }), RuleRow),
  /** A built-in rule is put back to what it shipped as; any other is removed. */
  'rules.remove': command(z.object({ id: RuleId }), z.object({})),
  /** Says what is wrong with it as `invalid-input`, else how many things it is about and whether it can ever fire. */
  'rules.check': query(RuleInput, z.object({ subjects: z.int(), never: z.string().nullable() })),
  /** Runs it over stored history, by the evaluator that judges what happens now, and tells nobody. At most 31 days, one at a time; `id`: the rule that it would take the place of. `limits` of the answer says what could not be rehearsed. */
  'rules.rehearse': query(z.object({ rule: RuleInput, id: RuleId.nullable().default(null), from: Ms, to: Ms }), Rehearsal),
};
