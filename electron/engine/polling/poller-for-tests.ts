/** A poller on a clock that is moved by hand, over a network whose every host, gateway and cable is scripted. */
import { ManualClock } from '../clock.ts';
import { wayTo, type NetworkView } from '../probes/own-network.ts';
import { plainEcho, type Pinger, type PingOutcome } from '../probes/probe.ts';
import { Dependencies, type Standing } from './dependencies.ts';
import { Poller, type PolledDevice, type Tick } from './poller.ts';

/** eth0 leads to 198.51.100.0/24 and, by the gateway 198.51.100.1, anywhere else; tun0 to 10.0.0.0/8. */
export const office: NetworkView = {
  interfaces: [
    { name: 'lo', addresses: [{ family: 4, address: Uint8Array.of(127, 0, 0, 1), bits: 8 }] },
    { name: 'eth0', addresses: [{ family: 4, address: Uint8Array.of(198, 51, 100, 2), bits: 24 }] },
    { name: 'tun0', addresses: [{ family: 4, address: Uint8Array.of(10, 255, 0, 2), bits: 30 }] },
  ],
  routes: [
    { family: 4, prefix: Uint8Array.of(198, 51, 100, 0), bits: 24, interface: 'eth0', gateway: null, metric: 0 },
    { family: 4, prefix: Uint8Array.of(0, 0, 0, 0), bits: 0, interface: 'eth0', gateway: '198.51.100.1', metric: 0 },
    { family: 4, prefix: Uint8Array.of(10, 0, 0, 0), bits: 8, interface: 'tun0', gateway: '10.255.0.1', metric: 0 },
  ],
};

/** That network without one of its interfaces; as the system tells it, its routes may stay. */
export const without = (view: NetworkView, name: string, routesToo = false): NetworkView => ({
  interfaces: view.interfaces.filter(each => each.name !== name),
  routes: routesToo ? (view.routes?.filter(route => route.interface !== name) ?? null) : view.routes,
});

export type Script = ReturnType<typeof script>;

export function script() {
  const clock = new ManualClock();
  const ticks: Tick[] = [];
  const bugs: string[] = [];
  const pings: { address: string; atMs: number }[] = [];
  const dependencies = new Dependencies();
  const world = {
    view: office,
    /** Addresses that do not answer. */
    silent: new Set<string>(),
    /** Whether an address answers a probe sent now; for scripts that a set cannot tell. */
    answers: (address: string): boolean => !world.silent.has(address),
    /** How long an answer or a timeout takes beyond what it must. */
    delayMs: (): number => 5,
    /** Everything that is sent now is lost. */
    cut: false,
  };
  const pinger: Pinger = {
    backend: 'ping', refused: [], close: () => Promise.resolve(),
    ping: (address, timeoutMs) => new Promise<PingOutcome>(resolve => {
      const sentAt = clock.now();
      pings.push({ address, atMs: clock.monotonicMs() });
      if (!wayTo(world.view, address)) resolve({ kind: 'not-sent', sentAt, reason: 'This computer has no route to that network.' });
      else if (world.cut || !world.answers(address)) clock.after(timeoutMs + world.delayMs(), () => resolve({ kind: 'timeout', sentAt }));
      else clock.after(world.delayMs(), () => resolve({ kind: 'reply', sentAt, rttUs: 5_000 }));
    }),
  };
  const poller = new Poller({
    clock, pingers: { real: pinger, simulated: pinger }, network: { look: () => world.view }, dependencies,
    names: { resolve: () => ({ kind: 'failed', reason: 'There are no names here.' }) },
    settings: { limits: { perS: 20_000, perBranchPerS: 20_000 }, recoveryReplies: 2 }, onTick: tick => ticks.push(tick), onLookAgain: () => {}, onBug: error => bugs.push(String(error)),
  });
  poller.start();
  return {
    clock, ticks, pings, bugs, poller, dependencies, world,
    /** Adds or changes a device. */
    set(id: number, address: string, more: Partial<PolledDevice & Standing> = {}): void {
      const { branchRouter = false, parentIds = [], parentsNeeded = 'any', ...polled } = more;
      const branch = more.branch ?? null;
      dependencies.set(id, { branch, branchRouter, parentIds, parentsNeeded });
      poller.set({ id, address, branch, intervalMs: 10_000, probesPerInterval: 2, timeoutMs: 1_000, echo: plainEcho, simulated: false, pingEnabled: true, canary: false, remembered: null, ...polled });
    },
    /** Every change of state so far, as "7 down". */
    changes: (): string[] => ticks.flatMap(tick => tick.changes.map(change => `${change.deviceId} ${change.state}`)),
    states: (): Record<number, string> => Object.fromEntries(ticks.flatMap(tick => tick.readings).map(({ deviceId }) => [deviceId, poller.reading(deviceId)?.state ?? 'gone'])),
    /** The journal as it stands: the last version of each entry, in order of beginning. */
    journal: () => [...new Map(ticks.flatMap(tick => tick.journal).map(entry => [entry.row.id, entry])).values()].sort((a, b) => a.row.from - b.row.from),
  };
}

/** Five branches of four devices behind the gateway, ids 11 to 54, as 192.0.2.11 to 192.0.2.54. */
export function fiveBranches({ set }: Script): number[] {
  const ids: number[] = [];
  for (const branch of [1, 2, 3, 4, 5]) {
    for (const number of [1, 2, 3, 4]) {
      const id = 10 * branch + number;
      set(id, `192.0.2.${id}`, { branch: `Branch ${branch}` });
      ids.push(id);
    }
  }
  return ids;
}
