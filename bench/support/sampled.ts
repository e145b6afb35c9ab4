/** Samples as a poller would bring them, tick by tick: for benchmarks that drive the store itself. */
import type { DeviceWrite } from '../../electron/engine/store/devices.ts';
import type { NewTick } from '../../electron/engine/store/tick-queue.ts';
import { randomFrom } from './random.ts';

export const startMs = Date.UTC(2026, 0, 5);

export const deviceNumber = (n: number): DeviceWrite => ({
  device: {
    publicId: `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`, name: `Device ${n}`, address: `127.40.${n >> 8}.${n & 255}`, type: 'other', branch: `Branch ${n % 128}`, region: null, vendor: null, model: null,
    location: null, notes: null, intervalMs: null, timeoutMs: null, enabled: true, snmpPort: 161, pingEnabled: true, probesPerInterval: null, payloadBytes: null, dscp: null, dontFragment: false, canary: false,
    branchRouter: false, parentIds: [], parentsNeeded: 'any', tags: [], ispLink: false, simulated: false, createdAt: startMs, updatedAt: startMs,
  },
});

/** Two pings of each device every ten seconds, the devices spread over them evenly; one in 500 is lost. Like those of the seed: round trips of 3 to 30 ms with half a millisecond of noise. */
export class Samples {
  readonly #devices: number;
  readonly #stepMs: number;
  readonly #random = randomFrom(20_263);
  readonly #baseUs: Float64Array;

  constructor(devices: number, stepMs = 5_000) {
    this.#devices = devices;
    this.#stepMs = stepMs;
    this.#baseUs = Float64Array.from({ length: devices }, () => 3_000 + this.#random() * 27_000);
  }

  /** Everything that falls due from a moment up to another one. */
  tick(fromMs: number, toMs: number): NewTick {
    const ids: number[] = [];
    const at: number[] = [];
    for (let due = Math.floor(fromMs / this.#stepMs) * this.#stepMs; due < toMs; due += this.#stepMs) {
      const first = Math.max(0, Math.ceil(((fromMs - due) / this.#stepMs) * this.#devices));
      const end = Math.min(this.#devices, Math.ceil(((toMs - due) / this.#stepMs) * this.#devices));
      for (let device = first; device < end; device++) {
        ids.push(device + 1);
        at.push(Math.floor(due + (device / this.#devices) * this.#stepMs + 8 * this.#random() ** 2));
      }
    }
    const rttUs = Int32Array.from(ids, id => (this.#random() < 0.002 ? -1 : Math.round((this.#baseUs[id - 1] ?? 0) - Math.log(1 - this.#random()) * 500)));
    return {
      at: toMs, values: [], interfaces: [], stateChanges: [], alerts: [], snmp: [], journal: [], checks: [],
      samples: { deviceId: Int32Array.from(ids), at: Float64Array.from(at), outcome: Uint8Array.from(rttUs, rtt => (rtt < 0 ? 1 : 0)), rttUs },
    };
  }
}
