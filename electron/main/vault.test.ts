import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { openVault, type Keychain } from './vault.ts';

const folder = mkdtempSync(join(tmpdir(), 'ward-vault-'));
const file = join(folder, 'installation', 'vault.key.sealed');
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A keychain with a key of its own, as a system has. */
function keychain(settings: { available?: boolean; reseal?: boolean } = {}): Keychain {
  const key = randomBytes(32);
  return {
    available: async () => settings.available ?? true,
    seal: async text => {
      const nonce = randomBytes(12);
      const cipher = createCipheriv('aes-256-gcm', key, nonce);
      const box = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      return Buffer.concat([nonce, cipher.getAuthTag(), box]);
    },
    open: async sealed => {
      const cipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, 12));
      cipher.setAuthTag(sealed.subarray(12, 28));
      return { text: cipher.update(sealed.subarray(28), undefined, 'utf8') + cipher.final('utf8'), reseal: settings.reseal ?? false };
    },
  };
}

test('the first start makes a key of 32 bytes, and later starts open the same one', async () => {
  const system = keychain();
  const first = await openVault(file, system);
  expect(first.kind === 'key' && Buffer.from(first.dataKey ?? '', 'base64').length).toBe(32);
  expect(await openVault(file, system)).toEqual(first);
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

test('the file does not hold the key itself', async () => {
  const made = await openVault(file, keychain());
  expect(made.kind === 'key' && made.dataKey !== null && readFileSync(file).includes(Buffer.from(made.dataKey))).toBe(false);
});

test('without a keychain there is no key and no file', async () => {
  expect(await openVault(file, keychain({ available: false }))).toEqual({ kind: 'key', dataKey: null });
  expect(existsSync(file)).toBe(false);
});

test('a sealed key that does not open is refused and left as it is', async () => {
  await openVault(file, keychain());
  const before = readFileSync(file);
  for (const other of [keychain(), keychain({ available: false })]) expect((await openVault(file, other)).kind).toBe('refused');
  expect(readFileSync(file)).toEqual(before);
});

test('an emptied file is refused, not taken for a first start', async () => {
  const system = keychain();
  await openVault(file, system);
  writeFileSync(file, '');
  expect((await openVault(file, system)).kind).toBe('refused');
  expect(readFileSync(file).length).toBe(0);
});

test('a keychain with a newer key seals the same data key again', async () => {
  const system = keychain({ reseal: true });
  const made = await openVault(file, system);
  const before = readFileSync(file);
  expect(await openVault(file, system)).toEqual(made);
  expect(readFileSync(file)).not.toEqual(before);
});
