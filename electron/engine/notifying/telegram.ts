/** Telegram: the sendMessage method of its Bot API. The token is part of the address, and in no sentence. */
import { z } from 'zod';
import type { TargetConfig } from '../../../shared/model/notification.ts';
import type { Network } from './network.ts';
import { looksLikePage, post, type Answer } from './post.ts';
import { refused, retry, sent, type Sent } from './sender.ts';
import { oneLine, quotedUnless, secretsOf } from './strangers.ts';
import { plainText, shortened, type Wording } from './wording.ts';

type Telegram = Extract<TargetConfig, { readonly kind: 'telegram' }>;

/** Of their API, in UTF-16 units after entities; we send none. */
const longestMessage = 4_096;

export const isToken = (text: string): boolean => /^[\w:-]{3,200}$/.test(text);

export function sendTelegram(config: Telegram, token: string, wording: Wording, network: Network, signal: AbortSignal): Promise<Sent> {
  if (!isToken(token)) return Promise.resolve(refused('That is not the token of a Telegram bot; it looks like 123456:ABC-DEF.'));
  const host = URL.parse(config.apiUrl)?.host ?? '';
  const text = shortened(`${wording.subject}\n\n${plainText(wording.paragraphs)}`.trim(), longestMessage);
  const secrets = [...secretsOf(token), ...token.split(':').filter(piece => piece.length >= 4)];
  return post({
    what: host === 'api.telegram.org' ? 'Telegram' : `The Telegram relay ${oneLine(host)}`,
    url: `${config.apiUrl.replace(/\/+$/, '')}/bot${token}/sendMessage`,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ chat_id: config.chatId, text, link_preview_options: { is_disabled: true } }),
    secrets,
  }, network, signal, answer => judge(answer, config, secrets));
}

/** What their API says in the body, whatever the status. */
const Said = z.object({ ok: z.boolean(), description: z.string().default(''), parameters: z.object({ retry_after: z.number().nonnegative().optional(), migrate_to_chat_id: z.number().optional() }).default({}) });

function judge(answer: Answer, { chatId }: Telegram, secrets: readonly string[]): Sent | null {
  const said = saidIn(answer.body);
  if (!said) return answer.status >= 200 && answer.status < 300 ? retry(looksLikePage(answer.body) ? 'A web page answered instead of Telegram; perhaps this network wants a login first.' : 'What answered was not Telegram.') : null;
  if (said.ok && answer.status < 300) return sent;
  const words = quotedUnless(said.description, secrets);
  switch (answer.status) {
    case 429:
      return retry('Telegram was sent too many messages.', said.parameters.retry_after === undefined ? answer.retryAfterMs : Math.min(said.parameters.retry_after * 1_000, 86_400_000));
    case 400:
      if (said.parameters.migrate_to_chat_id !== undefined) return refused(`The chat has a new id, ${said.parameters.migrate_to_chat_id}; enter that.`);
      return refused(/chat not found/i.test(said.description) ? `Telegram knows no chat ${chatIdIn(chatId, secrets)}, or its bot was not added to it.` : `Telegram refuses the message${words === null ? '' : `: ${words}`}.`);
    case 401:
    case 404:
      return refused('Telegram does not know the token of the bot.');
    case 403:
      return refused(`The bot may not write to the chat${words === null ? '' : `: ${words}`}.`);
    default:
      return null;
  }
}

/** Somebody may have entered the token as the chat. */
const chatIdIn = (chatId: string, secrets: readonly string[]): string => quotedUnless(chatId, secrets) ?? 'of that id';

function saidIn(body: string): z.output<typeof Said> | null {
  try {
    return Said.safeParse(JSON.parse(body)).data ?? null;
  } catch {
    return null; // No JSON: not their API.
  }
}
