/** What can be made to happen in a drill: to the bank's devices, to this computer, and by the people at the desk. */
import type { Api } from '../../shared/api/index.ts';
import type { AlertId, DeviceId } from '../../shared/model/ids.ts';
import type { Client } from '../../shared/rpc/client.ts';
import { randomFrom } from '../../bench/support/random.ts';
import type { SwiftClock } from '../../bench/support/swift-clock.ts';
import type { DrillDevice } from './estate.ts';
import type { Seen } from './seen.ts';
import { linkName, type Provider, type World } from './world.ts';

export type StageParts = {
  readonly clock: SwiftClock;
  readonly world: World;
  readonly devices: readonly DrillDevice[];
  readonly ids: ReadonlyMap<string, DeviceId>;
  readonly seen: Seen;
  readonly client: () => Client<Api>;
  /** Stops the engine, lets time pass, and starts it again. */
  readonly restart: (downMs: number) => Promise<void>;
  /** Names of recipients that cannot be reached. */
  readonly unreachable: Set<string>;
  /** Of a real web server: it answers whatever the world is like. */
  readonly webPort: number;
  /** Days from now that the certificate of the web server is good for. */
  readonly renewCertificate: (days: number) => void;
};

/** What loses its power goes silent within so long of it, in any order. */
const fadeMs = 6_000;
/** What has power again answers within so long of it. */
const bootMs = 8_000;
const zone = 'Asia/Tbilisi';

export class Stage {
  readonly #parts: StageParts;
  readonly #random = randomFrom(20_263);

  constructor(parts: StageParts) {
    this.#parts = parts;
  }

  /** The router and everything that lived. */
  cutPower(branch: string): void {
    const { clock, world } = this.#parts;
    for (const { address } of this.#of(branch)) clock.after(this.#random() * fadeMs, () => world.dark.add(address));
  }

  restorePower(branch: string): void {
    const { clock, world } = this.#parts;
    for (const { address } of this.#of(branch)) clock.after(this.#random() * bootMs, () => world.dark.delete(address));
  }

  kill(device: string): void {
    this.#parts.world.dark.add(this.#addressOf(device));
  }

  revive(device: string): void {
    this.#parts.world.dark.delete(this.#addressOf(device));
  }

  /** Down and up again, so often, each for so long. */
  flap(device: string, times: number, eachMs: number): void {
    const { clock } = this.#parts;
    for (let turn = 0; turn < times; turn++) {
      clock.after(2 * turn * eachMs, () => this.kill(device));
      clock.after((2 * turn + 1) * eachMs, () => this.revive(device));
    }
  }

  link(router: string, provider: Provider, is: 'up' | 'down'): void {
    this.ports(router, [linkName(provider)], is);
  }

  ports(device: string, names: readonly string[], is: 'up' | 'down'): void {
    const { portsDown } = this.#parts.world;
    for (const name of names) {
      const port = `${this.#addressOf(device)} ${name}`;
      if (is === 'down') portsDown.add(port);
      else portsDown.delete(port);
    }
  }

  /** Null: as usual. */
  roundTrip(device: string, ms: number | null): void {
    const { rttMs } = this.#parts.world;
    if (ms === null) rttMs.delete(this.#addressOf(device));
    else rttMs.set(this.#addressOf(device), ms);
  }

  loss(device: string, share: number | null): void {
    const { lossOf } = this.#parts.world;
    if (share === null) lossOf.delete(this.#addressOf(device));
    else lossOf.set(this.#addressOf(device), share);
  }

  agent(device: string, is: 'mute' | 'speaking'): void {
    const { mute } = this.#parts.world;
    if (is === 'mute') mute.add(this.#addressOf(device));
    else mute.delete(this.#addressOf(device));
  }

  /** The cable of this computer. */
  cable(is: 'in' | 'out'): void {
    this.#parts.world.isPluggedIn = is === 'in';
  }

  /** The gateway of this computer, and with it everything behind. */
  gateway(is: 'up' | 'down'): void {
    this.#parts.world.isGatewayUp = is === 'up';
  }

  /** The lid of this computer. `found`: what has become of the world when it opens. */
  sleep(ms: number, found: { readonly dark: readonly string[] }): void {
    const { clock, world } = this.#parts;
    clock.sleep(ms);
    for (const branch of found.dark) for (const { address } of this.#of(branch)) world.dark.add(address);
  }

  setClock(byMs: number): void {
    this.#parts.clock.setWallClock(byMs);
  }

  restart(downMs: number): Promise<void> {
    return this.#parts.restart(downMs);
  }

  recipient(name: string, is: 'reachable' | 'unreachable'): void {
    const { unreachable } = this.#parts;
    if (is === 'reachable') unreachable.delete(name);
    else unreachable.add(name);
  }

  renewCertificate(days: number): void {
    this.#parts.renewCertificate(days);
  }

  /** From now on its web page is looked at, and its certificate. */
  async watchWeb(device: string): Promise<void> {
    const { client, webPort } = this.#parts;
    await client().ask('devices.update', { id: this.#idOf(device), patch: { checks: [{ kind: 'http', name: 'Web', url: `https://:${webPort}/`, certificate: 'expiry', certificateDays: 7, intervalMs: 300_000, timeoutMs: 30_000 }] } });
  }

  async acknowledge(title: string): Promise<void> {
    await this.#parts.client().ask('alerts.acknowledge', { ids: this.#alertsOf(title), note: 'The branch was called.' });
  }

  async snooze(title: string, forMs: number): Promise<void> {
    await this.#parts.client().ask('alerts.snooze', { ids: this.#alertsOf(title), until: this.#parts.clock.now() + forMs });
  }

  async resolve(title: string): Promise<void> {
    await this.#parts.client().ask('alerts.resolve', { ids: this.#alertsOf(title), note: 'It is being replaced.' });
  }

  /** From now on, to the minute. */
  async maintain(branch: string, durationMs: number): Promise<void> {
    const minuteMs = 60_000;
    const local = new Date(Math.floor(this.#parts.clock.now() / minuteMs) * minuteMs + 4 * 3_600_000).toISOString().slice(0, 16);
    await this.#parts.client().ask('maintenance.create', { name: `Work at ${branch}`, scope: { branches: [branch] }, startsAt: local, zone, durationMs });
  }

  async markCritical(device: string, ifIndexes: readonly number[]): Promise<void> {
    const deviceId = this.#idOf(device);
    for (const ifIndex of ifIndexes) await this.#parts.client().ask('interfaces.setCritical', { deviceId, ifIndex, critical: true });
  }

  #of(branch: string): DrillDevice[] {
    const devices = this.#parts.devices.filter(device => device.branch === branch && !device.dead);
    if (devices.length === 0) throw new Error(`the drill has no branch ${branch}`);
    return devices;
  }

  #addressOf(name: string): string {
    const device = this.#parts.devices.find(each => each.name === name);
    if (!device) throw new Error(`the drill has no device ${name}`);
    return device.address;
  }

  #idOf(name: string): DeviceId {
    const id = this.#parts.ids.get(name);
    if (id === undefined) throw new Error(`the drill has no device ${name}`);
    return id;
  }

  /** The open alerts of the incident that an operator sees under that title. */
  #alertsOf(title: string): AlertId[] {
    const ids = this.#parts.seen.openAlertsOf(title);
    if (ids.length === 0) throw new Error(`there is no open incident "${title}" at ${new Date(this.#parts.clock.now()).toISOString()}`);
    return ids;
  }
}
