/** Seals credentials with AES-256-GCM (NIST SP 800-38D) under the console's one data key, bound to the device they belong to. */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf } from './log.ts';

export type Sealed = { readonly nonce: Uint8Array; readonly box: Uint8Array };

const keyBytes = 32;
const tagBytes = 16;

export class Vault {
  /** Where the data key is kept: handed over from the system's keychain, or in a file that only this user may read. */
  readonly kind: 'keychain' | 'file';
  readonly #key: Buffer;
  /** The key file of before there was a keychain: what it sealed must stay readable. */
  readonly #olderKey: Buffer | null;

  constructor(kind: 'keychain' | 'file', key: Buffer, olderKey: Buffer | null = null) {
    if (key.length !== keyBytes) throw new Error(`the data key must have ${keyBytes} bytes, not ${key.length}`);
    this.kind = kind;
    this.#key = key;
    this.#olderKey = olderKey;
  }

  seal(text: string, owner: string): Sealed {
    const nonce = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', this.#key, nonce).setAAD(Buffer.from(owner));
    return { nonce, box: Buffer.concat([cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]) };
  }

  /** Null when the box was sealed under another key or for another owner, or was changed. */
  open(sealed: Sealed, owner: string): string | null {
    return opened(sealed, owner, this.#key) ?? (this.#olderKey && opened(sealed, owner, this.#olderKey));
  }
}

function opened({ nonce, box }: Sealed, owner: string, key: Buffer): string | null {
  const bytes = Buffer.from(box);
  if (bytes.length < tagBytes) return null;
  const decipher = createDecipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(owner)).setAuthTag(bytes.subarray(bytes.length - tagBytes));
  const text = decipher.update(bytes.subarray(0, bytes.length - tagBytes));
  try {
    return Buffer.concat([text, decipher.final()]).toString('utf8');
  } catch {
    // Node offers no other way to ask whether the tag fits.
    return null;
  }
}

/** `dataKey` (base64) comes from the keychain; without one a key file beside the database is used, made at first. Throws a sentence for a key file that is not one. */
export function openVault(dataKey: string | null, dataDir: string): Vault {
  const file = join(dataDir, 'vault.key');
  if (dataKey !== null) return new Vault('keychain', Buffer.from(dataKey, 'base64'), existsSync(file) ? keyIn(file) : null);
  if (!existsSync(file)) makeKeyFile(file);
  return new Vault('file', keyIn(file));
}

/** Whole or not at all: a disk that fills up must not leave half a key. */
function makeKeyFile(file: string): void {
  const draft = `${file}.new`;
  try {
    writeFileSync(draft, `${randomBytes(keyBytes).toString('base64')}\n`, { mode: 0o600 });
    renameSync(draft, file);
  } catch (error) {
    rmSync(draft, { force: true });
    throw new Error(`The key file "${file}" cannot be made (${messageOf(error)}); free some space or make the folder writable.`);
  }
}

function keyIn(file: string): Buffer {
  const key = Buffer.from(textOf(file), 'base64');
  if (key.length !== keyBytes) throw new Error(`"${file}" is not a key file of this console; put the right one back (without it stored SNMP communities cannot be read), or delete it and enter them again.`);
  return key;
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    throw new Error(`The key file "${file}" cannot be read (${messageOf(error)}); make it readable for this user.`);
  }
}
