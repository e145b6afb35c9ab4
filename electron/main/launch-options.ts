/** What the command line and the environment decide before anything starts. Pure. */
import { resolve } from 'node:path';

export type LaunchOptions =
  /** `dataDir` null: the user's default, which the engine knows. Otherwise an absolute path. */
  | { readonly kind: 'options'; readonly dataDir: string | null }
  | { readonly kind: 'wrong'; readonly message: string };

type Environment = Readonly<Record<string, string | undefined>>;

/** Reads `--data DIR` (or `--data=DIR`), else WARD_DATA_DIR. Everything else on the line belongs to Chromium and is left alone. */
export function launchOptions(argv: readonly string[], env: Environment, workingDir: string): LaunchOptions {
  const at = argv.findIndex(argument => argument === '--data' || argument.startsWith('--data='));
  const argument = argv[at];
  const given = argument === undefined ? env['WARD_DATA_DIR'] || null : argument === '--data' ? (argv[at + 1] ?? '') : argument.slice('--data='.length);
  if (given === null) return { kind: 'options', dataDir: null };
  if (given === '' || given.startsWith('-')) return { kind: 'wrong', message: '--data needs a folder: --data DIR.' };
  return { kind: 'options', dataDir: resolve(workingDir, given) };
}

/** The engine needs to find programs, its user's folders and its language; what else is in the environment (tokens, proxies, NODE_OPTIONS) stays here. */
const passedOn = new Set([
  'PATH', 'HOME', 'USER', 'LOGNAME', 'LANG', 'LANGUAGE', 'TZ', 'TMPDIR', 'TEMP', 'TMP', 'XDG_DATA_HOME',
  'SYSTEMROOT', 'WINDIR', 'COMSPEC', 'PATHEXT', 'USERPROFILE', 'APPDATA', 'LOCALAPPDATA', 'PROGRAMDATA',
]);

export function engineEnvironment(env: Environment): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) {
    // Windows spells these in several ways: Path, SystemRoot.
    const key = name.toUpperCase();
    if (value !== undefined && (passedOn.has(key) || key.startsWith('LC_') || key.startsWith('WARD_'))) kept[name] = value;
  }
  return kept;
}
