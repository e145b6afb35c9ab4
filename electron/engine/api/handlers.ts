/** What each operation of the contract does: a line or two each, no decisions. */
import { hostname, userInfo } from 'node:os';
import { contractHash, contractVersion, type Api } from '../../../shared/api/index.ts';
import type { AlertRow } from '../../../shared/model/alert.ts';
import type { JournalRow } from '../../../shared/model/observation.ts';
import type { ExportRequest, JobRow } from '../../../shared/model/storage.ts';
import type { Handlers } from '../../../shared/rpc/server.ts';
import type { Console } from '../console.ts';
import type { Health } from '../health.ts';
import type { Fleet } from '../live/fleet.ts';
import { selfTest } from '../probes/ping/self-test.ts';
import type { LiveTable } from '../live/live-table.ts';
import type { Backups } from '../storage/backups.ts';
import type { Jobs } from '../storage/jobs.ts';
import type { Store } from '../store/store.ts';

export type ApiParts = {
  readonly version: string;
  readonly startedAt: number;
  /** UTC ms. */
  readonly now: () => number;
  readonly fleet: Fleet;
  readonly alerts: LiveTable<AlertRow>;
  readonly journal: LiveTable<JournalRow>;
  readonly health: Health;
  /** The way of pinging in use. */
  readonly backend: () => string;
  /** The running console and its store. Throws `unavailable` while the database waits for a decision. */
  readonly running: () => { readonly console: Console; readonly store: Store };
  readonly startFresh: (setAsideAs: string) => Promise<void>;
  readonly jobs: Jobs;
  readonly backups: Backups;
  readonly restore: (file: string) => Promise<{ keptAs: string; devices: number }>;
  readonly startExport: (request: ExportRequest) => JobRow;
};

export function handlersOf(parts: ApiParts, readOnly: boolean): Handlers<Api> {
  const { fleet, alerts, health, running } = parts;
  const inventory = (): Console['inventory'] => running().console.inventory;
  /** A command's effect is on the screen when its answer arrives, not a quarter second later. */
  const shown = <T>(value: T): T => {
    health.update();
    health.rows.flush();
    running().console.flush();
    return value;
  };
  return {
    'devices.live': () => fleet.devices,
    'devices.get': ({ id }) => inventory().get(id),
    'devices.create': async ({ allowSharedAddress, ...input }) => shown(await inventory().create(input, allowSharedAddress)),
    'devices.update': async ({ id, patch, allowSharedAddress }) => shown(await inventory().update(id, patch, allowSharedAddress)),
    'devices.remove': async ({ ids }) => shown({ removed: await running().console.remove(ids) }),
    'devices.import': async ({ contentBase64, mode, allowSharedAddresses }) => shown(await inventory().import(Buffer.from(contentBase64, 'base64'), mode, allowSharedAddresses)),
    'devices.checkNow': ({ ids }) => ({ started: inventory().checkNow(ids) }),
    'branches.live': () => fleet.branches,
    'alerts.live': () => alerts,
    'alerts.acknowledge': async ({ id, note }) => shown(await running().console.acknowledge(id, userInfo().username, note)),
    'history.series': ({ target, metric, ...range }) => running().console.history.series(target, metric, range),
    'history.uptime': ({ target, ...range }) => running().console.history.uptime(target, range),
    'history.states': ({ deviceId, ...range }) => running().console.history.states(deviceId, range),
    'history.report': async ({ by, ...range }) => ({ rows: await running().console.history.report(by, range) }),
    'history.forecast': ({ patch }) => running().console.history.forecast(patch),
    'interfaces.list': async ({ deviceId }) => ({ interfaces: await running().store.read('interfaces', inventory().idOf(deviceId)) }),
    'interfaces.mark': async ({ deviceId, ifIndex, ispProvider }) => running().console.markInterface(deviceId, ifIndex, ispProvider),
    'backup.create': ({ folder }) => parts.backups.create(folder),
    'backup.list': ({ folder }) => parts.backups.list(folder),
    'backup.restore': async ({ file }) => shown(await parts.restore(file)),
    'export.start': request => parts.startExport(request),
    'jobs.live': () => parts.jobs.rows,
    'jobs.cancel': ({ id }) => parts.jobs.cancel(id),
    'settings.get': () => running().console.settings,
    'settings.update': async ({ patch }) => shown(await running().console.updateSettings(patch)),
    'system.hello': () => ({
      product: 'Ward Console', version: parts.version, contractVersion, contractHash: contractHash(), readOnly, startedAt: parts.startedAt,
      station: stationName(running),
    }),
    'system.health': () => health.rows,
    'system.journal': () => parts.journal,
    'system.selfTest': async () => ({ backends: (await selfTest()).map(each => ({ ...each, inUse: each.backend === parts.backend() })) }),
    'system.startFresh': async ({ setAsideAs }) => {
      await parts.startFresh(setAsideAs);
      return shown({ setAsideAs });
    },
  };
}

/** Also answered while the database is damaged: whoever asks must learn whom they talk to. */
function stationName(running: ApiParts['running']): string {
  try {
    return running().console.settings.values.station.name || hostname();
  } catch {
    return hostname();
  }
}
