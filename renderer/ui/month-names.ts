/** The short names of the months: from our own texts, because browsers come without Georgian ones. */
import type { Words } from './shown-state.ts';

/** `t` of any namespace. */
export function monthNames(t: Words): readonly string[] {
  return Array.from({ length: 12 }, (_, month) => t(`common:months.${month + 1}`));
}
