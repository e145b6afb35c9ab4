/** A day of a thousand devices that lose packets and never fail, on a clock moved by hand: whom the console calls down, and what it keeps in memory. */
import { Dependencies } from '../electron/engine/polling/dependencies.ts';
import { Poller } from '../electron/engine/polling/poller.ts';
import { plainEcho } from '../electron/engine/probes/probe.ts';
import { Settings } from '../shared/model/settings.ts';
import { report } from './support/figure.ts';
import { heldOver } from './support/heap.ts';
import { LossyNetwork } from './support/lossy-network.ts';
import { hourMs, loopbackOnly, SwiftClock } from './support/swift-clock.ts';

/** Every tenth device of the fleet of ten thousand, and all of its bad ones: so much fits into some minutes. */
const devices = 1_000;
const badDevices = 100;
const lossOfBad = 0.2;
const lossOfOthers = 0.01;
const devicesABranch = 40;
const hours = 24;

const addressOf = (id: number): string => `127.42.${id >> 8}.${id & 255}`;
const bad = new Set(Array.from({ length: badDevices }, (_, i) => addressOf((i + 1) * (devices / badDevices))));

const clock = new SwiftClock();
const network = new LossyNetwork(clock, address => (bad.has(address) ? lossOfBad : lossOfOthers));
const { polling } = Settings.parse({ polling: {}, alerting: {}, heartbeat: {}, history: {}, backup: {}, demo: {}, station: {} });
let probes = 0;
let falseDowns = 0;
let falseBlindness = 0;
let degraded = 0;
const poller = new Poller({
  clock,
  pingers: { real: network, simulated: network },
  network: { look: () => loopbackOnly },
  names: { resolve: host => ({ kind: 'failed', reason: `There is no ${host} here.` }) },
  dependencies: new Dependencies(),
  settings: { limits: { perS: polling.mostProbesPerS, perBranchPerS: polling.mostProbesPerBranchPerS }, recoveryReplies: polling.recoveryReplies },
  onTick: ({ samples, changes, journal }) => {
    probes += samples.deviceId.length;
    falseDowns += changes.filter(({ state }) => state === 'down' || state === 'unreachable').length;
    degraded += changes.filter(({ state }) => state === 'degraded').length;
    falseBlindness += journal.length;
  },
  onLookAgain: () => {},
  onBug: error => {
    throw error;
  },
});
for (let id = 1; id <= devices; id++) {
  poller.set({
    id, address: addressOf(id), branch: `Branch ${Math.floor(id / devicesABranch)}`, intervalMs: polling.intervalMs, probesPerInterval: polling.probesPerInterval, timeoutMs: polling.timeoutMs,
    echo: plainEcho, simulated: false, pingEnabled: true, canary: false, remembered: null,
  });
}
poller.start();

const began = performance.now();
const { firstBytes, lastBytes } = await heldOver(hours, () => clock.advance(hourMs));
const { missed } = poller.counts();
poller.stop();
const tookS = (performance.now() - began) / 1_000;
if (degraded < badDevices) throw new Error(`only ${degraded} times was a device called degraded: the losses did not reach the poller`);
report({ name: 'false_downs_simulated_day', value: falseDowns, unit: `in ${hours} h of ${devices} devices (${probes} probes in ${Math.round(tookS)} s)` }, { atMost: 0 });
report({ name: 'false_blindness_simulated_day', value: falseBlindness, unit: 'entries of the journal' }, { atMost: 0 });
report({ name: 'missed_checks_simulated_day', value: missed, unit: 'checks' }, { atMost: 0 });
report({ name: 'memory_first_hours_mb', value: firstBytes / 2 ** 20, unit: 'MB of heap and buffers' });
report({ name: 'memory_24h_ratio', value: lastBytes / firstBytes, unit: 'x' }, { atMost: 1.05 });
