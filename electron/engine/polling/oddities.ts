/** Counts answers that are no outcomes, by the address that was asked. */
import type { Pinger } from '../probes/probe.ts';

/** Second answers to one probe, and answers from another address than was asked, with the last such address. */
export type OddityCounts = { readonly duplicates: number; readonly strays: number; readonly strayFrom: string | null };

const none: OddityCounts = { duplicates: 0, strays: 0, strayFrom: null };
const mostAddresses = 50_000;

export class Oddities {
  readonly #byAddress = new Map<string, OddityCounts>();

  constructor(pinger: Pinger) {
    pinger.onOddity?.(({ kind, address, from }) => {
      if (this.#byAddress.size >= mostAddresses && !this.#byAddress.has(address)) return;
      const { duplicates, strays, strayFrom } = this.of(address);
      this.#byAddress.set(address, kind === 'duplicate' ? { duplicates: duplicates + 1, strays, strayFrom } : { duplicates, strays: strays + 1, strayFrom: from });
    });
  }

  of(address: string | null): OddityCounts {
    return (address !== null && this.#byAddress.get(address)) || none;
  }
}
