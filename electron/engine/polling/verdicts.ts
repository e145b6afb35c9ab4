/** Whether a device whose silence is confirmed may be called down: this console must see, and what the device stands behind must answer. */
import type { Clock } from '../clock.ts';
import type { Dependencies, ParentState } from './dependencies.ts';
import type { Liveness, Moment } from './liveness.ts';
import type { Sight } from './sight.ts';
import type { Watched } from './watched.ts';

/** `next`: what becomes of its liveness; null for a device that only its checks accuse. */
type Accusation = { readonly firstLost: Moment; readonly next: Liveness | null; readonly atMs: number };
/** `behind`: the dead parent that it is cut off by. */
export type Verdict = { readonly id: number; readonly next: Liveness | null; readonly behind: number | null };

export type VerdictParts = {
  readonly clock: Clock;
  readonly dependencies: Dependencies;
  readonly sight: Sight;
  readonly watched: (id: number) => Watched | undefined;
  readonly askAtOnce: (id: number) => void;
};

/** A doubt that is not settled by then is no excuse any more: an outage is never kept silent for long. */
const longestDoubtMs = 12_000;
/** A parent that has fallen silent itself is confirmed within its timeout and this. */
const parentPatienceMs = 3_000;

export class Verdicts {
  readonly #parts: VerdictParts;
  readonly #accusations = new Map<number, Accusation>();

  constructor(parts: VerdictParts) {
    this.#parts = parts;
  }

  /** A suspicion begins: whoever can speak for the device is asked right away, so that the answers are there when it is confirmed. */
  suspect(id: number, firstLost: Moment): void {
    const { dependencies, sight, watched, askAtOnce } = this.#parts;
    for (const ancestor of dependencies.ancestorsOf(id)) {
      const { liveness } = watched(ancestor) ?? {};
      if (liveness?.kind === 'up' && liveness.lastReplyMs < firstLost.sentMs) askAtOnce(ancestor);
    }
    for (const witness of sight.witnessesFor(id, firstLost)) askAtOnce(witness);
  }

  /** The silence is confirmed; a later, better confirmation replaces an earlier one. */
  accuse(id: number, firstLost: Moment, next: Liveness | null): void {
    this.#accusations.set(id, { firstLost, next, atMs: this.#accusations.get(id)?.atMs ?? this.#parts.clock.monotonicMs() });
  }

  drop(id: number): void {
    this.#accusations.delete(id);
  }

  /** Judges who can be judged now, parents before those behind them. */
  judge(): Verdict[] {
    if (this.#accusations.size === 0) return [];
    const { dependencies } = this.#parts;
    const ids = [...this.#accusations.keys()];
    if (ids.length > 1) {
      const depths = new Map(ids.map(id => [id, dependencies.depthOf(id)]));
      ids.sort((a, b) => (depths.get(a) ?? 0) - (depths.get(b) ?? 0));
    }
    const verdicts: Verdict[] = [];
    const convicted = new Set<number>();
    for (const id of ids) {
      // One before may have shown that all of them are not seen.
      const accusation = this.#accusations.get(id);
      const verdict = accusation && this.#judged(id, accusation, convicted);
      if (!verdict) continue;
      this.#accusations.delete(id);
      convicted.add(id);
      verdicts.push(verdict);
    }
    return verdicts;
  }

  #judged(id: number, accusation: Accusation, convicted: ReadonlySet<number>): Verdict | null {
    const { clock, dependencies, sight, askAtOnce } = this.#parts;
    const { firstLost, next, atMs } = accusation;
    const waitedMs = clock.monotonicMs() - atMs;
    const evidence = sight.evidence(id, firstLost);
    if (evidence === 'blind') return null;
    if (evidence === 'doubt' && waitedMs < longestDoubtMs) {
      for (const witness of sight.witnessesFor(id, firstLost)) askAtOnce(witness);
      return null;
    }
    let patienceMs = 0;
    const reach = dependencies.reach(id, parent => {
      const state = convicted.has(parent) ? 'dead' : this.#parentState(parent, firstLost);
      if (state === 'doubt') patienceMs = Math.max(patienceMs, (this.#parts.watched(parent)?.device.timeoutMs ?? 0) + parentPatienceMs);
      return state;
    });
    if (reach.kind === 'doubt' && waitedMs < Math.min(patienceMs, longestDoubtMs)) return null;
    return { id, next, behind: reach.kind === 'cut-off' ? reach.by : null };
  }

  /** What is known of a parent since its child fell silent. A parent that is not watched, or of which nothing is known, is not to blame. */
  #parentState(id: number, { sentMs }: Moment): ParentState {
    const parent = this.#parts.watched(id);
    if (!parent) return 'alive';
    if (!parent.device.pingEnabled) return isDead(parent) ? 'dead' : 'alive';
    switch (parent.liveness.kind) {
      case 'down':
        return 'dead';
      case 'up':
        if (parent.liveness.lastReplyMs >= sentMs) return 'alive';
        this.#parts.askAtOnce(id);
        return 'doubt';
      case 'recovering':
      case 'suspect':
        return 'doubt';
      case 'unknown':
        if (parent.judged.state === 'unreachable') return 'dead';
        this.#parts.askAtOnce(id);
        return 'doubt';
    }
  }
}

/** Judged so, as far as anybody can see. */
export const isDead = ({ judged }: Watched): boolean => judged.state === 'down' || judged.state === 'unreachable';
