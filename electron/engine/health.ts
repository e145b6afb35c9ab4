/** How the console itself is, once a second: it watches itself in the open. */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { HealthRow, Level } from '../../shared/model/health.ts';
import type { Clock, Stop } from './clock.ts';
import type { Console } from './console.ts';
import type { Fleet } from './live/fleet.ts';
import { LiveTable } from './live/live-table.ts';
import type { SteadyPinger } from './probes/ping/steady-pinger.ts';
import type { StoreHealth } from './store/store.ts';
import type { UpkeepReport } from './upkeep.ts';

/** What the store is, before and after it could be opened. */
export type StoreView =
  | { readonly kind: 'open'; readonly console: Console; readonly health: () => StoreHealth }
  | { readonly kind: 'damaged'; readonly message: string; readonly setAsideAs: string }
  | { readonly kind: 'closed'; readonly message: string };

export type HealthParts = {
  readonly clock: Clock;
  readonly fleet: Fleet;
  readonly pinger: SteadyPinger;
  readonly file: string;
  readonly vault: 'keychain' | 'file';
  readonly store: () => StoreView;
  /** Why the last daily backup failed; null when it did not. */
  readonly backupProblem: () => string | null;
};

const periodMs = 1_000;
/** A tick closes every half second; one this old means that something hangs. */
const tickTooOldMs = 5_000;
const roundTooOldMs = 15_000;
const loopDelayWarningMs = 200;
const tellStandstillMs = 5 * 60_000;
const loopResolutionMs = 20;
/** Seconds over which missed checks, and probes that could not be sent, are worth a word. */
const missedWindow = 60;
const unsentWindow = 15;

type Counts = { readonly probes: number; readonly unsent: number; readonly missed: number };
type Row<Id extends HealthRow['id']> = Extract<HealthRow, { id: Id }>;

export class Health {
  readonly rows = new LiveTable<HealthRow>();
  readonly #parts: HealthParts;
  readonly #startedAt: number;
  readonly #delay = monitorEventLoopDelay({ resolution: loopResolutionMs });
  /** Probes and missed checks at each second of the last minute. */
  readonly #past: Counts[] = [];
  #loopDelayP99Ms = 0;
  #rssBytes = 0;
  #stop: Stop = () => {};

  constructor(parts: HealthParts) {
    this.#parts = parts;
    this.#startedAt = parts.clock.now();
    this.#sample();
    this.update();
  }

  start(): void {
    this.#delay.enable();
    this.#stop = this.#parts.clock.every(periodMs, () => {
      this.#sample();
      this.update();
      this.rows.flush();
    });
  }

  stop(): void {
    this.#stop();
    this.#delay.disable();
  }

  /** Says how things are now; measured once a second, whoever asks in between. */
  update(): void {
    const store = this.#parts.store();
    const console = store.kind === 'open' ? store.console : null;
    this.rows.upsert(this.#engine(console));
    this.rows.upsert(this.#polling(console));
    this.rows.upsert(this.#store(store));
    this.rows.upsert(this.#fleet(console));
    this.rows.upsert(sight(console));
    this.rows.upsert(this.#alerting(console));
  }

  #engine(console: Console | null): Row<'engine'> {
    const lastTick = console?.lastTick ?? null;
    const hangs = lastTick !== null && this.#parts.clock.monotonicMs() - lastTick.ms > tickTooOldMs;
    const standstill = console?.poller.standstill ?? null;
    const stoodStill = standstill !== null && this.#parts.clock.monotonicMs() - standstill.untilMs < tellStandstillMs;
    const late = this.#loopDelayP99Ms > loopDelayWarningMs;
    const [level, message]: [Level, string | null] = hangs
      ? ['problem', 'The engine has not finished a round of checks for more than five seconds.']
      : stoodStill ? ['warning', `This computer slept or was stopped: nothing was checked for ${Math.round(standstill.forMs / 1_000)} s, and what was lost around it counts for nothing.`]
      : late ? ['warning', 'This computer is too busy: checks are late.'] : ['ok', null];
    return { id: 'engine', level, message, startedAt: this.#startedAt, tickAt: lastTick?.at ?? null, rssBytes: this.#rssBytes, loopDelayP99Ms: this.#loopDelayP99Ms };
  }

  #polling(console: Console | null): Row<'polling'> {
    const { pinger } = this.#parts;
    const now = countsOf(console);
    const first = this.#past[0] ?? now;
    const probesPerS = this.#past.length < 2 ? 0 : (now.probes - first.probes) / (this.#past.length - 1);
    const [level, message] = pollingTrouble(pinger.problem ?? console?.heartbeats.problem ?? null, first, this.#past.at(-unsentWindow) ?? first, now, console?.poller.limitReached(missedWindow * periodMs) ?? null);
    return { id: 'polling', level, message, backend: pinger.backend, refused: [...pinger.refused], probesPerS: Math.round(probesPerS * 10) / 10, missedChecks: now.missed };
  }

  #sample(): void {
    const p99Ms = this.#delay.percentile(99) / 1e6;
    this.#loopDelayP99Ms = Number.isFinite(p99Ms) ? Math.max(0, Math.round((p99Ms - loopResolutionMs) * 10) / 10) : 0;
    this.#delay.reset();
    this.#rssBytes = rssBytes() ?? this.#rssBytes;
    const store = this.#parts.store();
    const now = countsOf(store.kind === 'open' ? store.console : null);
    // Another console counts from zero.
    if (now.probes < (this.#past.at(-1)?.probes ?? 0)) this.#past.length = 0;
    this.#past.push(now);
    if (this.#past.length > missedWindow) this.#past.shift();
  }

  #store(view: StoreView): Row<'store'> {
    const { file, vault } = this.#parts;
    if (view.kind === 'damaged') {
      return { id: 'store', level: 'problem', message: view.message, state: 'damaged', file, sizeBytes: 0, setAsideAs: view.setAsideAs, unwrittenReadings: 0, writeP99Ms: 0, vault };
    }
    if (view.kind === 'closed') {
      return { id: 'store', level: 'warning', message: view.message, state: 'ok', file, sizeBytes: 0, setAsideAs: null, unwrittenReadings: 0, writeP99Ms: 0, vault };
    }
    const { failure, message, unwrittenReadings, writeP99Ms, sizeBytes } = view.health();
    const state = failure === 'full' || failure === 'read-only' ? failure : failure === null ? 'ok' : 'failing';
    const locked = view.console.inventory.lockedCommunities();
    const lockedMessage = locked > 0 ? `${locked === 1 ? 'A stored SNMP community' : `${locked} stored SNMP communities`} cannot be opened with this console's key; enter it again.` : null;
    const warning = lockedMessage ?? this.#parts.backupProblem() ?? historyTrouble(view.console.upkeep);
    const level = failure !== null ? 'problem' : warning !== null ? 'warning' : 'ok';
    return { id: 'store', level, message: message ?? warning, state, file, sizeBytes, setAsideAs: null, unwrittenReadings, writeP99Ms: Math.round(writeP99Ms * 100) / 100, vault };
  }

  /** Also says when the alert engine itself stands still: nothing else could. */
  #alerting(console: Console | null): Row<'alerting'> {
    const desk = console?.desk ?? null;
    const round = desk?.alerting.lastRound ?? null;
    const late = round !== null && this.#parts.clock.monotonicMs() - round.atMs > roundTooOldMs;
    const ownAlerts = desk?.ownAlerts() ?? [];
    const [level, message]: [Level, string | null] = late
      ? ['problem', 'Alerts have not been worked out for more than fifteen seconds.']
      : ownAlerts[0] ? [ownAlerts[0].severity === 'critical' ? 'problem' : 'warning', ownAlerts[0].sentence]
      : console?.passedOver ? ['warning', console.passedOver] : ['ok', null];
    return {
      id: 'alerting', level, message, roundAt: round?.at ?? null, roundMs: Math.round((round?.tookMs ?? 0) * 10) / 10, rules: desk?.alerting.rules.length ?? 0,
      openIncidents: desk?.alerting.openIncidents ?? 0, waitingMessages: desk?.recipients.waiting() ?? 0, ownAlerts: [...ownAlerts],
    };
  }

  #fleet(console: Console | null): Row<'fleet'> {
    const { simulated, ...counts } = this.#parts.fleet.summary();
    return { id: 'fleet', level: 'ok', message: null, ...counts, openAlerts: console?.desk.alerting.openCount ?? 0, demo: simulated > 0 };
  }
}

/** Whether the devices can be seen. While they cannot, nothing is called down, so it is said loudly. */
function sight(console: Console | null): Row<'sight'> {
  const blind = console?.poller.blindness() ?? null;
  if (!blind) return { id: 'sight', level: 'ok', message: null, blindSince: null, cause: null, devices: 0 };
  return { id: 'sight', level: 'problem', message: `${blind.devices === 1 ? 'A device is' : `${blind.devices} devices are`} not observed: ${blind.detail}`, blindSince: blind.since, cause: blind.cause, devices: blind.devices };
}

/** What keeps history from being as it should. */
function historyTrouble(upkeep: UpkeepReport | null): string | null {
  if (upkeep?.stuck) return 'The database is at its maximum size and nothing more may be dropped from its history; allow more in the settings.';
  const damaged = upkeep?.damagedBlocks ?? 0;
  return damaged > 0 ? `${damaged === 1 ? 'A block of history' : `${damaged} blocks of history`} could not be read and was written anew with what came since; the disk may be failing.` : null;
}

function countsOf(console: Console | null): Counts {
  const { probes, unsent, missed } = console?.poller.counts() ?? { probes: 0, unsent: 0, missed: 0 };
  return { probes, unsent, missed: console?.missedChecks ?? missed };
}

/** The worst of what keeps devices from being checked: no way to ping or to be called, no network here, checks that came too late. */
function pollingTrouble(problem: string | null, minuteAgo: Counts, lately: Counts, now: Counts, limit: 'all' | 'branch' | null): [Level, string | null] {
  if (problem !== null) return ['problem', problem];
  const unsent = now.unsent - lately.unsent;
  if (unsent > 0 && now.probes === lately.probes) return ['problem', 'This computer has no network that leads to any of its devices: nothing can be checked.'];
  if (unsent > 0) return ['warning', 'This computer has no way to some of its devices; each says why.'];
  const missed = now.missed - minuteAgo.missed;
  return missed > 0 ? ['warning', `${missed} checks of the last minute could not begin in time${limit === null ? '' : limitSaid[limit]}.`] : ['ok', null];
}

const limitSaid = {
  all: ': the limit of probes a second in all was reached; raise it in the settings, or check less often',
  branch: ': the limit of probes a second to one branch was reached; raise it in the settings, or check that branch less often',
} as const;

/** Null when the system cannot say: reading it takes a file handle, and there may be none left. */
function rssBytes(): number | null {
  try {
    return process.memoryUsage.rss();
  } catch {
    return null;
  }
}
