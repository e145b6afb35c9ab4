/** The flags of the headless console, parsed and validated once. */
import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { isIP } from 'node:net';
import { parseArgs } from 'node:util';
import { defaultDataDir } from './data-dir.ts';
import { StartRefused } from './engine.ts';
import { messageOf } from './log.ts';

export type HeadlessOptions = { readonly dataDir: string; readonly host: string; readonly port: number; readonly tokenFile: string | null; readonly readOnly: boolean };

/** The command line makes no sense; the message is one sentence. */
export class UsageError extends Error {}

export const usage = `Usage: npm run serve -- [options]
  --data DIR               folder of this console's database (default: the user's own)
  --listen 127.0.0.1:PORT  where to serve (default 127.0.0.1:7077; port 0 picks a free one)
  --token-file FILE        file with the access token; made, mode 0600, when it is not there (default: a new token each time)
  --read-only              answers questions, refuses every change
`;

const defaultListen = '127.0.0.1:7077';

export function parseHeadlessOptions(args: readonly string[], env: Readonly<Record<string, string | undefined>>): HeadlessOptions | 'help' {
  const values = parsed(args);
  if (values.help) return 'help';
  if (values.data === '') throw new UsageError('--data needs a folder: --data DIR.');
  const { host, port } = parseListen(values.listen ?? defaultListen);
  return { dataDir: resolve(values.data ?? defaultDataDir(env)), host, port, tokenFile: values['token-file'] ?? null, readOnly: values['read-only'] ?? false };
}

/** `HOST:PORT`, `[v6]:PORT` or `PORT`. Only an address can be listened on, so a name is refused. */
function parseListen(text: string): { readonly host: string; readonly port: number } {
  const match = /^(?:(?:\[([^\]]+)\]|([^:]+)):)?(\d{1,5})$/.exec(text);
  const host = match?.[1] ?? match?.[2] ?? '127.0.0.1';
  const port = Number(match?.[3]);
  if (!match || port > 65_535 || isIP(host) === 0) throw new UsageError(`--listen "${text}" is not an address and port; write it like 127.0.0.1:7077.`);
  if (/^[0:.]+$/.test(host)) throw new UsageError(`--listen "${text}" would answer to every network; name the one address to listen on, for example 127.0.0.1:${port}.`);
  return { host, port };
}

/** 32 random bytes, or what the file holds. Throws StartRefused for a file that cannot be used. */
export function tokenFrom(file: string | null): string {
  const fresh = (): string => randomBytes(32).toString('base64url');
  if (file === null) return fresh();
  try {
    if (!existsSync(file)) writeFileSync(file, `${fresh()}\n`, { mode: 0o600, flag: 'wx' });
    const token = readFileSync(file, 'utf8').trim();
    if (!/^[\w.~-]{16,200}$/.test(token)) throw new StartRefused(`"${file}" does not hold a token: one line of 16 to 200 letters, digits, "-", "_", "." or "~".`);
    chmodSync(file, 0o600);
    return token;
  } catch (error) {
    if (error instanceof StartRefused) throw error;
    throw new StartRefused(`The token file "${file}" cannot be used (${messageOf(error)}); choose another with --token-file.`);
  }
}

function parsed(args: readonly string[]): { data?: string; listen?: string; 'token-file'?: string; 'read-only'?: boolean; help?: boolean } {
  try {
    const { values } = parseArgs({
      args: [...args], strict: true, allowPositionals: false,
      options: { data: { type: 'string' }, listen: { type: 'string' }, 'token-file': { type: 'string' }, 'read-only': { type: 'boolean' }, help: { type: 'boolean' } },
    });
    return values;
  } catch (error) {
    throw new UsageError(`${messageOf(error)}\n${usage.trimEnd()}`);
  }
}
