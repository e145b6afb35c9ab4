/** A form's draft of something stored. */
import { useState } from 'react';

export type Draft<Value> = { readonly value: Value; change(part: Partial<Value>): void; discard(): void };

/**
 * Begins as `stored`, and again whenever that changes (compared as JSON), so that after a save, or a change made in
 * another window, the form shows what is in force.
 */
export function useDraft<Value extends object>(stored: Value): Draft<Value> {
  const key = JSON.stringify(stored);
  const [draft, setDraft] = useState({ key, value: stored });
  const value = draft.key === key ? draft.value : stored;
  return {
    value,
    change: part => setDraft({ key, value: { ...value, ...part } }),
    discard: () => setDraft({ key, value: stored }),
  };
}
