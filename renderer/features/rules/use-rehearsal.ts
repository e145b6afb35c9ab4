/** A rehearsal that is asked for by hand and can be called off. */
import { useEffect, useRef, useState } from 'react';
import type { RuleId } from '../../../shared/model/ids.ts';
import type { Rehearsal, RuleInput } from '../../../shared/model/rule.ts';
import { AppError } from '../../../shared/rpc/contract.ts';
import { useClient } from '../../client/hooks.ts';

/** `rule`: what was rehearsed, to tell whether it was changed since. */
export type RehearsalState =
  | { readonly kind: 'none' }
  | { readonly kind: 'running'; readonly since: number }
  | { readonly kind: 'done'; readonly rule: RuleInput; readonly rehearsal: Rehearsal }
  | { readonly kind: 'failed'; readonly error: AppError };

type Asked = { readonly rule: RuleInput; readonly id: RuleId | null; readonly spanMs: number };

export function useRehearsal(): { readonly state: RehearsalState; start(asked: Asked): void; cancel(): void } {
  const client = useClient();
  const [state, setState] = useState<RehearsalState>({ kind: 'none' });
  const abort = useRef<AbortController | null>(null);
  useEffect(() => () => abort.current?.abort(), []);

  return {
    state,
    start({ rule, id, spanMs }) {
      abort.current?.abort();
      const own = new AbortController();
      abort.current = own;
      const to = Date.now();
      setState({ kind: 'running', since: to });
      client.ask('rules.rehearse', { rule, id, from: to - spanMs, to }, own.signal).then(
        rehearsal => own.signal.aborted || setState({ kind: 'done', rule, rehearsal }),
        (reason: unknown) => own.signal.aborted || setState({ kind: 'failed', error: reason instanceof AppError ? reason : new AppError('internal', String(reason)) }),
      );
    },
    cancel() {
      abort.current?.abort();
      setState({ kind: 'none' });
    },
  };
}
