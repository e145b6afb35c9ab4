/** What this console could not see, and when: blind time is told apart from outages, stored, and left out of uptime. */
import { z } from 'zod';
import { Ms } from './ids.ts';

/**
 * `slept`: the computer was suspended. `stopped`: the engine got no time to run. `not-running`: the console was closed. `interface`: this computer's own network
 * interface is gone; `vpn`: the same of a tunnel. `gateway`: the router that leads to the devices does not answer. `everything`: all devices on one way fell
 * silent at once.
 */
export const blindCauses = ['slept', 'stopped', 'not-running', 'interface', 'vpn', 'gateway', 'everything'] as const;
export const BlindCause = z.enum(blindCauses);
export type BlindCause = z.output<typeof BlindCause>;

/** One entry of the console's own journal. */
export const JournalRow = z.object({
  id: z.string(),
  /** `maintenance`: devices lay in a maintenance window; `detail` names it. */
  kind: z.enum(['blind', 'clock-step', 'maintenance']),
  /** null unless blind. */
  cause: BlindCause.nullable(),
  /** When it began: for blind time the last moment that something was still seen. Of a clock step the moment after it, by the clock as it was then set. */
  from: Ms,
  /** null while it lasts. */
  to: Ms.nullable(),
  /** Devices that could not be seen; null: all of them. */
  devices: z.int().nullable(),
  /** One English sentence with the particulars: the interface's name, the gateway's address, by how much the clock stepped. */
  detail: z.string(),
});
export type JournalRow = z.output<typeof JournalRow>;

/** A stretch of a device's history that a chart shades. */
export const HistorySpan = z.object({ kind: z.enum(['down', 'unreachable', 'not-observed', 'maintenance']), from: Ms, to: Ms, cause: BlindCause.nullable() });
export type HistorySpan = z.output<typeof HistorySpan>;

/**
 * How much of a time a device was what. The parts add up to the whole; `maintenanceMs`: it was paused, or lay in a maintenance window; `noDataMs`: before it was first checked, or after now. Of several
 * devices the times are added up.
 */
export const Uptime = z.object({
  from: Ms, to: Ms,
  upMs: z.int(), downMs: z.int(), unreachableMs: z.int(), notObservedMs: z.int(), maintenanceMs: z.int(), noDataMs: z.int(),
  /** Share of the observed time that it was up or degraded; null when nothing was observed. Unreachable and maintenance time say nothing about the device. */
  uptimePct: z.number().nullable(),
  /** Share of the time since it was first known, maintenance left out, that this console could see. */
  observedPct: z.number().nullable(),
  outages: z.int(),
  /** Mean time to repair: the observed time down for each outage; mean time between failures: the time up for each outage. null without an outage. */
  mttrMs: z.number().nullable(),
  mtbfMs: z.number().nullable(),
});
export type Uptime = z.output<typeof Uptime>;
