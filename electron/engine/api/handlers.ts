/** What each operation of the contract does: a line or two each, no decisions. */
import { hostname, userInfo } from 'node:os';
import { contractHash, contractVersion, type Api } from '../../../shared/api/index.ts';
import type { MaintenanceRow } from '../../../shared/model/maintenance.ts';
import type { JournalRow } from '../../../shared/model/observation.ts';
import type { ExportRequest, JobRow } from '../../../shared/model/storage.ts';
import type { Handlers } from '../../../shared/rpc/server.ts';
import type { Console } from '../console.ts';
import type { DeskTables } from '../desk/desk.ts';
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
  readonly desk: DeskTables;
  readonly windows: LiveTable<MaintenanceRow>;
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
  const { fleet, desk: tables, health, running } = parts;
  const inventory = (): Console['inventory'] => running().console.inventory;
  /** A command's effect is on the screen when its answer arrives, not a quarter second later. */
  const shown = <T>(value: T): T => {
    health.update();
    health.rows.flush();
    running().console.record();
    running().console.flush();
    return value;
  };
  const desk = (): Console['desk'] => running().console.desk;
  const changed = async (work: Promise<number>): Promise<{ changed: number }> => shown({ changed: await work });
  return {
    'devices.live': () => fleet.devices,
    'devices.get': ({ id }) => inventory().get(id),
    'devices.create': async ({ allowSharedAddress, ...input }) => shown(await inventory().create(input, allowSharedAddress)),
    'devices.update': async ({ id, patch, allowSharedAddress }) => shown(await inventory().update(id, patch, allowSharedAddress)),
    'devices.remove': async ({ ids }) => shown({ removed: await running().console.remove(ids) }),
    'devices.import': async ({ contentBase64, mode, allowSharedAddresses }) => shown(await inventory().import(Buffer.from(contentBase64, 'base64'), mode, allowSharedAddresses)),
    'devices.checkNow': ({ ids }) => ({ started: inventory().checkNow(ids) }),
    'branches.live': () => fleet.branches,
    'devices.markKnownDown': async ({ ids, reason, until }) => shown({ marked: await inventory().markKnownDown(ids, reason, until, user()) }),
    'devices.unmarkKnownDown': async ({ ids }) => shown({ unmarked: await inventory().unmarkKnownDown(ids) }),
    'alerts.live': () => tables.alerts,
    'alerts.acknowledge': ({ ids, note }) => changed(desk().work.acknowledge(ids, user(), note)),
    'alerts.unacknowledge': ({ ids }) => changed(desk().work.unacknowledge(ids, user())),
    'alerts.comment': ({ ids, text }) => changed(desk().work.comment(ids, user(), text)),
    'alerts.snooze': ({ ids, until, note }) => changed(desk().work.snooze(ids, user(), until, note)),
    'alerts.assign': ({ ids, to }) => changed(desk().work.assign(ids, user(), to)),
    'alerts.resolve': ({ ids, note }) => changed(desk().work.resolve(ids, user(), note)),
    'alerts.handover': ({ since }) => desk().handover(since),
    'alerts.whySilent': ({ deviceId }) => desk().whySilent(inventory().idOf(deviceId)),
    'incidents.live': () => tables.incidents,
    'incidents.get': ({ id }) => desk().incident(id),
    'rules.live': () => tables.rules,
    'rules.create': async rule => shown(await desk().rules.create(rule, user())),
    'rules.update': async ({ id, rule }) => shown(await desk().rules.update(id, rule, user())),
    'rules.remove': async ({ id }) => {
      await desk().rules.remove(id);
      return shown({});
    },
    'rules.check': rule => desk().rules.check(rule),
    'rules.rehearse': (input, { signal }) => running().console.rehearsals.rehearse(input, signal),
    'maintenance.live': () => parts.windows,
    'maintenance.create': async window => shown(await running().console.maintenance.create(window, user())),
    'maintenance.update': async ({ id, window }) => shown(await running().console.maintenance.update(id, window)),
    'maintenance.remove': async ({ id }) => {
      await running().console.maintenance.remove(id);
      return shown({});
    },
    'maintenance.preview': window => running().console.maintenance.preview(window),
    'targets.live': () => tables.targets,
    'targets.create': async target => shown(await desk().recipients.create(target)),
    'targets.update': async ({ id, target }) => shown(await desk().recipients.update(id, target)),
    'targets.remove': async ({ id }) => {
      await desk().recipients.remove(id);
      return shown({});
    },
    'targets.test': ({ target, id }) => desk().recipients.test(target, id),
    'messages.live': () => tables.messages,
    'notices.live': () => tables.notices,
    'history.series': ({ target, metric, ...range }) => running().console.history.series(target, metric, range),
    'history.uptime': ({ target, ...range }) => running().console.history.uptime(target, range),
    'history.states': ({ deviceId, ...range }) => running().console.history.states(deviceId, range),
    'history.report': async ({ by, ...range }) => ({ rows: await running().console.history.report(by, range) }),
    'history.forecast': ({ patch }) => running().console.history.forecast(patch),
    'interfaces.list': async ({ deviceId }) => ({ interfaces: await running().store.read('interfaces', inventory().idOf(deviceId)) }),
    'interfaces.setCritical': ({ deviceId, ifIndex, critical }) => running().console.setInterfaceCritical(deviceId, ifIndex, critical),
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

/** Who works at this console. In a container its number may have no name. */
function user(): string {
  try {
    return userInfo().username;
  } catch {
    return `user ${process.getuid?.() ?? 'without a name'}`;
  }
}

/** Also answered while the database is damaged: whoever asks must learn whom they talk to. */
function stationName(running: ApiParts['running']): string {
  try {
    return running().console.settings.values.station.name || hostname();
  } catch {
    return hostname();
  }
}
