/** The flags of `npm run seed`, parsed and validated once. */
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { defaultDataDir } from '../../electron/engine/data-dir.ts';
import { messageOf } from '../../electron/engine/log.ts';

export type SeedOptions = {
  readonly dataDir: string;
  readonly devices: number;
  readonly days: number;
  /** Between two samples of a device, each of two pings. */
  readonly intervalMs: number;
  readonly seed: number;
  /** When the history ends, UTC ms. */
  readonly until: number;
};

/** The command line makes no sense; the message is for the user. */
export class UsageError extends Error {}

export const usage = `Usage: npm run seed -- [options]
  --devices N     how many devices, 1 to 10000 (default 1000)
  --days N        how many days of history, 1 to 1000 (default 365)
  --interval S    seconds between two samples of a device, 1 to 300 (default 10)
  --data DIR      folder to fill, in which there must be no database yet (default: the user's own)
  --seed N        another number, another history (default 1)
  --until TIME    when the history ends, such as 2026-01-31T12:00:00Z (default: now)
`;

export function parseSeedOptions(args: readonly string[], env: Readonly<Record<string, string | undefined>>, now: number): SeedOptions | 'help' {
  const values = parsed(args);
  if (values.help) return 'help';
  if (values.data === '') throw new UsageError('--data needs a folder: --data DIR.');
  const until = values.until === undefined ? now : Date.parse(values.until);
  if (!(until > Date.UTC(2000) && until < Date.UTC(2080))) throw new UsageError(`--until "${values.until ?? ''}" is not a time; write it like 2026-01-31T12:00:00Z.`);
  return {
    dataDir: resolve(values.data ?? defaultDataDir(env)), until,
    devices: whole('devices', values.devices ?? '1000', 1, 10_000), days: whole('days', values.days ?? '365', 1, 1_000),
    intervalMs: whole('interval', values.interval ?? '10', 1, 300) * 1_000, seed: whole('seed', values.seed ?? '1', 0, 1_000_000_000),
  };
}

function whole(name: string, text: string, min: number, max: number): number {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= min && value <= max)) throw new UsageError(`--${name} "${text}" must be a whole number from ${min} to ${max}.`);
  return value;
}

function parsed(args: readonly string[]): Readonly<Partial<Record<'devices' | 'days' | 'interval' | 'data' | 'seed' | 'until', string>>> & { readonly help?: boolean } {
  const text = { type: 'string' } as const;
  try {
    return parseArgs({ args: [...args], strict: true, allowPositionals: false, options: { devices: text, days: text, interval: text, data: text, seed: text, until: text, help: { type: 'boolean' } } }).values;
  } catch (error) {
    throw new UsageError(`${messageOf(error)}\n${usage.trimEnd()}`);
  }
}
