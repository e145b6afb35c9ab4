/** History: what is kept of each metric, whose it is, and how it travels. Columns are arrays of one length, one entry a point. */
import { z } from 'zod';
import { BranchId, CheckId, DeviceId, Ms } from './ids.ts';
import { deviceStates } from './device.ts';
import { BlindCause, HistorySpan, Uptime } from './observation.ts';

/**
 * `ping`: round trips, us. `check-time`: how long a further check took, ms. `check-value`: the number that an SNMP check read. Of an interface: `if-in`, `if-out` (octets a second
 * between two readings), `if-in-errors` … `if-out-discards` (packets a second), `if-status` (1 while it is up; lost while it is down). Of a device by SNMP: `cpu`, `memory`, `disk` (% in use; of several the fullest), `temperature` (°C; of several the hottest).
 */
export const metrics = ['ping', 'check-time', 'check-value', 'if-in', 'if-out', 'if-in-errors', 'if-out-errors', 'if-in-discards', 'if-out-discards', 'if-status', 'cpu', 'memory', 'disk', 'temperature'] as const;
export const Metric = z.enum(metrics, { error: `A metric is one of these: ${metrics.join(', ')}.` });
export type Metric = z.output<typeof Metric>;

export const metricUnits = { 'ping': 'us', 'check-time': 'ms', 'check-value': 'value', 'if-in': 'octets/s', 'if-out': 'octets/s', 'if-in-errors': '1/s', 'if-out-errors': '1/s', 'if-in-discards': '1/s', 'if-out-discards': '1/s', 'if-status': 'value', 'cpu': '%', 'memory': '%', 'disk': '%', 'temperature': '°C' } as const satisfies Record<Metric, string>;

export const IfIndex = z.int({ error: 'An interface is named by its ifIndex, a number from 1.' }).min(1, 'An interface is named by its ifIndex, a number from 1.');

/** Whose history. Of a branch or a provider all its members are summed up as if they were one. */
export const HistoryTarget = z.discriminatedUnion('of', [
  z.object({ of: z.literal('device'), deviceId: DeviceId }),
  z.object({ of: z.literal('branch'), branchId: BranchId }),
  z.object({ of: z.literal('check'), deviceId: DeviceId, checkId: CheckId }),
  z.object({ of: z.literal('interface'), deviceId: DeviceId, ifIndex: IfIndex }),
  /** The interfaces marked as links of this internet provider. */
  z.object({ of: z.literal('isp'), provider: z.string().trim().min(1, 'Name the provider.').max(80, 'A provider\'s name has at most 80 characters.') }),
]);
export type HistoryTarget = z.output<typeof HistoryTarget>;

/** Which metrics a target has, the usual one first. */
export const metricsOf = { device: ['ping', 'cpu', 'memory', 'disk', 'temperature'], branch: ['ping'], check: ['check-time', 'check-value'], interface: metrics.slice(3, 10), isp: metrics.slice(3, 10) } as const satisfies Record<HistoryTarget['of'], readonly Metric[]>;

/** From coarse to fine what a point may have been made of. */
export const resolutions = ['day', 'hour', '5min', 'raw'] as const;
export const Resolution = z.enum(resolutions);
export type Resolution = z.output<typeof Resolution>;

/**
 * One metric over time. `stepMs` 0: every sample is a point. Otherwise each point sums up the samples from its `t` on for one step; minima and maxima are kept. A point whose
 * samples were all lost has null figures.
 */
export const Series = z.object({
  unit: z.enum(['us', 'ms', 'value', 'octets/s', '1/s', '%', '°C']),
  /** The coarsest data that were needed. */
  resolution: Resolution,
  stepMs: z.int(),
  t: z.array(Ms),
  min: z.array(z.number().nullable()),
  avg: z.array(z.number().nullable()),
  max: z.array(z.number().nullable()),
  /** The value that a twentieth of the samples is above; of points made of rollups the largest of theirs. */
  p95: z.array(z.number().nullable()),
  /** Samples that were judged, and those of them that were lost. */
  sent: z.array(z.int()),
  lost: z.array(z.int()),
  /** Outages, blind time and maintenance within the range, in order; empty for anything but a device. */
  spans: z.array(HistorySpan),
  /** Stretches whose stored data are damaged and were passed over. */
  unreadable: z.array(z.object({ from: Ms, to: Ms })),
});
export type Series = z.output<typeof Series>;

/** A stretch of one state; blind time lies over whatever the state was, and maintenance over blind time. */
export const StateSpan = z.object({ state: z.enum([...deviceStates, 'maintenance']), from: Ms, to: Ms, cause: BlindCause.nullable() });
export type StateSpan = z.output<typeof StateSpan>;

/** One line of an uptime report. `id`: the branch, the device, or device and ifIndex. */
export const UptimeRow = Uptime.omit({ from: true, to: true }).extend({
  id: z.string(),
  name: z.string(),
  /** Of a device its branch; of an ISP link its device. */
  within: z.string().nullable(),
  /** The provider of an ISP link. */
  provider: z.string().nullable(),
  devices: z.int(),
});
export type UptimeRow = z.output<typeof UptimeRow>;

/** How long each resolution is kept, and how large the file may become; days. */
export const Retention = z.object({ rawDays: z.int(), fiveMinDays: z.int(), hourDays: z.int(), maxSizeMb: z.int().nullable() });
export type Retention = z.output<typeof Retention>;

/** What settings would come to for this estate, as it is sampled now. */
export const Forecast = z.object({
  /** Samples a day, and how many bytes one takes, measured on what is stored. */
  samplesPerDay: z.number(),
  bytesPerSample: z.number(),
  /** The file now, and as large as it will be once each resolution has its days, without a maximum. */
  bytesNow: z.number(),
  bytesFull: z.number(),
  /** The days that each resolution is kept within the maximum. */
  rawDays: z.number(), fiveMinDays: z.number(), hourDays: z.number(),
  /** The least that the maximum must be for this estate, MB. */
  leastSizeMb: z.int(),
  /** Whether they can be kept as asked; otherwise one sentence that says what is kept instead, or why they cannot be saved. */
  verdict: z.enum(['kept', 'shortened', 'impossible']),
  message: z.string().nullable(),
});
export type Forecast = z.output<typeof Forecast>;
