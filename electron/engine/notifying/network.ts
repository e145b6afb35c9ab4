/** What every sender needs of the network, and the limits it keeps to. */
import type { LookupFunction } from 'node:net';
import type { SecureContext } from 'node:tls';

/** `connectMs`: until a mail server is connected, greets, and has upgraded to TLS, each. `mailMs`, `httpMs`: for all of an attempt. */
export type Timeouts = { readonly connectMs: number; readonly mailMs: number; readonly httpMs: number };

export type Network = {
  /** UTC ms. */
  readonly now: () => number;
  readonly timeouts: Timeouts;
  readonly lookup: LookupFunction;
  /** Whom a certificate must lead to. Made when first wanted: it holds some hundreds of certificates. */
  readonly trust: () => SecureContext;
};
