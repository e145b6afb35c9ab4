/** Whether a device whose silence is confirmed may be called down: this console must see, and what the device stands behind must answer. */
import type { Clock, Stop } from '../clock.ts';
import type { Dependencies, ParentState } from './dependencies.ts';
import type { Liveness, Moment } from './liveness.ts';
import type { Sight, Silence } from './sight/sight.ts';
import type { Watched } from './watched.ts';

/** Who accuses: its own lost pings, or its further checks. */
export type Accuser = 'ping' | 'checks';
/** `next`: what becomes of its liveness; null where its checks accuse it. */
type Accusation = { readonly id: number; readonly by: Accuser; readonly firstLost: Moment; readonly lastLostMs: number; readonly next: Liveness | null; readonly atMs: number };
/** A device that has fallen silent. `jointMs`: when it was last asked together with others; `stop` ends the timer of the first time. */
type Suspicion = { jointMs: number; stop: Stop };
/** `behind`: the dead parent that it is cut off by. */
export type Verdict = { readonly id: number; readonly by: Accuser; readonly next: Liveness | null; readonly behind: number | null };

export type VerdictParts = {
  readonly clock: Clock;
  readonly dependencies: Dependencies;
  readonly sight: Sight;
  readonly watched: (id: number) => Watched | undefined;
  /** Whether a probe of it can be sent: its name is known. */
  readonly canAsk: (id: number) => boolean;
  readonly askAtOnce: (id: number) => void;
};

/** A doubt about this console that is not settled by then is no excuse any more: an outage is never kept silent for long. */
const longestDoubtMs = 12_000;
/** A network that comes and goes proves an outage in one of the moments that it is there. */
const longestApartMs = 60_000;
/** A parent that has fallen silent itself is confirmed within twice its timeout and this, but no child waits longer than that for it. */
const parentPatienceMs = 3_000;
const longestWaitForParentMs = 25_000;
/** What was sent this much later went out at the same moment. */
const sameMomentMs = 150;
/** What was asked together has come back by its timeout and this. */
const togetherSlackMs = 300;

export class Verdicts {
  readonly #parts: VerdictParts;
  readonly #accusations = new Map<string, Accusation>();
  readonly #suspicions = new Map<number, Suspicion>();

  constructor(parts: VerdictParts) {
    this.#parts = parts;
  }

  /** A suspicion begins: whoever can speak for the device is asked right away, so that the answers are there when it is confirmed. */
  suspect(id: number, firstLost: Moment): void {
    const { dependencies, sight, watched, askAtOnce } = this.#parts;
    const silence = this.#silenceOf(id, firstLost);
    for (const ancestor of dependencies.ancestorsOf(id)) {
      const parent = watched(ancestor);
      if (parent && parent.liveness.kind !== 'suspect' && parent.newestMs < silence.countsFromMs) askAtOnce(ancestor);
    }
    for (const witness of sight.witnessesFor(id, silence)) askAtOnce(witness);
  }

  /** The last of the probes that confirm a suspicion goes out after that delay: others are asked at the same moment, unless many are asked all the time. */
  accompany(id: number, delayMs: number): void {
    this.#suspicions.get(id)?.stop();
    const { clock, sight, askAtOnce } = this.#parts;
    const stop = clock.after(delayMs, () => {
      if (!sight.answeredAround(id, clock.monotonicMs())) for (const companion of sight.companionsOf(id)) askAtOnce(companion);
    });
    this.#suspicions.set(id, { jointMs: clock.monotonicMs() + delayMs, stop });
  }

  /** The silence is confirmed, last by a probe sent at `lastLostMs`; a later, better confirmation replaces an earlier one. */
  accuse(id: number, by: Accuser, firstLost: Moment, lastLostMs: number, next: Liveness | null): void {
    const key = `${by} ${id}`;
    this.#accusations.set(key, { id, by, firstLost, lastLostMs, next, atMs: this.#accusations.get(key)?.atMs ?? this.#parts.clock.monotonicMs() });
  }

  drop(id: number, by: Accuser): void {
    this.#accusations.delete(`${by} ${id}`);
    if (by !== 'ping') return;
    this.#suspicions.get(id)?.stop();
    this.#suspicions.delete(id);
  }

  /** Judges who can be judged now, parents before those behind them. */
  judge(): Verdict[] {
    if (this.#accusations.size === 0) return [];
    const { dependencies } = this.#parts;
    const open = [...this.#accusations];
    if (open.length > 1) {
      const depths = new Map(open.map(([, { id }]) => [id, dependencies.depthOf(id)]));
      open.sort(([, a], [, b]) => (depths.get(a.id) ?? 0) - (depths.get(b.id) ?? 0));
    }
    const verdicts: Verdict[] = [];
    const convicted = new Set<number>();
    for (const [key, accusation] of open) {
      // One before may have shown that all of them are not seen.
      const verdict = this.#accusations.get(key) === accusation ? this.#judged(accusation, convicted) : null;
      if (!verdict) continue;
      this.#accusations.delete(key);
      convicted.add(accusation.id);
      verdicts.push(verdict);
    }
    return verdicts;
  }

  /** Whether a parent is dead as far as anybody can see; one that is not watched is looked through to its own parents. */
  isDead(id: number): boolean {
    const parent = this.#parts.watched(id);
    if (parent) return isDead(parent);
    return this.#parts.dependencies.reach(id, above => (this.isDead(above) ? 'dead' : 'alive')).kind === 'cut-off';
  }

  #judged({ id, by, firstLost, lastLostMs, next, atMs }: Accusation, convicted: ReadonlySet<number>): Verdict | null {
    const { clock, dependencies, sight, askAtOnce } = this.#parts;
    const silence = this.#silenceOf(id, firstLost);
    const waitedMs = clock.monotonicMs() - atMs;
    const evidence = sight.weigh(id, silence);
    if (evidence === 'blind') return null;
    if (evidence === 'doubt' && waitedMs < longestDoubtMs) {
      for (const witness of sight.witnessesFor(id, silence)) askAtOnce(witness);
      return null;
    }
    // Lost while nobody else was asked: the network may have been away for all. The device is asked once more, together with others.
    if (by === 'ping' && evidence === 'sees' && waitedMs < longestApartMs && !sight.answeredAround(id, lastLostMs)) {
      this.#askTogether(id);
      return null;
    }
    let patienceMs = 0;
    const stateOf = (parent: number): ParentState => {
      const state = convicted.has(parent) ? 'dead' : this.#parentState(parent, silence, lastLostMs, stateOf);
      const timeoutMs = this.#parts.watched(parent)?.device.timeoutMs ?? 0;
      if (state === 'doubt') patienceMs = Math.max(patienceMs, 2 * timeoutMs + parentPatienceMs);
      return state;
    };
    const reach = dependencies.reach(id, stateOf);
    if (reach.kind === 'doubt' && waitedMs < Math.min(patienceMs, longestWaitForParentMs)) {
      if (by === 'ping') askAtOnce(id);
      return null;
    }
    return { id, by, next, behind: reach.kind === 'cut-off' ? reach.by : null };
  }

  #askTogether(id: number): void {
    const { clock, sight, watched, askAtOnce } = this.#parts;
    const suspicion = this.#suspicions.get(id);
    const nowMs = clock.monotonicMs();
    if (!suspicion || nowMs - suspicion.jointMs < (watched(id)?.device.timeoutMs ?? 0) + togetherSlackMs) return;
    suspicion.jointMs = nowMs;
    for (const asked of [id, ...sight.companionsOf(id)]) askAtOnce(asked);
  }

  /** An answer to something that was sent while the lost probe was still awaited may have come before the network failed for both. */
  #silenceOf(id: number, { sentMs }: Moment): Silence {
    return { sentMs, countsFromMs: sentMs + (this.#parts.watched(id)?.device.timeoutMs ?? 0) };
  }

  /** What is known of a parent since its child fell silent. One of which nothing can be known is not to blame. */
  #parentState(id: number, silence: Silence, lastLostMs: number, ofParent: (id: number) => ParentState): ParentState {
    const { watched, dependencies, canAsk, askAtOnce } = this.#parts;
    const parent = watched(id);
    if (!parent) {
      const reach = dependencies.reach(id, ofParent).kind;
      return reach === 'cut-off' ? 'dead' : reach === 'doubt' ? 'doubt' : 'alive';
    }
    if (!parent.device.pingEnabled) return isDead(parent) ? 'dead' : 'alive';
    if (!canAsk(id)) return 'alive';
    const { liveness } = parent;
    // It answered while the child did not; an answer to something sent later may be to a network that is back for both.
    if (liveness.kind === 'up' && parent.ring.answeredBetween(silence.countsFromMs, lastLostMs + sameMomentMs)) return 'alive';
    // What was dead a while ago may be back: only when it was asked since is it known.
    if (liveness.kind === 'down' && parent.newestMs >= silence.sentMs) return 'dead';
    if (liveness.kind === 'unknown' && parent.judged.state === 'unreachable') return 'dead';
    if (liveness.kind !== 'suspect' && liveness.kind !== 'recovering') askAtOnce(id);
    return 'doubt';
  }
}

/** Judged so, as far as anybody can see. */
export const isDead = ({ judged }: Watched): boolean => judged.state === 'down' || judged.state === 'unreachable';
