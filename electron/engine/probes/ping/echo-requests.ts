/** The echo requests of a socket, one of each size, ready but for their tokens. */
import { echoHeaderBytes, type Family, writeEchoRequest } from './icmp-packet.ts';
import { NativeMemory } from './native-memory.ts';

/** A fleet has few sizes. */
const kept = 16;

export class EchoRequests {
  readonly #family: Family;
  readonly #ident: number;
  readonly #bySize = new Map<number, NativeMemory>();

  constructor(family: Family, ident: number) {
    this.#family = family;
    this.#ident = ident;
  }

  /** The request with so many bytes of payload, for `rewriteToken` to finish. */
  of(payloadBytes: number): NativeMemory {
    let request = this.#bySize.get(payloadBytes);
    if (request) return request;
    request = new NativeMemory(echoHeaderBytes + payloadBytes);
    writeEchoRequest(request.bytes, this.#family, this.#ident, { index: 0, nonce: 0 });
    if (this.#bySize.size >= kept) this.#bySize.clear();
    this.#bySize.set(payloadBytes, request);
    return request;
  }
}
