/** Where a console keeps its data unless told otherwise. */
import { homedir } from 'node:os';
import { join } from 'node:path';

/** WARD_DATA_DIR, else the per-user folder of the platform. Not created here. */
export function defaultDataDir(env: Readonly<Record<string, string | undefined>> = process.env, platform: string = process.platform): string {
  if (env['WARD_DATA_DIR']) return env['WARD_DATA_DIR'];
  const home = homedir();
  // Beside what Electron keeps in the same folder, not among it.
  if (platform === 'darwin') return join(home, 'Library', 'Application Support', 'Ward Console', 'data');
  if (platform === 'win32') return join(env['APPDATA'] ?? join(home, 'AppData', 'Roaming'), 'Ward Console', 'data');
  return join(env['XDG_DATA_HOME'] || join(home, '.local', 'share'), 'ward-console');
}
