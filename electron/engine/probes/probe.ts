/** What a probe is: it asks one host once and says what came back. An answer from the network is never an exception. */

/** Only the first four say anything about the host. Times: `sentAt` is UTC ms. */
export type PingOutcome =
  | { readonly kind: 'reply'; readonly sentAt: number; readonly rttUs: number }
  | { readonly kind: 'timeout'; readonly sentAt: number }
  /** A router, or this host for a neighbour that does not answer (EHOSTUNREACH), said that the address cannot be reached; `from` is who said so, null for this host. */
  | { readonly kind: 'unreachable'; readonly sentAt: number; readonly reason: string; readonly from: string | null }
  /** A router dropped it because it had made too many hops: a routing loop. `from` is that router. */
  | { readonly kind: 'hops-exceeded'; readonly sentAt: number; readonly from: string | null }
  /** This computer would not send it: no route to that network, no address of that family, its own firewall. The backend works. */
  | { readonly kind: 'not-sent'; readonly sentAt: number; readonly reason: string }
  /** The backend does not work: no permission, no buffer, a thread that died, a bug. */
  | { readonly kind: 'failed'; readonly sentAt: number; readonly reason: string };

export type PingBackend = 'icmp-dgram' | 'icmp-raw' | 'icmp-macos' | 'icmp-windows' | 'fping' | 'ping' | 'simulated';

/** How an echo request looks. */
export type EchoOptions = {
  /** Bytes after the ICMP header, at least 8: those carry what a reply is known by. */
  readonly payloadBytes: number;
  /** Differentiated services code point, 0 to 63 (RFC 2474). */
  readonly dscp: number;
  /** No router may cut it up, nor this computer. */
  readonly dontFragment: boolean;
};
/** As `ping` sends it. */
export const plainEcho: EchoOptions = { payloadBytes: 56, dscp: 0, dontFragment: false };

/** An answer that is no outcome. `duplicate`: a probe was answered again; `stray`: a probe to `address` was answered by `from` instead. */
export type Oddity = { readonly kind: 'duplicate' | 'stray'; readonly address: string; readonly from: string };

export interface Pinger {
  readonly backend: PingBackend | 'none';
  /** Each better backend that this host refused, and why. */
  readonly refused: readonly { readonly backend: PingBackend; readonly reason: string }[];
  /** Sends one echo request and settles within `timeoutMs` plus the backend's own slack (100 ms). Never rejects. */
  ping(address: string, timeoutMs: number, options?: EchoOptions): Promise<PingOutcome>;
  /** Calls back for each oddity from now on, where the backend can tell them; one listener at a time. */
  onOddity?(listener: (oddity: Oddity) => void): void;
  /** Frees sockets, threads and processes. Pings under way settle as `failed`. */
  close(): Promise<void>;
}

export type SnmpTarget = { readonly address: string; readonly port: number; readonly community: string; readonly timeoutMs: number };

export type SnmpSystem = { readonly sysName: string | null; readonly sysDescr: string | null; readonly sysObjectId: string | null; readonly sysUpTimeMs: number | null };

export type SnmpOutcome =
  | ({ readonly kind: 'answer' } & SnmpSystem)
  | { readonly kind: 'no-answer' }
  /** The host answered that nobody listens on the port. */
  | { readonly kind: 'refused' }
  | { readonly kind: 'bad-answer'; readonly reason: string }
  /** Our own trouble. */
  | { readonly kind: 'failed'; readonly reason: string };

export interface SnmpProber {
  /** Reads the system group (RFC 3418) by SNMP v2c. Settles within `timeoutMs` plus slack. Never rejects. */
  readSystem(target: SnmpTarget): Promise<SnmpOutcome>;
  close(): Promise<void>;
}
