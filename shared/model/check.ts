/** Further checks of a device besides its ping: a port, a web page, a name, a value, or a call that the device makes itself. */
import { z } from 'zod';
import { isHostName } from './host-name.ts';
import { CheckId, Ms } from './ids.ts';

/** What a failing check makes of its device. `nothing`: it is shown, and the device's state stays. */
export const checkConsequences = ['down', 'degraded', 'nothing'] as const;

const between = (min: number, max: number, sentence: string) => z.int({ error: sentence }).min(min, sentence).max(max, sentence);
const oneOf = <const T extends readonly string[]>(what: string, values: T) => z.enum(values, { error: `${what} one of: ${values.join(', ')}.` });
const text = (max: number, sentence = `This must be a text of at most ${max} characters.`) => z.string({ error: sentence }).trim().max(max, `This text is too long: at most ${max} characters.`);
const Port = between(1, 65_535, 'A port is a number from 1 to 65535.');

/**
 * The page that a web check asks for: its own address, with `host` (a name or an IP address) where that leaves the host out, as "https:///login" and
 * "http://:8080/" do. Null for what is not the address of a page, or carries a password.
 */
export function pageUrl(url: string, host: string): URL | null {
  // The URL parser would take "login" in "https:///login" for the host.
  const [, scheme, port = '', rest = ''] = /^(https?):\/\/(:\d{1,5})?([/?#].*)?$/i.exec(url) ?? [];
  const page = URL.parse(scheme === undefined ? url : `${scheme}://${host.includes(':') ? `[${host}]` : host}${port}${rest}`);
  return page && /^https?:$/.test(page.protocol) && page.username === '' && page.password === '' ? page : null;
}

/** The port answers a connection. */
const Tcp = z.object({ kind: z.literal('tcp'), port: Port });

const urlSentence = 'A web check needs an address, for example https:///login for the device itself.';
const statusSentence = 'Write the accepted status codes as 200-299,401.';

/** A page answers as it should. With `https:` the certificate is looked at as well. */
const Http = z.object({
  kind: z.literal('http'),
  /** Of the device itself where the host is left out: "https:///login" or "http://:8080/". */
  url: text(2_000, urlSentence)
    .min(1, urlSentence)
    .refine(url => !/^https?:\/\/[^/?#]*@/i.test(url), 'A name or password in a web address would be stored for all to read; leave it out.')
    .refine(url => pageUrl(url, 'device.example') !== null, 'That is not the address of a web page; write one such as https:///login for the device itself.'),
  /** Codes and ranges, as "200-299,401". */
  status: z.string({ error: statusSentence }).trim().regex(/^\d{3}(-\d{3})?(\s*,\s*\d{3}(-\d{3})?)*$/, statusSentence).default('200-299'),
  /** Must occur in the first 256 KiB of the page. */
  contains: text(500).nullable().default(null),
  /** `refuse`: a redirect is an answer, and judged by its status. */
  redirects: oneOf('Redirects are', ['follow', 'refuse']).default('follow'),
  /** `name`: valid for the host and signed by an authority; `expiry`: only that it has not expired, for devices that sign their own. */
  certificate: oneOf('What is looked at in a certificate is', ['name', 'expiry', 'ignore']).default('name'),
  /** Fails when the certificate has fewer days left. */
  certificateDays: between(0, 365, 'The days a certificate must still be valid: 0 to 365.').default(14),
});

const querySentence = 'A DNS check needs a name to ask for.';

/** A name server answers, and as expected. */
const Dns = z.object({
  kind: z.literal('dns'),
  /** Asked server: an address or name, with a port where it is not 53, as "192.0.2.5:5353" or "[2001:db8::5]:5353"; null: the device itself. */
  server: text(253).nullable().default(null),
  query: text(253, querySentence).min(1, querySentence),
  record: oneOf('A DNS check asks for', ['A', 'AAAA', 'CNAME', 'MX', 'NS', 'PTR', 'SOA', 'SRV', 'TXT']).default('A'),
  /** One of the answers must be this; null: any answer will do. */
  expect: text(500).nullable().default(null),
});

const oidSentence = 'Write the OID as numbers, for example 1.3.6.1.2.1.1.3.0.';

/** One SNMP value is there, or compares as it should. Asked with the device's own community. */
const SnmpValue = z
  .object({
    kind: z.literal('snmp'),
    oid: text(500, oidSentence).regex(/^\.?[0-2](\.\d{1,10})+$/, oidSentence),
    compare: oneOf('An SNMP value is compared by', ['present', '=', '!=', '<', '<=', '>', '>=', 'contains']).default('present'),
    /** What it is compared with; numbers compare as numbers. */
    value: text(500).nullable().default(null),
  })
  .refine(({ compare, value }) => compare === 'present' || (value !== null && value !== ''), { path: ['value'], error: 'Say what the value is to be compared with.' });

/** The device calls an address of this console; silence longer than interval and grace is failure. */
const Heartbeat = z.object({ kind: z.literal('heartbeat'), graceMs: between(0, 86_400_000, 'The grace must be between 0 and 24 h.').default(30_000) });

/** Where a device calls, after this console's own address. */
export const heartbeatPath = (token: string): string => `/heartbeat/${token}`;

/** The token in such a path; null for any other. */
export const heartbeatToken = (path: string): string | null => /^\/heartbeat\/([\w-]{16,64})\/?$/.exec(path)?.[1] ?? null;

const common = {
  name: text(120).default(''),
  intervalMs: between(5_000, 86_400_000, 'The interval of a check must be between 5 s and 24 h.').default(60_000),
  timeoutMs: between(100, 30_000, 'The timeout of a check must be between 0.1 s and 30 s.').default(5_000),
  enabled: z.boolean({ error: 'Whether a check is switched on is true or false.' }).default(true),
  consequence: z.enum(checkConsequences, { error: 'A failing check makes its device "down" or "degraded", or "nothing".' }).default('degraded'),
};

export const checkKinds = ['tcp', 'http', 'dns', 'snmp', 'heartbeat'] as const;

/** What a check asks, and how often. `id` keeps the identity of a check that is there already; without one it is new. */
export const CheckInput = z
  .discriminatedUnion('kind', [Tcp, Http, Dns, SnmpValue, Heartbeat], { error: `A check is of one of these kinds: ${checkKinds.join(', ')}.` })
  .and(z.object({ id: z.uuid({ error: 'That is not the id of a check; leave it out for a new one.' }).pipe(CheckId).optional(), ...common }));
export type CheckInput = z.output<typeof CheckInput>;

/** What a user gives. More is refused than what cannot be read: what could never come true. That was not always so, and what was stored before stays as it is. */
export const CheckGiven = CheckInput
  .refine(check => check.kind === 'heartbeat' || check.timeoutMs <= check.intervalMs, { path: ['timeoutMs'], error: 'The timeout of a check must not be longer than its interval.' })
  .refine(check => check.kind !== 'http' || statusRanges(check.status).every(([from, to]) => from <= to), { path: ['status'], error: statusSentence })
  .refine(check => check.kind !== 'dns' || check.server === null || isNameServer(check.server), { path: ['server'], error: 'Write the name server as an address or a name, with a port where it is not 53, as 192.0.2.5:5353.' })
  .refine(check => check.kind !== 'dns' || canBeAsked(check.query, check.record), { path: ['query'], error: 'That is not a name that can be asked for; write one such as atm1.example.' })
  .refine(check => check.kind !== 'snmp' || isOid(check.oid), { path: ['oid'], error: 'Write the OID as numbers, for example 1.3.6.1.2.1.1.3.0; no part of it can be more than 4294967295.' });

const isIpv4 = (text: string): boolean => z.ipv4().safeParse(text).success;
const isIpv6 = (text: string): boolean => z.ipv6().safeParse(text).success;

/** "192.0.2.5", "192.0.2.5:5353", "2001:db8::5", "[2001:db8::5]:5353", "dns.example". */
function isNameServer(text: string): boolean {
  if (isIpv6(text)) return true;
  const [, six, other = '', port = '53'] = /^(?:\[([\da-f:.]+)\]|([^\s:[\]]+))(?::(\d{1,5}))?$/i.exec(text) ?? [];
  return Number(port) >= 1 && Number(port) <= 65_535 && (six === undefined ? isIpv4(other) || isHostName(other) : isIpv6(six));
}

/** Labels of letters of any script, digits, hyphens, underscores, and what zones use beside them; "." is the root. With PTR an address stands for its own name. */
function canBeAsked(query: string, record: CheckOf<'dns'>['record']): boolean {
  if (query === '.' || (record === 'PTR' && isIpv6(query))) return true;
  return query.replace(/\.$/, '').split('.').every(label => label.length <= 63 && /^([\w*\\/-]|[^\p{ASCII}\s\p{Cc}])+$/u.test(label));
}

/** As it can be written in a request (RFC 2578, section 3.5; X.660): 128 parts of 32 bits, and below 0 and 1 no more than 40 branches. */
function isOid(oid: string): boolean {
  const parts = oid.replace(/^\./, '').split('.').map(Number);
  const [first = 0, second = 0] = parts;
  return parts.length <= 128 && parts.every(part => part <= 4_294_967_295) && (first === 2 || second < 40);
}

/** "200-299,401" as the first and the last code of each range. */
export function statusRanges(status: string): (readonly [number, number])[] {
  return status.split(',').map(range => {
    const [from = 0, to = from] = range.split('-').map(Number);
    return [from, to];
  });
}

/** One kind of check. */
export type CheckOf<K extends CheckInput['kind']> = Extract<CheckInput, { readonly kind: K }>;

/** `waiting`: not asked yet. `unknown`: it could not be asked, through no fault of the device. */
export const checkStates = ['ok', 'failing', 'waiting', 'unknown', 'off'] as const;

/** What only says how often a check is asked and what is made of it. What was found by the one version of a check holds for the other while nothing else differs. */
const aboutAsking = new Set<string>(['id', 'name', 'intervalMs', 'timeoutMs', 'graceMs', 'enabled', 'consequence']);

/** Whether two versions of a check ask the same question, so that the answer to the one is the answer to the other. */
export function asksTheSame(a: CheckInput, b: CheckInput): boolean {
  const question = (check: CheckInput): string => JSON.stringify(Object.entries(check).filter(([field]) => !aboutAsking.has(field)).sort(([one], [other]) => (one < other ? -1 : 1)));
  return question(a) === question(b);
}

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
