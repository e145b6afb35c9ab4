/** The one data key of this installation, sealed by the system's keychain and kept in a file. */
import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

/** The system's keychain, as far as one key needs it. `seal` and `open` reject when the keychain is locked or the bytes are not its own. */
export type Keychain = {
  available(): Promise<boolean>;
  seal(text: string): Promise<Buffer>;
  /** `reseal`: the keychain has a newer key of its own; the text should be sealed again. */
  open(sealed: Buffer): Promise<{ readonly text: string; readonly reseal: boolean }>;
};

export type VaultResult =
  /** 32 bytes as base64; null where the system has no keychain worth the name: the engine then keeps a key file of its own. */
  | { readonly kind: 'key'; readonly dataKey: string | null }
  /** The key exists and cannot be opened. Making another would lose every stored password, so nothing was changed. */
  | { readonly kind: 'refused'; readonly message: string };

/** Opens the sealed key in `file`; makes and seals one on the first start. Rejects only with the file system's error. */
export async function openVault(file: string, keychain: Keychain): Promise<VaultResult> {
  const sealed = readIfThere(file);
  if (!sealed) return (await keychain.available()) ? make(file, keychain) : { kind: 'key', dataKey: null };
  try {
    const { text, reseal } = await keychain.open(sealed);
    if (Buffer.from(text, 'base64').length !== 32) return refused(file, 'it does not hold a key');
    if (reseal) replace(file, await keychain.seal(text));
    return { kind: 'key', dataKey: text };
  } catch (error) {
    return refused(file, error instanceof Error ? error.message : String(error));
  }
}

async function make(file: string, keychain: Keychain): Promise<VaultResult> {
  const dataKey = randomBytes(32).toString('base64');
  const sealed = await keychain.seal(dataKey);
  // A keychain that cannot give back what it took must not be trusted with the only copy.
  const { text } = await keychain.open(sealed);
  if (text !== dataKey) return { kind: 'key', dataKey: null };
  replace(file, sealed);
  return { kind: 'key', dataKey };
}

function refused(file: string, why: string): VaultResult {
  return { kind: 'refused', message: `The key that protects stored passwords could not be opened (${why}). Unlock the system's keychain and start the engine again; ${file} was left as it is.` };
}

/** On disk before it counts: a power cut leaves the old file or the new one. */
function replace(file: string, bytes: Buffer): void {
  mkdirSync(dirname(file), { recursive: true });
  const handle = openSync(`${file}.new`, 'w', 0o600);
  try {
    writeSync(handle, bytes);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  renameSync(`${file}.new`, file);
}

function readIfThere(file: string): Buffer | null {
  try {
    return readFileSync(file);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}
