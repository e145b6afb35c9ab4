/** A device: something with an address that is checked, and what is known of it. */
import { z } from 'zod';
import { Check, CheckGiven } from './check.ts';
import { isHostName } from './host-name.ts';
import { DeviceId, Ms } from './ids.ts';
import { BlindCause } from './observation.ts';
import { Tag } from './tag.ts';

export const deviceTypes = ['router', 'switch', 'access-point', 'nvr', 'atm', 'paybox', 'access-control', 'server', 'printer', 'ups', 'other'] as const;
export const DeviceType = z.enum(deviceTypes, { error: `A device is of one of these types: ${deviceTypes.join(', ')}.` });
export type DeviceType = z.output<typeof DeviceType>;

/**
 * `unreachable`: it does not answer, and neither does what it stands behind, so nothing can be said of it. `not-observed`: this console itself could not see.
 * `no-data`: never checked, or was up and has not been heard of for too long to say anything. `paused`: the user switched checking off.
 */
export const deviceStates = ['up', 'degraded', 'down', 'unreachable', 'not-observed', 'no-data', 'paused'] as const;
export const DeviceState = z.enum(deviceStates);
export type DeviceState = z.output<typeof DeviceState>;

/** `off`: no community set. `waiting`: not asked yet. `refused`: the host answered that the port is closed. `locked`: the stored community cannot be opened. */
export const snmpStates = ['off', 'waiting', 'locked', 'ok', 'no-answer', 'refused', 'bad-answer'] as const;
export const SnmpState = z.enum(snmpStates);
export type SnmpState = z.output<typeof SnmpState>;

/** An IPv6 address in its one spelling, lower-case and compressed (RFC 5952); an IPv4 address written as IPv6 (RFC 4291, section 2.5.5.2) is that IPv4 address. Throws for any other text. */
export function comparableIpv6(address: string): string {
  // The URL parser writes IPv6 the canonical way.
  const canonical = new URL(`http://[${address}]`).hostname.slice(1, -1);
  const [, high, low] = /^::ffff:([\da-f]{1,4}):([\da-f]{1,4})$/.exec(canonical) ?? [];
  if (high === undefined || low === undefined) return canonical;
  const bits = (parseInt(high, 16) << 16) | parseInt(low, 16);
  return [24, 16, 8, 0].map(shift => (bits >>> shift) & 255).join('.');
}

/** Addresses that name no single host, in whatever spelling: "this network", multicast, broadcast (RFC 6890). */
function namesNoHost(address: string): boolean {
  const spelled = address.includes(':') ? comparableIpv6(address) : address;
  return /^(0|22[4-9]|23\d|24\d|25[0-5])(\.\d+){3}$/.test(spelled) || /^(::|ff[\da-f]{2}:.*)$/.test(spelled);
}

const HostName = z.string().refine(isHostName);

/** An IPv4 or IPv6 address of one host, or its name, in the form the user wrote it, trimmed. */
export const Address = z
  .string({ error: 'A device needs an address, for example 192.0.2.5 or atm1.example.' })
  .trim()
  .min(1, 'A device needs an address, for example 192.0.2.5 or atm1.example.')
  .pipe(z.union([z.ipv4(), z.ipv6(), HostName], { error: issue => `"${String(issue.input).slice(0, 60)}" is neither an IP address nor a host name; write one such as 192.0.2.5 or atm1.example.` }))
  .refine(address => !namesNoHost(address), 'That address is not the address of one device; write one such as 192.0.2.5.');

/** One row of the device grid. Times are UTC ms; `rttUs` is the last reply's; `lossPct` counts the probes of the last five minutes. */
export const DeviceRow = z.object({
  id: DeviceId,
  name: z.string(),
  address: z.string(),
  type: DeviceType,
  branch: z.string().nullable(),
  region: z.string().nullable(),
  state: DeviceState,
  /** When the present state began; null while it has never been checked. */
  stateSince: Ms.nullable(),
  /** When the first lost probe of the present outage was sent; null unless down. */
  downSince: Ms.nullable(),
  rttUs: z.number().nullable(),
  lossPct: z.number().nullable(),
  lastCheckAt: Ms.nullable(),
  intervalMs: z.int(),
  /** The outage's alert has been acknowledged, or somebody said that it is down for good: shown as "known down". */
  acknowledged: z.boolean(),
  /** Somebody said that it is down: why, and until when that holds (null: until it answers). It is left out of the board and the counters. */
  knownDown: z.object({ reason: z.string(), until: Ms.nullable(), by: z.string(), at: Ms }).nullable(),
  /** Until when a maintenance window lasts that it lies in; null: in none. */
  maintenanceUntil: Ms.nullable(),
  tags: z.array(z.string()),
  /** It is a link to an internet provider itself: a branch's router, say. */
  ispLink: z.boolean(),
  snmp: SnmpState,
  sysName: z.string().nullable(),
  /** Belongs to the demo fleet. */
  simulated: z.boolean(),
  /** Another device has the same address. */
  sharedAddress: z.boolean(),
  /** The device that is down and that this one stands behind, by name; null unless unreachable. */
  behind: z.string().nullable(),
  /** Why this console cannot see it; null unless not observed. */
  blindCause: BlindCause.nullable(),
  /** Its further checks that are switched on, and how many of them fail. */
  checkCount: z.int(),
  failingChecks: z.int(),
  /** Why there is no answer, where something more than silence is known: "network unreachable", "no permission to send ICMP". */
  problem: z.string().nullable(),
});
export type DeviceRow = z.output<typeof DeviceRow>;

/** Control characters have no place in a name, and would reach logs and terminals; line ends stay. */
const text = (max: number) =>
  z.string({ error: `This must be a text of at most ${max} characters.` }).overwrite(value => value.replaceAll(/\r\n?/g, '\n').replaceAll(/[^\P{Cc}\n\t]/gu, ' ').trim()).max(max, `This text is too long: at most ${max} characters.`);
const optionalText = (max: number) => text(max).nullable().default(null);
const between = (min: number, max: number, sentence: string) => z.int({ error: sentence }).min(min, sentence).max(max, sentence);
const Interval = between(1_000, 3_600_000, 'The interval must be between 1 s and 1 h.');
const Timeout = between(100, 10_000, 'The timeout must be between 0.1 s and 10 s.');
const Port = between(1, 65_535, 'A port is a number from 1 to 65535.');
const Probes = between(1, 10, 'One sample is 1 to 10 probes.');
const Payload = between(8, 65_000, 'The payload must be between 8 and 65000 bytes.');
const Dscp = between(0, 63, 'A DSCP value is a number from 0 to 63.');
const Flag = (sentence: string) => z.boolean({ error: sentence });
const Enabled = Flag('Whether it is switched on is true or false.');
const PingEnabled = Flag('Whether it is pinged is true or false.');
const DontFragment = Flag('Whether its probes may not be fragmented is true or false.');
const Canary = Flag('Whether it is a canary is true or false.');
const BranchRouter = Flag('Whether it is the router of its branch is true or false.');
const communitySentence = 'An SNMP community is a text of 1 to 255 characters.';
const Community = z.string({ error: communitySentence }).min(1, communitySentence).max(255, communitySentence);
const parentsSentence = 'What a device stands behind is a list of the ids of devices.';
const Parents = z.array(z.uuid({ error: parentsSentence }).pipe(DeviceId), { error: parentsSentence }).max(10, 'A device can stand behind at most 10 others.');
const Checks = z.array(CheckGiven, { error: 'The further checks of a device are a list.' }).max(20, 'A device can carry at most 20 further checks.');
const Tags = z.array(Tag, { error: 'The tags of a device are a list of words.' }).max(20, 'A device carries at most 20 tags.').transform(tags => [...new Set(tags)]);
const IspLink = Flag('Whether it is a link to an internet provider is true or false.');
/** Whether one answering parent is enough to reach the device, or all must answer. */
const ParentsNeeded = z.enum(['any', 'all'], { error: 'How many of its parents a device needs is "any" or "all".' });

/** What a user gives to make a device. An empty name becomes the address. `snmpCommunity` goes in and never comes out. */
export const NewDevice = z.object({
  name: text(200).default(''),
  address: Address,
  type: DeviceType.default('other'),
  branch: optionalText(120),
  region: optionalText(120),
  vendor: optionalText(120),
  model: optionalText(120),
  location: optionalText(200),
  notes: optionalText(4_000),
  /** null: the default of the settings. */
  intervalMs: Interval.nullable().default(null),
  timeoutMs: Timeout.nullable().default(null),
  enabled: Enabled.default(true),
  snmpCommunity: Community.nullable().default(null),
  snmpPort: Port.default(161),
  /** Off for a device that answers no ping: its further checks alone decide. */
  pingEnabled: PingEnabled.default(true),
  /** null: the default of the settings. */
  probesPerInterval: Probes.nullable().default(null),
  payloadBytes: Payload.nullable().default(null),
  dscp: Dscp.nullable().default(null),
  dontFragment: DontFragment.default(false),
  /** Tells blind time: while one canary answers, this console sees. */
  canary: Canary.default(false),
  /** What the other devices of its branch stand behind, unless they name parents of their own. */
  branchRouter: BranchRouter.default(false),
  /** What it stands behind; empty: the marked router of its branch. */
  parentIds: Parents.default([]),
  parentsNeeded: ParentsNeeded.default('any'),
  checks: Checks.default([]),
  tags: Tags.default([]),
  /** Left out: a router whose address ends in .5 is. */
  ispLink: IspLink.optional(),
}).refine(({ pingEnabled, checks }) => pingEnabled || checks.some(check => check.enabled && check.consequence !== 'nothing'), {
  path: ['pingEnabled'],
  error: 'A device that answers no ping needs a further check that says what it is.',
});
export type NewDevice = z.output<typeof NewDevice>;

/** Fields left out stay as they are. `snmpCommunity: null` removes it. */
export const DevicePatch = z.object({
  name: text(200).min(1, 'A device needs a name.').optional(),
  address: Address.optional(),
  type: DeviceType.optional(),
  branch: text(120).nullable().optional(),
  region: text(120).nullable().optional(),
  vendor: text(120).nullable().optional(),
  model: text(120).nullable().optional(),
  location: text(200).nullable().optional(),
  notes: text(4_000).nullable().optional(),
  intervalMs: Interval.nullable().optional(),
  timeoutMs: Timeout.nullable().optional(),
  enabled: Enabled.optional(),
  snmpCommunity: Community.nullable().optional(),
  snmpPort: Port.optional(),
  pingEnabled: PingEnabled.optional(),
  probesPerInterval: Probes.nullable().optional(),
  payloadBytes: Payload.nullable().optional(),
  dscp: Dscp.nullable().optional(),
  dontFragment: DontFragment.optional(),
  canary: Canary.optional(),
  branchRouter: BranchRouter.optional(),
  parentIds: Parents.optional(),
  parentsNeeded: ParentsNeeded.optional(),
  /** The whole list: a check that is left out is removed. */
  checks: Checks.optional(),
  tags: Tags.optional(),
  ispLink: IspLink.optional(),
});
export type DevicePatch = z.output<typeof DevicePatch>;

/** One of the device's last minutes summed up. RTTs in us; null without the replies it takes. `jitterUs`: mean difference between one round trip and the next. */
export const RttWindow = z.object({
  minutes: z.int(),
  sent: z.int(),
  lost: z.int(),
  medianUs: z.number().nullable(),
  p95Us: z.number().nullable(),
  jitterUs: z.number().nullable(),
});

/** Everything about one device. */
export const Device = DeviceRow.extend({
  vendor: z.string().nullable(),
  model: z.string().nullable(),
  location: z.string().nullable(),
  notes: z.string().nullable(),
  enabled: z.boolean(),
  /** The device's own settings; null where the defaults apply. `intervalMs` of the row is the one in force. */
  ownIntervalMs: z.int().nullable(),
  ownTimeoutMs: z.int().nullable(),
  hasSnmpCommunity: z.boolean(),
  snmpPort: z.int(),
  pingEnabled: z.boolean(),
  ownProbesPerInterval: z.int().nullable(),
  ownPayloadBytes: z.int().nullable(),
  ownDscp: z.int().nullable(),
  dontFragment: z.boolean(),
  canary: z.boolean(),
  branchRouter: z.boolean(),
  parentIds: z.array(DeviceId),
  parentsNeeded: ParentsNeeded,
  /** What it really stands behind: its own parents, or its branch's routers. */
  standsBehind: z.array(DeviceId),
  checks: z.array(Check),
  /** The address that its name stands for; null while unknown. The same as `address` where that is no name. */
  resolvedAddress: z.string().nullable(),
  /** Since the engine started: second answers to one probe, and answers to a probe from another address, with that address. */
  duplicateReplies: z.int(),
  strayReplies: z.int(),
  strayFrom: z.string().nullable(),
  /** What SNMP last said; all null until the first answer. */
  sysDescr: z.string().nullable(),
  sysObjectId: z.string().nullable(),
  sysUpTimeMs: z.number().nullable(),
  snmpAt: Ms.nullable(),
  snmpProblem: z.string().nullable(),
  /** The last 1, 5 and 15 minutes since the engine started; empty while paused. */
  windows: z.array(RttWindow),
  createdAt: Ms,
  updatedAt: Ms,
});
export type Device = z.output<typeof Device>;
