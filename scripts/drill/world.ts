/** The world of the drill: what answers, how fast, and what agents say. Faults are put on and taken off by the day's script; the engine sees nothing but their effects. */
import { randomFrom } from '../../bench/support/random.ts';
import { Settling } from '../../bench/support/settling.ts';
import type { Clock } from '../../electron/engine/clock.ts';
import type { NetworkView } from '../../electron/engine/probes/own-network.ts';
import type { Pinger, PingOutcome, SnmpOutcome, SnmpProber } from '../../electron/engine/probes/probe.ts';
import type { InterfaceReader, InterfaceReading, InterfacesOutcome } from '../../electron/engine/probes/snmp/if-table.ts';
import type { SnmpValueReader } from '../../electron/engine/probes/snmp/snmp-value.ts';
import { noVitals, type VitalsReader } from '../../electron/engine/probes/snmp/vitals.ts';
import type { DrillDevice } from './estate.ts';

type Snmp = SnmpProber & SnmpValueReader & InterfaceReader & VitalsReader;

const gateway = '198.51.100.1';
const connected: NetworkView = {
  interfaces: [{ name: 'eth0', addresses: [{ family: 4, address: Uint8Array.of(198, 51, 100, 2), bits: 24 }] }],
  routes: [{ family: 4, prefix: Uint8Array.of(0, 0, 0, 0), bits: 0, interface: 'eth0', gateway, metric: 0 }],
};
const unplugged: NetworkView = { interfaces: [], routes: [] };
const usualRttMs = 20;
const ethernet = 6;
const vlan = 53;

export const providers = ['Magti', 'Silknet'] as const;
export type Provider = (typeof providers)[number];

export class World implements Pinger {
  readonly backend = 'simulated';
  readonly refused = [];
  readonly #clock: Clock;
  readonly #loss: number;
  readonly #random = randomFrom(20_262);
  readonly #byAddress: ReadonlyMap<string, DrillDevice>;
  readonly #settling: Settling;
  /** Addresses that answer nothing; those whose agent alone does not; interfaces that are down, as "address name". */
  readonly dark = new Set<string>();
  readonly mute = new Set<string>();
  readonly portsDown = new Set<string>();
  readonly rttMs = new Map<string, number>();
  readonly lossOf = new Map<string, number>();
  isPluggedIn = true;
  isGatewayUp = true;

  /** `loss`: the share of packets that every line loses. */
  constructor(clock: Clock, devices: readonly DrillDevice[], loss: number) {
    this.#clock = clock;
    this.#settling = new Settling(clock);
    this.#loss = loss;
    this.#byAddress = new Map(devices.map(device => [device.address, device]));
    for (const { address, dead } of devices) if (dead) this.dark.add(address);
  }

  readonly network = { look: (): NetworkView => (this.isPluggedIn ? connected : unplugged) };

  readonly snmp: Snmp = {
    readSystem: ({ address }): Promise<SnmpOutcome> => Promise.resolve(this.#speaks(address) ? { kind: 'answer', sysName: this.#byAddress.get(address)?.name ?? null, sysDescr: 'An agent of the drill', sysObjectId: '1.3.6.1.4.1.9.1.1', sysUpTimeMs: this.#upTimeMs() } : { kind: 'no-answer' }),
    readInterfaces: ({ address }): Promise<InterfacesOutcome> => Promise.resolve(this.#speaks(address) ? { kind: 'interfaces', interfaces: this.#portsOf(address), upTimeMs: this.#upTimeMs(), whole: true } : { kind: 'no-answer' }),
    readVitals: ({ address }) => Promise.resolve(this.#speaks(address) ? { kind: 'vitals', vitals: { ...noVitals, cpu: 20, memory: 40 }, sources: [] } : { kind: 'no-answer' }),
    readValue: () => Promise.resolve({ kind: 'value', value: 7 }),
    close: () => Promise.resolve(),
  };

  ping(address: string, timeoutMs: number): Promise<PingOutcome> {
    const sentAt = this.#clock.now();
    if (!this.isPluggedIn) return Promise.resolve({ kind: 'not-sent', sentAt, reason: 'This computer has no route to that network.' });
    const isLost = !this.isGatewayUp || (address !== gateway && (this.dark.has(address) || this.#random() < (this.lossOf.get(address) ?? this.#loss)));
    const rttMs = Math.round((this.rttMs.get(address) ?? usualRttMs) * (0.9 + this.#random() / 5));
    // Answers are heard in steps, so that many come in one turn of the loop.
    const answerMs = Math.ceil(rttMs / usualRttMs) * usualRttMs;
    const outcome: PingOutcome = isLost ? { kind: 'timeout', sentAt } : { kind: 'reply', sentAt, rttUs: rttMs * 1_000 };
    return new Promise(resolve => this.#settling.after(isLost ? timeoutMs : answerMs, () => resolve(outcome)));
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  #speaks(address: string): boolean {
    return this.isPluggedIn && this.isGatewayUp && !this.dark.has(address) && !this.mute.has(address) && (this.#byAddress.get(address)?.snmp ?? false);
  }

  #upTimeMs(): number {
    return 1e9 + this.#clock.uptimeMs();
  }

  /** Of a router two links, and the VLANs upon them that carry their aliases; of a switch eight ports. */
  #portsOf(address: string): InterfaceReading[] {
    if (this.#byAddress.get(address)?.type === 'switch') return Array.from({ length: 8 }, (_, i) => this.#port(address, i + 1, `Gi0/${i + 1}`, null, ethernet));
    return providers.flatMap((provider, i) => [this.#port(address, 4 + i, `Fa${3 + i}`, `${provider}_Internet`, ethernet), this.#port(address, 14 + i, `Vlan${14 + i}`, `${provider}_Internet`, vlan)]);
  }

  #port(address: string, ifIndex: number, name: string, alias: string | null, type: number): InterfaceReading {
    const octets = { value: BigInt(Math.floor(this.#clock.uptimeMs())) * 100n, bits: 64 } as const;
    const none = { value: 0n, bits: 64 } as const;
    const operStatus = this.portsDown.has(`${address} ${name}`) ? 'down' : 'up';
    return { ifIndex, name, alias, type, adminUp: true, operStatus, speedBps: 100_000_000, discontinuity: null, afterMs: 0, counters: { inOctets: octets, outOctets: octets, inErrors: none, outErrors: none, inDiscards: none, outDiscards: none } };
  }
}

/** The interface of a router that leads to a provider. */
export const linkName = (provider: Provider): string => `Fa${3 + providers.indexOf(provider)}`;
