/** Whether the engine grows: a day of a hundred devices on a clock moved by hand, some of them failing again and again, a window watching; the database is real. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MessageChannel } from 'node:worker_threads';
import { startEngine, type Engine } from '../electron/engine/engine.ts';
import { nodePortPipe } from '../electron/engine/pipes.ts';
import type { Api } from '../shared/api/index.ts';
import { connect, type Client } from '../shared/rpc/client.ts';
import { report } from './support/figure.ts';
import { heldOver } from './support/heap.ts';
import { LossyNetwork } from './support/lossy-network.ts';
import { hourMs, loopbackOnly, SwiftClock } from './support/swift-clock.ts';

const devices = 100;
/** Each fails for five minutes in every hour; that is some 480 alerts a day. */
const failing = 20;
const outageMs = 5 * 60_000;
const hours = 24;
const loss = 0.01;

const clock = new SwiftClock();
const isDown = (address: string): boolean => Number(address.split('.')[3]) <= failing && clock.monotonicMs() % hourMs < outageMs;
const network = new LossyNetwork(clock, address => (isDown(address) ? 1 : loss));
const folder = mkdtempSync(join(tmpdir(), 'ward-bench-'));
const bug = (reason: unknown): never => {
  throw reason instanceof Error ? reason : new Error(String(reason));
};
const engine = await startEngine({ dataDir: folder, version: '0', dataKey: null, clock, pinger: network, network: { look: () => loopbackOnly }, log: () => {}, onFatal: bug });
try {
  const window = watch(engine);
  const lines = Array.from({ length: devices }, (_, i) => `Device ${i + 1},127.42.0.${i + 1},other,Branch ${i % 10},North`);
  await window.client.ask('devices.import', { contentBase64: Buffer.from(['name,address,type,branch,region', ...lines].join('\n')).toString('base64'), mode: 'commit' });

  const began = performance.now();
  const { firstBytes, lastBytes } = await heldOver(hours, () => clock.advance(hourMs));
  const alerts = window.alerts.size;
  if (alerts < failing * (hours - 1)) throw new Error(`only ${alerts} alerts were raised: the outages did not reach the engine`);
  report({ name: 'engine_memory_first_hours_mb', value: firstBytes / 2 ** 20, unit: `MB of heap and buffers (${Math.round((performance.now() - began) / 1_000)} s for ${hours} h, ${alerts} alerts)` });
  report({ name: 'engine_memory_24h_ratio', value: lastBytes / firstBytes, unit: 'x' }, { atMost: 1.05 });
} finally {
  await engine.stop();
  rmSync(folder, { recursive: true, force: true });
}

function watch(of: Engine): { readonly client: Client<Api>; readonly alerts: ReadonlySet<string> } {
  const { port1, port2 } = new MessageChannel();
  of.serve(nodePortPipe(port1), false);
  const client = connect<Api>(nodePortPipe(port2));
  const alerts = new Set<string>();
  const over = (): void => {}; // The engine ends before its window.
  client.watch('devices.live', {}, () => {}, over);
  client.watch('branches.live', {}, () => {}, over);
  client.watch('system.health', {}, () => {}, over);
  client.watch('alerts.live', {}, batch => {
    for (const alert of batch.upsert) alerts.add(alert.id);
  }, over);
  return { client, alerts };
}
