/** One JSON line an event, on standard error: standard output belongs to whoever asked for data. */

type Fields = Readonly<Record<string, string | number | boolean | null>>;
export type Log = (level: 'info' | 'warning' | 'error', event: string, fields?: Fields) => void;

export const stderrLog: Log = (level, event, fields = {}) => {
  process.stderr.write(`${JSON.stringify({ at: new Date().toISOString(), level, event, ...fields })}\n`);
};

/** Whatever was thrown, as text with its stack where it has one. */
export const describe = (error: unknown): string => (error instanceof Error ? (error.stack ?? error.message) : String(error));

/** Whatever was thrown, as the words for a sentence. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
