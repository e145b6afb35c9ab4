/** Devices that are silent behind a dead parent: who it is that a person should look at, and when each is asked anew because that has changed. */
import type { Clock } from '../clock.ts';
import type { Dependencies } from './dependencies.ts';
import type { Watched } from './watched.ts';

/** What stood behind a device that has come back may need this long to be reached again: routes and spanning trees settle. */
export const settleMs = 10_000;

export type CutOffParts = {
  readonly clock: Clock;
  readonly dependencies: Dependencies;
  readonly watched: (id: number) => Watched | undefined;
  readonly isDead: (id: number) => boolean;
  /** It is not cut off any more: judge it by what it does from now on. */
  readonly onFree: (watched: Watched) => void;
  /** Another one is to blame. */
  readonly onOtherCause: (watched: Watched) => void;
  readonly checkNow: (id: number) => void;
};

export class CutOff {
  readonly #parts: CutOffParts;
  readonly #members = new Set<Watched>();
  /** Set free, and asked once more when the way to them has settled; by the moment of the forward clock. */
  readonly #settling = new Map<Watched, number>();

  constructor(parts: CutOffParts) {
    this.#parts = parts;
  }

  add(watched: Watched, behind: number): void {
    watched.behind = behind;
    this.#members.add(watched);
    this.#settling.delete(watched);
  }

  /** It answered, or is gone. */
  remove(watched: Watched): void {
    watched.behind = null;
    this.#members.delete(watched);
    this.#settling.delete(watched);
  }

  /** Call it often: what stood in the way may be gone. */
  review(): void {
    const { clock, dependencies, isDead, onFree, onOtherCause, checkNow } = this.#parts;
    const nowMs = clock.monotonicMs();
    for (const watched of this.#members) {
      const { id } = watched.device;
      const reach = dependencies.reach(id, parent => (isDead(parent) ? 'dead' : 'alive'));
      if (reach.kind === 'cut-off') {
        if (watched.reading.behindId !== this.rootCause(reach.by)) {
          watched.behind = reach.by;
          onOtherCause(watched);
        }
        continue;
      }
      this.#members.delete(watched);
      this.#settling.set(watched, nowMs + settleMs);
      onFree(watched);
      checkNow(id);
    }
    for (const [watched, settledMs] of this.#settling) {
      if (nowMs < settledMs) continue;
      this.#settling.delete(watched);
      checkNow(watched.device.id);
    }
  }

  /** The device at the beginning of the chain: what a person would go and look at. */
  rootCause(id: number): number {
    const { dependencies, watched, isDead } = this.#parts;
    const passed = new Set<number>();
    let at = id;
    for (;;) {
      passed.add(at);
      const known = watched(at);
      const above = known ? known.behind : (dependencies.parentsOf(at).find(isDead) ?? null);
      if (above === null || passed.has(above)) return at;
      at = above;
    }
  }
}
