/** The file by which a program of the same user finds the running console: `endpoint.json` in the data folder, mode 0600. */
import { chmodSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export type Endpoint = { readonly url: string; readonly token: string; readonly pid: number; readonly version: string };

/** Written whole or not at all. Returns a function that removes it, unless another console has written its own since. Throws the system's error. */
export function writeEndpoint(dataDir: string, endpoint: Endpoint): () => void {
  const file = join(dataDir, 'endpoint.json');
  const draft = `${file}.${endpoint.pid}`;
  const content = `${JSON.stringify(endpoint)}\n`;
  try {
    writeFileSync(draft, content, { mode: 0o600 });
    chmodSync(draft, 0o600);
    renameSync(draft, file);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
  return () => {
    if (textOf(file) === content) rmSync(file, { force: true });
  };
}

function textOf(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null; // Gone already, or not ours to read: nothing to remove.
  }
}
