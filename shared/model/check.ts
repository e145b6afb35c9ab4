/** Further checks of a device besides its ping: a port, a web page, a name, a value, or a call that the device makes itself. */
import { z } from 'zod';
import { CheckId, Ms } from './ids.ts';

/** What a failing check makes of its device. `nothing`: it is shown, and the device's state stays. */
export const checkConsequences = ['down', 'degraded', 'nothing'] as const;

const between = (min: number, max: number, sentence: string) => z.int({ error: sentence }).min(min, sentence).max(max, sentence);
const text = (max: number) => z.string().trim().max(max, `This text is too long: at most ${max} characters.`);
const Port = between(1, 65_535, 'A port is a number from 1 to 65535.');

/** The port answers a connection. */
const Tcp = z.object({ kind: z.literal('tcp'), port: Port });

/** A page answers as it should. With `https:` the certificate is looked at as well. */
const Http = z.object({
  kind: z.literal('http'),
  /** Of the device itself where the host is left out: "https:///login" or "http://:8080/". */
  url: text(2_000).min(1, 'A web check needs an address, for example https:///login for the device itself.'),
  /** Codes and ranges, as "200-299,401". */
  status: z.string().trim().regex(/^\d{3}(-\d{3})?(\s*,\s*\d{3}(-\d{3})?)*$/, 'Write the accepted status codes as 200-299,401.').default('200-299'),
  /** Must occur in the first 256 KiB of the page. */
  contains: text(500).nullable().default(null),
  /** `refuse`: a redirect is an answer, and judged by its status. */
  redirects: z.enum(['follow', 'refuse']).default('follow'),
  /** `name`: valid for the host and signed by an authority; `expiry`: only that it has not expired, for devices that sign their own. */
  certificate: z.enum(['name', 'expiry', 'ignore']).default('name'),
  /** Fails when the certificate has fewer days left. */
  certificateDays: between(0, 365, 'The days a certificate must still be valid: 0 to 365.').default(14),
});

/** A name server answers, and as expected. */
const Dns = z.object({
  kind: z.literal('dns'),
  /** Asked server; null: the device itself. */
  server: text(253).nullable().default(null),
  name: text(253).min(1, 'A DNS check needs a name to ask for.'),
  record: z.enum(['A', 'AAAA', 'CNAME', 'MX', 'NS', 'PTR', 'SOA', 'SRV', 'TXT']).default('A'),
  /** One of the answers must be this; null: any answer will do. */
  expect: text(500).nullable().default(null),
});

/** One SNMP value is there, or compares as it should. Asked with the device's own community. */
const SnmpValue = z.object({
  kind: z.literal('snmp'),
  oid: z.string().trim().regex(/^\.?\d+(\.\d+)+$/, 'Write the OID as numbers, for example 1.3.6.1.2.1.1.3.0.'),
  compare: z.enum(['present', '=', '!=', '<', '<=', '>', '>=', 'contains']).default('present'),
  /** What it is compared with; numbers compare as numbers. */
  value: text(500).nullable().default(null),
});

/** The device calls an address of this console; silence longer than interval and grace is failure. */
const Heartbeat = z.object({ kind: z.literal('heartbeat'), graceMs: between(0, 86_400_000, 'The grace must be between 0 and 24 h.').default(30_000) });

const common = {
  name: text(120).default(''),
  intervalMs: between(5_000, 86_400_000, 'The interval of a check must be between 5 s and 24 h.').default(60_000),
  timeoutMs: between(100, 30_000, 'The timeout of a check must be between 0.1 s and 30 s.').default(5_000),
  enabled: z.boolean().default(true),
  consequence: z.enum(checkConsequences).default('degraded'),
};

/** What a user gives. `id` keeps the identity of a check that is there already; without one it is new. */
export const CheckInput = z.discriminatedUnion('kind', [Tcp, Http, Dns, SnmpValue, Heartbeat]).and(z.object({ id: CheckId.optional(), ...common }));
export type CheckInput = z.output<typeof CheckInput>;
export const checkKinds = ['tcp', 'http', 'dns', 'snmp', 'heartbeat'] as const;

/** `waiting`: not asked yet. `unknown`: it could not be asked, through no fault of the device. */
export const checkStates = ['ok', 'failing', 'waiting', 'unknown', 'off'] as const;

/** A check as it stands. */
export const Check = CheckInput.and(z.object({
  id: CheckId,
  state: z.enum(checkStates),
  /** When the present state began. */
  since: Ms.nullable(),
  at: Ms.nullable(),
  /** One sentence: "200 OK; the certificate is valid for 61 days". */
  message: z.string().nullable(),
  elapsedMs: z.number().nullable(),
  /** Where the device calls, for a heartbeat: path and token, after this console's own address. */
  heartbeatPath: z.string().nullable(),
}));
export type Check = z.output<typeof Check>;
