/** `npm run -s ward -- selftest`: tries every way of pinging on this computer, whether a console is running or not, and prints a line for each. */
import { type BackendTest, selfTest } from '../electron/engine/probes/ping/self-test.ts';

/** The table, and the exit code: 0 when one works. */
export async function runSelfTest(): Promise<{ readonly text: string; readonly exitCode: 0 | 1 }> {
  const tests = await selfTest();
  return { text: selfTestTable(tests), exitCode: tests.some(({ works }) => works) ? 0 : 1 };
}

/** One line for each, aligned. The first that works is the one that a console of this user uses. */
export function selfTestTable(tests: readonly BackendTest[]): string {
  const used = tests.find(({ works }) => works)?.backend;
  const rows = tests.map(({ backend, works, rttUs, reason }) => [
    backend, works ? 'works' : 'does not', rttUs === null ? '' : `${rttUs} µs`, works ? (backend === used ? 'in use' : 'works, but a better one does, too') : (reason ?? ''),
  ] as const);
  const header = ['backend', 'result', 'round trip', 'used, or why not'] as const;
  const all = [header, ...rows];
  const width = (column: 0 | 1 | 2): number => Math.max(...all.map(row => row[column].length));
  const line = ([backend, result, rtt, note]: readonly [string, string, string, string]): string => `${backend.padEnd(width(0))}  ${result.padEnd(width(1))}  ${rtt.padStart(width(2))}  ${note}`.trimEnd();
  return `${all.map(line).join('\n')}\n`;
}
