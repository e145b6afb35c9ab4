/** For tests and benchmarks: traffic that means ill, made at random from a seed, with what an observer of the requests could know. */
import { addressBytes, type Forger, ipPacket, replyTo, type SeenRequest, summed } from './forger.ts';
import type { Family } from './icmp-packet.ts';
import type { Pinger } from '../probe.ts';

type HostilePacket = { readonly family: Family; readonly destination: Uint8Array; readonly packet: Uint8Array };

const stations = { 4: addressBytes('127.0.0.1'), 6: addressBytes('::1') } as const;

export class HostileTraffic {
  #state: number;
  #seen: SeenRequest[] = [];

  constructor(seed: number) {
    this.#state = seed;
  }

  /** Requests that may be answered falsely. */
  observe(requests: readonly SeenRequest[]): void {
    this.#seen = [...this.#seen, ...requests].slice(-256);
  }

  next(): HostilePacket {
    const request = this.#seen[this.#below(this.#seen.length)];
    const tampered = request && this.#below(3) > 0 ? this.#tampered(request) : null;
    return tampered ?? this.#blind(this.#below(3) === 0 ? 6 : 4);
  }

  /** Built on a true request: each of these differs from a true answer in one thing. */
  #tampered({ source, destination, message }: SeenRequest): HostilePacket {
    const reply = replyTo(message);
    const forged = (from: Uint8Array, body: Uint8Array): HostilePacket => ({ family: 4, destination: source, packet: ipPacket(4, from, source, body) });
    const elsewhere = Uint8Array.of(127, 1 + this.#below(250), this.#below(256), 1 + this.#below(250));
    switch (this.#below(9)) {
      case 0: {
        const damaged = Uint8Array.from(reply);
        damaged[2] = (damaged[2] ?? 0) ^ (1 + this.#below(255));
        return forged(destination, damaged);
      }
      case 1:
        return forged(destination, reply.slice(0, this.#below(16)));
      case 2:
        return forged(destination, summed(reply.slice(0, this.#below(16))));
      case 3:
        return forged(elsewhere, reply);
      case 4: {
        const guessed = Uint8Array.from(reply);
        for (let at = 12; at < 16; at++) guessed[at] = this.#below(256);
        return forged(destination, summed(guessed));
      }
      case 5: {
        const enlarged = new Uint8Array(this.#below(20) === 0 ? 60_000 : 2_000);
        enlarged.set(reply);
        return forged(destination, summed(enlarged));
      }
      case 6: {
        const anotherType = Uint8Array.from(reply);
        anotherType[0] = 1 + this.#below(255);
        return forged(destination, summed(anotherType));
      }
      default:
        return forged(elsewhere, this.#falseComplaint(source, destination, message));
    }
  }

  /** An error that quotes the request with a wrong nonce, or so little that only a wrong checksum is left of it. */
  #falseComplaint(source: Uint8Array, destination: Uint8Array, message: Uint8Array): Uint8Array {
    const quoted = Uint8Array.from(message);
    for (const at of [2, 3, 12, 13, 14, 15]) quoted[at] = (quoted[at] ?? 0) ^ (1 + this.#below(254));
    const whole = ipPacket(4, source, destination, quoted);
    const length = this.#below(2) === 0 ? 28 : whole.length;
    return summed(Uint8Array.of([3, 11, 12, 5, 4][this.#below(5)] ?? 3, this.#below(16), 0, 0, 0, 0, 0, 0, ...whole.subarray(0, length)));
  }

  /** By somebody who sees nothing. */
  #blind(family: Family): HostilePacket {
    const destination = stations[family];
    const source = family === 4 ? Uint8Array.of(127, 0, 0, this.#below(256)) : destination;
    const message = this.#noise(this.#below(100) === 0 ? 1_400 : this.#below(100));
    if (message.length > 0 && this.#below(2) === 0) message[0] = family === 4 ? 0 : 129;
    const body = family === 4 && message.length >= 4 && this.#below(2) === 0 ? summed(message) : message;
    return { family, destination, packet: ipPacket(family, source, destination, body, this.#below(2) === 0) };
  }

  #noise(length: number): Uint8Array {
    return Uint8Array.from({ length }, () => this.#below(256));
  }

  /** A whole number under the limit (xorshift). */
  #below(limit: number): number {
    this.#state ^= this.#state << 13;
    this.#state ^= this.#state >>> 17;
    this.#state ^= this.#state << 5;
    return limit === 0 ? 0 : (this.#state >>> 0) % limit;
  }
}

export type Confusion = { readonly packets: number; readonly pings: number; readonly confused: readonly string[]; readonly oddities: number };

/**
 * Floods the pinger for so long while it pings hosts that answer (127.1.0.1 and on, ::1) and hosts that do not (127.0.0.97 and on, silenced beforehand).
 * `confused` names each ping whose outcome is not the true one. Closes both.
 */
export async function attack(pinger: Pinger, forger: Forger, forMs: number, seed: number): Promise<Confusion> {
  const hostile = new HostileTraffic(seed);
  const confused: string[] = [];
  let [packets, pings, oddities] = [0, 0, 0];
  pinger.onOddity?.(() => oddities++);
  const expect = async (address: string, expected: string): Promise<void> => {
    pings++;
    const { kind } = await pinger.ping(address, 1_000);
    if (kind !== expected) confused.push(`${address}: ${kind} instead of ${expected}`);
  };
  const under: Promise<void>[] = [];
  const endMs = performance.now() + forMs;
  for (let round = 0; performance.now() < endMs; round++) {
    under.push(expect(`127.1.0.${1 + (round % 250)}`, 'reply'), expect('::1', 'reply'), expect(`127.0.0.${97 + (round % 30)}`, 'timeout'));
    const roundEndsMs = performance.now() + 5;
    while (performance.now() < roundEndsMs) {
      hostile.observe(forger.requests());
      for (let i = 0; i < 50; i++) {
        const { family, destination, packet } = hostile.next();
        if (forger.send(family, destination, packet)) packets++;
      }
    }
    await new Promise(resolve => setImmediate(resolve));
  }
  await Promise.all(under);
  await pinger.close();
  forger.close();
  return { packets, pings, confused, oddities };
}
