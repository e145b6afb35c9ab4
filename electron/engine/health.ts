/** How the console itself is, once a second: it watches itself in the open. */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { HealthRow, Level } from '../../shared/model/health.ts';
import type { Clock, Stop } from './clock.ts';
import type { Console } from './console.ts';
import type { Fleet } from './live/fleet.ts';
import { LiveTable } from './live/live-table.ts';
import type { SteadyPinger } from './probes/steady-pinger.ts';

/** What the store is, before and after it could be opened. */
export type StoreView =
  | { readonly kind: 'open'; readonly console: Console; readonly health: () => { readonly failure: string | null; readonly message: string | null; readonly unwrittenReadings: number; readonly writeP99Ms: number; readonly sizeBytes: number } }
  | { readonly kind: 'damaged'; readonly message: string; readonly setAsideAs: string };

export type HealthParts = {
  readonly clock: Clock;
  readonly fleet: Fleet;
  readonly pinger: SteadyPinger;
  readonly file: string;
  readonly vault: 'keychain' | 'file';
  readonly store: () => StoreView;
};

const periodMs = 1_000;
/** A tick closes every half second; one this old means that something hangs. */
const tickTooOldMs = 5_000;
const loopDelayWarningMs = 200;
/** Missed checks in the last minute that are worth a word. */
const missedWindow = 60;

type Row<Id extends HealthRow['id']> = Extract<HealthRow, { id: Id }>;

export class Health {
  readonly rows = new LiveTable<HealthRow>();
  readonly #parts: HealthParts;
  readonly #startedAt: number;
  readonly #delay = monitorEventLoopDelay({ resolution: 20 });
  /** Probes and missed checks at each second of the last minute. */
  readonly #past: { readonly probes: number; readonly missed: number }[] = [];
  #stop: Stop = () => {};

  constructor(parts: HealthParts) {
    this.#parts = parts;
    this.#startedAt = parts.clock.now();
    this.update();
  }

  start(): void {
    this.#delay.enable();
    this.#stop = this.#parts.clock.every(periodMs, () => {
      this.update();
      this.rows.flush();
    });
  }

  stop(): void {
    this.#stop();
    this.#delay.disable();
  }

  update(): void {
    const store = this.#parts.store();
    const console = store.kind === 'open' ? store.console : null;
    this.rows.upsert(this.#engine(console));
    this.rows.upsert(this.#polling(console));
    this.rows.upsert(this.#store(store));
    this.rows.upsert(this.#fleet(console));
  }

  #engine(console: Console | null): Row<'engine'> {
    const loopDelayP99Ms = Number.isFinite(this.#delay.percentile(99)) ? Math.max(0, Math.round(this.#delay.percentile(99) / 1e5) / 10 - 20) : 0;
    this.#delay.reset();
    const tickAt = console?.tickAt ?? null;
    const hangs = tickAt !== null && this.#parts.clock.now() - tickAt > tickTooOldMs;
    const late = loopDelayP99Ms > loopDelayWarningMs;
    const [level, message]: [Level, string | null] = hangs
      ? ['problem', 'The engine has not finished a round of checks for more than five seconds.']
      : late ? ['warning', 'This computer is too busy: checks are late.'] : ['ok', null];
    return { id: 'engine', level, message, startedAt: this.#startedAt, tickAt, rssBytes: process.memoryUsage.rss(), loopDelayP99Ms: Math.round(loopDelayP99Ms * 10) / 10 };
  }

  #polling(console: Console | null): Row<'polling'> {
    const { pinger } = this.#parts;
    const counts = console?.poller.counts() ?? { probes: 0, missed: 0 };
    const now = { probes: counts.probes, missed: counts.missed + (console?.snmpPoller.missed ?? 0) };
    this.#past.push(now);
    if (this.#past.length > missedWindow) this.#past.shift();
    const first = this.#past[0] ?? now;
    const missedLately = now.missed - first.missed;
    const probesPerS = this.#past.length < 2 ? 0 : (now.probes - first.probes) / (this.#past.length - 1);
    const [level, message]: [Level, string | null] = pinger.problem !== null
      ? ['problem', pinger.problem]
      : missedLately > 0 ? ['warning', `${missedLately} checks of the last minute could not begin in time.`] : ['ok', null];
    return { id: 'polling', level, message, backend: pinger.backend, refused: [...pinger.refused], probesPerS: Math.round(probesPerS * 10) / 10, missedChecks: now.missed };
  }

  #store(view: StoreView): Row<'store'> {
    const { file, vault } = this.#parts;
    if (view.kind === 'damaged') {
      return { id: 'store', level: 'problem', message: view.message, state: 'damaged', file, sizeBytes: 0, setAsideAs: view.setAsideAs, unwrittenReadings: 0, writeP99Ms: 0, vault };
    }
    const { failure, message, unwrittenReadings, writeP99Ms, sizeBytes } = view.health();
    const state = failure === 'full' || failure === 'read-only' ? failure : failure === null ? 'ok' : 'failing';
    return { id: 'store', level: failure === null ? 'ok' : 'problem', message, state, file, sizeBytes, setAsideAs: null, unwrittenReadings, writeP99Ms: Math.round(writeP99Ms * 100) / 100, vault };
  }

  #fleet(console: Console | null): Row<'fleet'> {
    const { simulated, ...counts } = this.#parts.fleet.summary();
    return { id: 'fleet', level: 'ok', message: null, ...counts, openAlerts: console?.evaluator.openCount ?? 0, demo: simulated > 0 };
  }
}
