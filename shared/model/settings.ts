/** What the user can change while the console runs: one schema a group, every field with a default. */
import { z } from 'zod';

const polling = z.object({
  /** How often a device is sampled. */
  intervalMs: z.int().min(1_000).max(3_600_000).default(10_000),
  /** How long a probe may stay unanswered before it counts as lost. */
  timeoutMs: z.int().min(100).max(10_000).default(1_000),
  snmpIntervalMs: z.int().min(10_000).max(86_400_000).default(60_000),
  /** Probes a sample, spread evenly over the interval. */
  probesPerInterval: z.int().min(1).max(10).default(2),
  payloadBytes: z.int().min(8).max(65_000).default(56),
  dscp: z.int().min(0).max(63).default(0),
  /** Answers in a row before a device that was down is up again. */
  recoveryReplies: z.int().min(1).max(20).default(2),
  /** Probes a second, in all and to one branch: what small lines and intrusion prevention bear. */
  mostProbesPerS: z.int().min(1).max(20_000).default(3_000),
  mostProbesPerBranchPerS: z.int().min(1).max(20_000).default(50),
});

/** Where devices call for their heartbeat checks. */
const heartbeat = z.object({
  enabled: z.boolean().default(false),
  /** The local address it listens on; 0.0.0.0: all. */
  address: z.union([z.ipv4(), z.ipv6()]).default('0.0.0.0'),
  port: z.int().min(1).max(65_535).default(8_428),
});

const demo = z.object({
  enabled: z.boolean().default(false),
  /** How many simulated devices. */
  devices: z.int().min(1).max(10_000).default(875),
});

const station = z.object({
  /** How this console names itself in notes and exports; empty: the computer's name. */
  name: z.string().trim().max(80).default(''),
});

export const settingGroups = { polling, heartbeat, demo, station } as const;

export const Settings = z.object(settingGroups);
export type Settings = z.output<typeof Settings>;

/** Fields left out stay as they are. No defaults here: a default would overwrite what is stored. */
export const SettingsPatch = z
  .object({
    polling: z.object({
      intervalMs: polling.shape.intervalMs.unwrap().optional(), timeoutMs: polling.shape.timeoutMs.unwrap().optional(), snmpIntervalMs: polling.shape.snmpIntervalMs.unwrap().optional(),
      probesPerInterval: polling.shape.probesPerInterval.unwrap().optional(), payloadBytes: polling.shape.payloadBytes.unwrap().optional(), dscp: polling.shape.dscp.unwrap().optional(),
      recoveryReplies: polling.shape.recoveryReplies.unwrap().optional(),
      mostProbesPerS: polling.shape.mostProbesPerS.unwrap().optional(), mostProbesPerBranchPerS: polling.shape.mostProbesPerBranchPerS.unwrap().optional(),
    }).optional(),
    heartbeat: z.object({ enabled: z.boolean().optional(), address: heartbeat.shape.address.unwrap().optional(), port: heartbeat.shape.port.unwrap().optional() }).optional(),
    demo: z.object({ enabled: z.boolean().optional(), devices: demo.shape.devices.unwrap().optional() }).optional(),
    station: z.object({ name: station.shape.name.unwrap().optional() }).optional(),
  })
  .strict();
export type SettingsPatch = z.output<typeof SettingsPatch>;
