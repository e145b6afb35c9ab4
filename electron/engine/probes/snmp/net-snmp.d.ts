/** The part of npm net-snmp that snmp.ts uses; the package brings no types. Shapes after its README and lib. */
declare module 'net-snmp' {
  /** What a session asks of its socket: the part of `dgram.Socket` that the library calls. */
  export interface SessionSocket {
    on(event: 'message', listener: (message: Buffer) => void): unknown;
    on(event: 'close', listener: () => void): unknown;
    on(event: 'error', listener: (error: Error) => void): unknown;
    send(message: Buffer, offset: number, length: number, port: number, address: string, sent: (error: Error | null, bytes: number) => void): void;
    close(): void;
    ref(): unknown;
    unref(): unknown;
  }

  export interface SessionOptions {
    readonly version: number;
    readonly port: number;
    /** Milliseconds an attempt may take; there are `retries` + 1. */
    readonly timeout: number;
    readonly retries: number;
    readonly reportOidMismatchErrors: boolean;
    /** Whether an answer to GetNext or GetBulk may go backwards. */
    readonly backwardsGetNexts?: boolean;
    readonly dgramModule: { createSocket(transport: string): SessionSocket };
  }

  /** The value's type follows `type`: a Buffer for an octet string, an opaque value and a 64-bit counter, dotted strings for OIDs and IP addresses, numbers for the other counters. */
  export interface Varbind {
    readonly oid: string;
    readonly type: number;
    readonly value: unknown;
  }

  export interface Session {
    get(oids: readonly string[], answered: (error: Error | null, varbinds?: readonly Varbind[]) => void): unknown;
    /** Answers with one varbind for each of the first `nonRepeaters`, and a list for each of the others. */
    getBulk(oids: readonly string[], nonRepeaters: number, maxRepetitions: number, answered: (error: Error | null, varbinds?: readonly (Varbind | readonly Varbind[])[]) => void): unknown;
    /** A message that cannot be decoded. Without a listener it ends the process. */
    on(event: 'error', listener: (error: Error) => void): unknown;
    close(): unknown;
  }

  const snmp: {
    createSession(target: string, community: string, options: SessionOptions): Session;
    readonly Version2c: number;
    readonly ObjectType: { readonly [K in 'Integer' | 'OctetString' | 'OID' | 'IpAddress' | 'Counter' | 'Gauge' | 'TimeTicks' | 'Opaque' | 'Counter64' | 'NoSuchObject' | 'NoSuchInstance' | 'EndOfMibView']: number };
    readonly RequestTimedOutError: new (message: string) => Error & { readonly name: 'RequestTimedOutError' };
    readonly RequestFailedError: new (message: string, status: number) => Error & { readonly name: 'RequestFailedError'; readonly status: number };
    readonly ErrorStatus: { readonly TooBig: number };
    readonly ResponseInvalidError: new (message: string, code: number) => Error & { readonly name: 'ResponseInvalidError' };
  };
  export default snmp;
}
