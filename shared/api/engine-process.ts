/** What Electron main and the engine process say to each other besides the contract. */

export type ToEngine =
  /** First message. `dataDir` null: the user's default, the same as without a window. `dataKey` (base64, 32 bytes) is null where the system offers no keychain: the engine then keeps a key file of its own. */
  | { readonly kind: 'start'; readonly dataDir: string | null; readonly version: string; readonly dataKey: string | null }
  /** Comes with one port: a window's end of the contract. */
  | { readonly kind: 'serve' }
  | { readonly kind: 'stop' };

export type FromEngine =
  | { readonly kind: 'ready' }
  /** It cannot run, and starting it again will not help; `message` is for the user. */
  | { readonly kind: 'refused'; readonly message: string };
