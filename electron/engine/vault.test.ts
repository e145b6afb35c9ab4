import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { openVault } from './vault.ts';

const folder = mkdtempSync(join(tmpdir(), 'ward-vault-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('what was sealed opens for its owner, under the same key, after a restart', () => {
  const sealed = openVault(null, folder).seal('community', 'device-1');
  expect(openVault(null, folder).open(sealed, 'device-1')).toBe('community');
  expect((statSync(join(folder, 'vault.key')).mode & 0o777).toString(8)).toBe('600');
});

test('it opens for no other owner, under no other key, and not when a bit was changed', () => {
  const vault = openVault(randomBytes(32).toString('base64'), folder);
  const sealed = vault.seal('community', 'device-1');
  const changed = { ...sealed, box: sealed.box.map((byte, i) => (i === 0 ? byte ^ 1 : byte)) };
  const other = openVault(randomBytes(32).toString('base64'), folder);
  expect([vault.open(sealed, 'device-2'), other.open(sealed, 'device-1'), vault.open(changed, 'device-1'), vault.open({ ...sealed, box: new Uint8Array(3) }, 'device-1')]).toEqual([null, null, null, null]);
});

test('what a key file sealed still opens when a keychain has taken over', () => {
  const sealed = openVault(null, folder).seal('community', 'device-1');
  const keychain = openVault(randomBytes(32).toString('base64'), folder);
  expect([keychain.kind, keychain.open(sealed, 'device-1')]).toEqual(['keychain', 'community']);
});

test('the same text is sealed differently each time', () => {
  const vault = openVault(null, folder);
  expect(vault.seal('community', 'a').box).not.toEqual(vault.seal('community', 'a').box);
});
