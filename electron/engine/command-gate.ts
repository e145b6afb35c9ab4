/** Through which every command passes: one at a time per domain, and each leaves a line in the audit log. */
import { AppError } from '../../shared/rpc/contract.ts';
import type { AuditEntry } from './store/operations.ts';

const longestInput = 2_000;
/** They change nothing and wait for others: neither does anybody wait for them. */
const aside: ReadonlySet<string> = new Set(['targets.test']);

export type CommandGate = {
  (name: string, input: unknown, run: () => Promise<unknown>): Promise<unknown>;
  /** Refuses commands from now on, with this sentence, but for those of the domains named; settles when the others that were under way have ended. */
  hold(exceptDomains: readonly string[], sentence: string): Promise<void>;
  release(): void;
};

/** `record` must not reject. A command of a domain begins when the one before it has ended, well or not; those that only try something out stand aside. */
export function commandGate(record: (entry: Omit<AuditEntry, 'at'>) => Promise<void>): CommandGate {
  const last = new Map<string, Promise<unknown>>();
  let held: { readonly exceptDomains: readonly string[]; readonly sentence: string } | null = null;
  const pass = (name: string, input: unknown, run: () => Promise<unknown>): Promise<unknown> => {
    const domain = name.split('.')[0] ?? name;
    const stands = aside.has(name);
    const mine = (stands ? Promise.resolve() : (last.get(domain) ?? Promise.resolve())).then(async () => {
      if (held && !held.exceptDomains.includes(domain)) throw new AppError('unavailable', held.sentence);
      try {
        const value = await run();
        await record({ operation: name, input: withoutSecrets(input), outcome: 'done' });
        return value;
      } catch (error) {
        await record({ operation: name, input: withoutSecrets(input), outcome: error instanceof AppError ? error.code : 'internal' });
        throw error;
      }
    });
    if (!stands) last.set(domain, mine.catch(() => {})); // The caller has the failure; the next command only waits for the end.
    return mine;
  };
  return Object.assign(pass, {
    async hold(exceptDomains: readonly string[], sentence: string): Promise<void> {
      held = { exceptDomains, sentence };
      await Promise.all([...last].filter(([domain]) => !exceptDomains.includes(domain)).map(([, ended]) => ended));
    },
    release: () => void (held = null),
  });
}

const secrets: ReadonlySet<string> = new Set(['snmpCommunity', 'secret']);

/** The input as JSON text, credentials and files left out, cut at 2,000 characters. */
function withoutSecrets(input: unknown): string {
  const text = JSON.stringify(input, (key, value: unknown) => {
    if (secrets.has(key) && value !== null && value !== undefined) return '[secret]';
    if (key === 'contentBase64') return `[${String(value).length} characters]`;
    return value;
  });
  return (text ?? 'null').slice(0, longestInput);
}
