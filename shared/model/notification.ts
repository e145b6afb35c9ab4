/** Who is told of incidents, by what, and what became of each message. */
import { z } from 'zod';
import { IncidentId, MessageId, Ms, TargetId } from './ids.ts';
import { Severity } from './rule.ts';
import { Scope } from './scope.ts';

const text = (max: number, sentence: string) => z.string({ error: sentence }).trim().max(max, sentence);
const needed = (max: number, sentence: string) => text(max, sentence).min(1, sentence);
const between = (min: number, max: number, sentence: string) => z.int({ error: sentence }).min(min, sentence).max(max, sentence);
const WebUrl = (sentence: string) => needed(2_000, sentence).refine(url => /^https?:$/.test(URL.parse(url)?.protocol ?? ''), sentence);
/** What goes in and never comes out; left out of a change it stays, null removes it. */
const Secret = (sentence: string) => z.string({ error: sentence }).min(1, sentence).max(4_000, sentence).nullable().optional();

export const targetKinds = ['desktop', 'sound', 'email', 'telegram', 'slack', 'mattermost', 'teams', 'webhook'] as const;

const Desktop = z.strictObject({ kind: z.literal('desktop') });
const Sound = z.strictObject({ kind: z.literal('sound'), sound: z.enum(['chime', 'alarm', 'siren'], { error: 'A sound is one of: chime, alarm, siren.' }).default('chime') });
const Email = z.strictObject({
  kind: z.literal('email'),
  host: needed(253, 'An e-mail recipient needs the name of the mail server.'),
  port: between(1, 65_535, 'A port is a number from 1 to 65535.').default(587),
  /** `tls`: from the first byte; `starttls`: upgraded, or nothing is sent; `none`: in the clear. */
  security: z.enum(['tls', 'starttls', 'none'], { error: 'The security is one of: tls, starttls, none.' }).default('starttls'),
  user: text(320, 'The user name is a text.').default(''),
  from: needed(320, 'An e-mail needs a sender, for example noc@bank.example.').pipe(z.email('The sender is not an e-mail address; write one such as noc@bank.example.')),
  to: z.array(z.email('A recipient is not an e-mail address; write one such as noc@bank.example.'), { error: 'Recipients are a list of e-mail addresses.' }).min(1, 'An e-mail needs at least one recipient.').max(50, 'At most 50 recipients.'),
});
const Telegram = z.strictObject({ kind: z.literal('telegram'), chatId: needed(64, 'A Telegram recipient needs a chat id.'), /** For a relay of one's own. */ apiUrl: WebUrl('The address of the Telegram API is not a web address.').default('https://api.telegram.org') });
const hook = 'That is not the address of a webhook; write one that begins with https://.';
/** Their webhook's address is the secret. */
const Slack = z.strictObject({ kind: z.literal('slack') });
const Mattermost = z.strictObject({ kind: z.literal('mattermost') });
const Teams = z.strictObject({ kind: z.literal('teams') });
const Webhook = z.strictObject({
  kind: z.literal('webhook'),
  url: WebUrl(hook),
  method: z.enum(['POST', 'PUT'], { error: 'A webhook is called with POST or PUT.' }).default('POST'),
  /** A Liquid template of the body; empty: the message as JSON. */
  template: text(20_000, 'The template has at most 20000 characters.').default(''),
  contentType: needed(100, 'A webhook needs a content type.').default('application/json'),
});

export const TargetConfig = z.discriminatedUnion('kind', [Desktop, Sound, Email, Telegram, Slack, Mattermost, Teams, Webhook], { error: `A recipient is told by one of: ${targetKinds.join(', ')}.` });
export type TargetConfig = z.output<typeof TargetConfig>;
export type TargetKind = TargetConfig['kind'];

const timeSentence = 'A time of day is written as 22:00.';
const TimeOfDay = z.string({ error: timeSentence }).regex(/^([01]\d|2[0-3]):[0-5]\d$/, timeSentence);

export const TargetInput = z.strictObject({
  name: needed(120, 'A recipient needs a name.'),
  enabled: z.boolean({ error: 'Whether a recipient is on is true or false.' }).default(true),
  config: TargetConfig,
  /** Of e-mail the password; of Telegram the bot's token; of Slack, Mattermost and Teams the webhook's address; of a webhook the key of its HMAC-SHA256 signature. */
  secret: Secret('The password, token or key is a text of at most 4000 characters.'),
  severities: z.array(Severity, { error: 'Severities are a list.' }).min(1, 'Choose at least one severity.').default(['critical', 'high']),
  scope: Scope.prefault({}),
  /** Told only when nobody has acknowledged the incident for so long; 0: at once. */
  afterMs: between(0, 86_400_000, 'The escalation comes after 0 to 24 h.').default(0),
  /** Local times in which it is told only of what is critical; the rest waits until they end. null: none. */
  quietHours: z.strictObject({ from: TimeOfDay, to: TimeOfDay, zone: needed(64, 'Quiet hours need a time zone such as Asia/Tbilisi.'), evenCritical: z.boolean().default(false) }).nullable().default(null),
  /** More messages within an hour are gathered into one. */
  mostPerHour: between(1, 10_000, 'The most messages an hour: 1 to 10000.').default(60),
  /** What could not be sent within this time of happening is dropped, with its end. */
  staleAfterMs: between(60_000, 604_800_000, 'A message is stale after 1 min to 7 days.').default(14_400_000),
}, { error: issue => (issue.code === 'unrecognized_keys' ? `A recipient has no "${String(issue.keys[0]).slice(0, 60)}".` : 'A recipient is an object of its fields.') });
export type TargetInput = z.output<typeof TargetInput>;

/** A recipient as it stands. */
export const TargetRow = z.object({
  id: TargetId,
  ...TargetInput.omit({ secret: true }).shape,
  hasSecret: z.boolean(),
  /** Messages that wait for it, when one was last delivered, since when sending fails, and why. */
  waiting: z.int(),
  lastSentAt: Ms.nullable(),
  failingSince: Ms.nullable(),
  problem: z.string().nullable(),
});
export type TargetRow = z.output<typeof TargetRow>;

/** `problem` opens a conversation, `recovery` closes it; in between come `update` (it grew, or is worse) and `flapping`. */
export const messageKinds = ['problem', 'update', 'flapping', 'recovery', 'test'] as const;
export const MessageKind = z.enum(messageKinds);
export type MessageKind = z.output<typeof MessageKind>;

/** What a message says, whoever it is sent to. */
export const MessageContent = z.object({
  kind: MessageKind,
  incidentId: IncidentId.nullable(),
  severity: Severity,
  /** "PROBLEM critical: Kvareli is down" without the first words. */
  title: z.string(),
  verdict: z.string(),
  evidence: z.array(z.string()),
  branch: z.string().nullable(),
  region: z.string().nullable(),
  affected: z.array(z.string()),
  affectedCount: z.int(),
  /** When the trouble began; when this was found; and when it was over. */
  since: Ms,
  at: Ms,
  closedAt: Ms.nullable(),
  station: z.string(),
});
export type MessageContent = z.output<typeof MessageContent>;

/** `skipped`: the end of something that was never told. `digested`: told as part of a gathered message. `stale`: too old when it could be sent. */
export const messageStates = ['waiting', 'sent', 'digested', 'stale', 'skipped', 'failed'] as const;
export const MessageRow = z.object({
  id: MessageId,
  targetId: TargetId,
  targetName: z.string(),
  /** One conversation: all messages of one incident to one recipient, in order. */
  incidentId: IncidentId.nullable(),
  content: MessageContent,
  state: z.enum(messageStates),
  createdAt: Ms,
  /** Not before then; of one that waits. */
  dueAt: Ms,
  attempts: z.int(),
  doneAt: Ms.nullable(),
  problem: z.string().nullable(),
});
export type MessageRow = z.output<typeof MessageRow>;

/** For the pages that are open: to be shown by the system, or heard. */
export const Notice = z.object({ id: MessageId, via: z.enum(['desktop', 'sound']), sound: z.string().nullable(), kind: MessageKind, severity: Severity, title: z.string(), body: z.string(), at: Ms });
export type Notice = z.output<typeof Notice>;
