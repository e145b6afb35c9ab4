/** Through which every command passes: one at a time per domain, and each leaves a line in the audit log. */
import { AppError } from '../../shared/rpc/contract.ts';
import type { AuditEntry } from './store/operations.ts';

const longestInput = 2_000;

/** `record` must not reject. A command of a domain begins when the one before it has ended, well or not. */
export function commandGate(record: (entry: Omit<AuditEntry, 'at'>) => Promise<void>): (name: string, input: unknown, run: () => Promise<unknown>) => Promise<unknown> {
  const last = new Map<string, Promise<unknown>>();
  return (name, input, run) => {
    const domain = name.split('.')[0] ?? name;
    const mine = (last.get(domain) ?? Promise.resolve()).then(async () => {
      try {
        const value = await run();
        await record({ operation: name, input: withoutSecrets(input), outcome: 'done' });
        return value;
      } catch (error) {
        await record({ operation: name, input: withoutSecrets(input), outcome: error instanceof AppError ? error.code : 'internal' });
        throw error;
      }
    });
    last.set(domain, mine.catch(() => {})); // The caller has the failure; the next command only waits for the end.
    return mine;
  };
}

/** The input as JSON text, credentials and files left out, cut at 2,000 characters. */
function withoutSecrets(input: unknown): string {
  const text = JSON.stringify(input, (key, value: unknown) => {
    if (key === 'snmpCommunity' && value !== null) return '[secret]';
    if (key === 'contentBase64') return `[${String(value).length} characters]`;
    return value;
  });
  return (text ?? 'null').slice(0, longestInput);
}
