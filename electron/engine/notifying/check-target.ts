/** What is wrong with a recipient, found when it is saved and not when it is needed. */
import { isIP } from 'node:net';
import { isHostName } from '../../../shared/model/host-name.ts';
import type { IncidentId } from '../../../shared/model/ids.ts';
import type { MessageContent, TargetInput } from '../../../shared/model/notification.ts';
import { isWebAddress, nameOfChat } from './chat.ts';
import { isToken } from './telegram.ts';
import { bodyOf, isContentType, wrongContentType } from './webhook.ts';

/** One sentence, or null. `hasSecret`: it has one already, which stays where the input leaves it out. Asks nobody: whether a server takes a message, a test shows. */
export async function checkTarget({ config, secret }: TargetInput, hasSecret: boolean): Promise<string | null> {
  const given = secret === undefined ? hasSecret : secret !== null;
  switch (config.kind) {
    case 'desktop':
    case 'sound':
      return null;
    case 'email':
      if (isIP(config.host) === 0 && !isHostName(config.host)) return 'That is not the name or address of a mail server; write one such as mail.bank.example.';
      return config.user !== '' && !given ? 'A user name of a mail server needs its password.' : null;
    case 'telegram':
      if (!given) return 'A Telegram recipient needs the token of its bot.';
      if (typeof secret === 'string' && !isToken(secret)) return 'That is not the token of a Telegram bot; it looks like 123456:ABC-DEF.';
      return /^(-?\d+|@\w+)$/.test(config.chatId) ? null : 'A Telegram chat is a number such as -1001234567890, or the name of a channel such as @noc.';
    case 'slack':
    case 'mattermost':
    case 'teams':
      if (!given) return `A ${nameOfChat[config.kind]} recipient needs the address of its webhook.`;
      return typeof secret === 'string' && !isWebAddress(secret) ? `That is not the address of a ${nameOfChat[config.kind]} webhook; write one that begins with https://.` : null;
    case 'webhook':
      return isContentType(config.contentType) ? templateProblem(config) : wrongContentType;
    default:
      return config satisfies never;
  }
}

/** Tried on messages that hold what breaks templates: quotes, breaks and other scripts in every text, what is not there, several at once. */
async function templateProblem(config: Parameters<typeof bodyOf>[0]): Promise<string | null> {
  for (const contents of [[problem], [recovery], [problem, recovery]]) {
    const body = await bodyOf(config, '00000000-0000-4000-8000-000000000000', contents, sampleAt);
    if (body.kind === 'problem') return `The template has an error: ${body.problem}.`;
  }
  return null;
}

const sampleAt = Date.UTC(2026, 0, 1, 12);
const odd = (text: string): string => `${text} "ყვარელი" \\ \n<b>&`;

const problem: MessageContent = {
  kind: 'problem', incidentId: '00000000-0000-4000-8000-000000000001' as IncidentId, // It is a UUID.
  severity: 'critical', title: odd('Kvareli is down'), verdict: odd('The branch router does not answer.'), evidence: [odd('The gateway answers.')], branch: odd('Kvareli'), region: odd('Kakheti'),
  affected: [odd('Kvareli router'), odd('Kvareli ATM')], affectedCount: 2, since: sampleAt - 60_000, at: sampleAt, closedAt: null, station: odd('noc-1'),
};
const recovery: MessageContent = { ...problem, kind: 'recovery', incidentId: null, branch: null, region: null, evidence: [], affected: [], affectedCount: 0, closedAt: sampleAt };
