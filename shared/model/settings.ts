/** What the user can change while the console runs: one schema a group, every field with a default. */
import { z } from 'zod';

const polling = z.object({
  /** How often a device is sampled; one sample is two probes, spread evenly. */
  intervalMs: z.int().min(1_000).max(3_600_000).default(10_000),
  /** How long a probe may stay unanswered before it counts as lost. */
  timeoutMs: z.int().min(100).max(10_000).default(1_000),
  snmpIntervalMs: z.int().min(10_000).max(86_400_000).default(60_000),
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

export const settingGroups = { polling, demo, station } as const;

export const Settings = z.object(settingGroups);
export type Settings = z.output<typeof Settings>;

/** Fields left out stay as they are. No defaults here: a default would overwrite what is stored. */
export const SettingsPatch = z
  .object({
    polling: z.object({ intervalMs: polling.shape.intervalMs.unwrap().optional(), timeoutMs: polling.shape.timeoutMs.unwrap().optional(), snmpIntervalMs: polling.shape.snmpIntervalMs.unwrap().optional() }).optional(),
    demo: z.object({ enabled: z.boolean().optional(), devices: demo.shape.devices.unwrap().optional() }).optional(),
    station: z.object({ name: station.shape.name.unwrap().optional() }).optional(),
  })
  .strict();
export type SettingsPatch = z.output<typeof SettingsPatch>;
