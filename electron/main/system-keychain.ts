/** The system's keychain through Electron's safeStorage. */
import { safeStorage } from 'electron';
import type { Keychain } from './vault.ts';

/** The asynchronous functions only: the others are deprecated in this version of Electron and gone in the next. Call after `ready`. */
export const systemKeychain: Keychain = {
  async available() {
    // Without a secret service Linux "encrypts" with a password that is in Chromium's source.
    if (process.platform === 'linux' && ['basic_text', 'unknown'].includes(safeStorage.getSelectedStorageBackend())) return false;
    return safeStorage.isAsyncEncryptionAvailable();
  },
  seal: text => safeStorage.encryptStringAsync(text),
  async open(sealed) {
    const { result, shouldReEncrypt } = await safeStorage.decryptStringAsync(sealed);
    return { text: result, reseal: shouldReEncrypt };
  },
};
