/** What half a second brought: each probe as columns, each device that was checked or changed, each change of state, each entry of the journal. */
import type { DeviceState } from '../../../shared/model/device.ts';
import type { JournalEntry } from './sight/journal.ts';
import type { DeviceReading, Watched } from './watched.ts';

/** Columns of one length, one entry a probe. `extra`: 1 for one out of turn, to confirm something. `at`: UTC ms; `outcome`: 0 reply, 1 timeout, 2 unreachable, 3 too many hops; `rttUs` is -1 without a reply. */
export type TickColumns = { readonly deviceId: Int32Array; readonly at: Float64Array; readonly outcome: Uint8Array; readonly rttUs: Int32Array; readonly extra: Uint8Array };

/** A device's state changed at `at`; `since` is when the new state began, which for `down` is the first lost probe. */
export type StateChange = { readonly deviceId: number; readonly at: number; readonly state: DeviceState; readonly since: number; readonly downSince: number | null };

export type Tick = {
  readonly at: number;
  readonly samples: TickColumns;
  readonly readings: readonly DeviceReading[];
  readonly changes: readonly StateChange[];
  readonly journal: readonly JournalEntry[];
};

const outcomeCodes = { reply: 0, timeout: 1, unreachable: 2, 'hops-exceeded': 3 } as const;

/** A tick that is still open. */
export class OpenTick {
  readonly #changed = new Set<Watched>();
  #probes: { deviceId: number; at: number; outcome: number; rttUs: number; extra: boolean }[] = [];
  #changes: StateChange[] = [];

  probed(deviceId: number, at: number, kind: keyof typeof outcomeCodes, rttUs: number | null, extra: boolean): void {
    this.#probes.push({ deviceId, at, outcome: outcomeCodes[kind], rttUs: rttUs ?? -1, extra });
  }

  /** Its reading goes out with the tick, as it then is. */
  touched(watched: Watched): void {
    this.#changed.add(watched);
  }

  changed(change: StateChange): void {
    this.#changes.push(change);
  }

  forget(watched: Watched): void {
    this.#changed.delete(watched);
  }

  /** Hands over everything since the last time. */
  close(at: number, journal: readonly JournalEntry[]): Tick {
    const probes = this.#probes;
    const samples: TickColumns = { deviceId: new Int32Array(probes.length), at: new Float64Array(probes.length), outcome: new Uint8Array(probes.length), rttUs: new Int32Array(probes.length), extra: new Uint8Array(probes.length) };
    probes.forEach((probe, i) => {
      samples.deviceId[i] = probe.deviceId;
      samples.at[i] = probe.at;
      samples.outcome[i] = probe.outcome;
      samples.rttUs[i] = probe.rttUs;
      samples.extra[i] = probe.extra ? 1 : 0;
    });
    const tick: Tick = { at, samples, readings: [...this.#changed].map(watched => watched.reading), changes: this.#changes, journal };
    this.#probes = [];
    this.#changes = [];
    this.#changed.clear();
    return tick;
  }
}
