/** The file by which a program of the same user finds the running console: `endpoint.json` in the data folder, mode 0600. */
import { chmodSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export type Endpoint = { readonly url: string; readonly token: string; readonly pid: number; readonly version: string };

/** Written whole or not at all. Returns a function that removes it. */
export function writeEndpoint(dataDir: string, endpoint: Endpoint): () => void {
  const file = join(dataDir, 'endpoint.json');
  const draft = `${file}.${endpoint.pid}`;
  writeFileSync(draft, `${JSON.stringify(endpoint)}\n`, { mode: 0o600 });
  chmodSync(draft, 0o600);
  renameSync(draft, file);
  return () => rmSync(file, { force: true });
}
