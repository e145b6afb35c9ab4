/** Slack, Mattermost and Teams: webhooks whose address is the secret. Whatever a name holds is shown as it is: no mark-up, and nobody is mentioned. */
import type { MessageContent } from '../../../shared/model/notification.ts';
import type { Network } from './network.ts';
import { looksLikePage, post } from './post.ts';
import { refused, retry, type Sent } from './sender.ts';
import { secretsOf } from './strangers.ts';
import { leadingOf, plainText, shortened, type Wording } from './wording.ts';

type ChatKind = 'slack' | 'mattermost' | 'teams';
export const nameOfChat: Readonly<Record<ChatKind, string>> = { slack: 'Slack', mattermost: 'Mattermost', teams: 'Teams' };

export const isWebAddress = (text: string): boolean => /^https?:$/.test(URL.parse(text)?.protocol ?? '');

export function sendChat(kind: ChatKind, address: string, contents: readonly MessageContent[], wording: Wording, network: Network, signal: AbortSignal): Promise<Sent> {
  const what = nameOfChat[kind];
  if (!isWebAddress(address)) return Promise.resolve(refused(`The address of the ${what} webhook is not a web address; it begins with https://.`));
  return post({ what, url: address, headers: { 'content-type': 'application/json' }, body: JSON.stringify(payloads[kind](wording, contents)), secrets: secretsOf(address) }, network, signal, ({ status, body }) =>
    // All of them answer with a word, or nothing.
    status >= 200 && status < 300 && looksLikePage(body) ? retry(`A web page answered instead of ${what}; perhaps this network wants a login first.`) : null);
}

const payloads: Readonly<Record<ChatKind, (wording: Wording, contents: readonly MessageContent[]) => object>> = {
  /** Blocks of plain text, which read no mark-up; `text` is what a phone shows of it. */
  slack: ({ subject, paragraphs }) => ({
    text: shortened(subject, 3_000).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;'),
    unfurl_links: false,
    blocks: [
      { type: 'header', text: { type: 'plain_text', text: shortened(subject, 150), emoji: false } },
      ...(paragraphs.length > 0 ? [{ type: 'section', text: { type: 'plain_text', text: shortened(plainText(paragraphs), 3_000), emoji: false } }] : []),
    ],
  }),
  mattermost: ({ subject, paragraphs }) => ({ text: `**${markdownOf(shortened(subject, 300))}**\n\n${markdownOf(shortened(plainText(paragraphs), 3_000))}`.trim() }),
  /** The message of the "When a Teams webhook request is received" workflow: one Adaptive Card. Text runs read no mark-up. Their limit is 28 kB in all. */
  teams: ({ subject, paragraphs }, contents) => ({
    type: 'message',
    summary: shortened(subject, 300),
    attachments: [{
      contentType: 'application/vnd.microsoft.card.adaptive',
      contentUrl: null,
      content: {
        $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
        type: 'AdaptiveCard',
        version: '1.4',
        msteams: { width: 'Full' },
        body: [
          { type: 'RichTextBlock', inlines: [{ type: 'TextRun', text: shortened(subject, 300), weight: 'Bolder', size: 'Medium', color: colourOf(contents) }] },
          ...shortened(plainText(paragraphs), 4_000).split('\n\n').slice(0, 20).flatMap(paragraph => paragraph.split('\n').slice(0, 30).map((line, index) => ({ type: 'RichTextBlock', ...(index === 0 ? { spacing: 'Medium' } : { spacing: 'None' }), inlines: [{ type: 'TextRun', text: line }] }))),
        ],
      },
    }],
  }),
};

/** A backslash before each sign that means something; a gap of no width after each "@", so that nobody is called. */
const markdownOf = (text: string): string => text.replaceAll(/[\\`*_{}[\]()#+!|~<>:.-]/g, String.raw`\$&`).replaceAll('@', '@\u200b').replaceAll(/(?<!\n)\n(?!\n)/g, '  \n');

function colourOf(contents: readonly MessageContent[]): string {
  const leading = leadingOf(contents);
  if (!leading || leading.kind === 'test') return 'Accent';
  if (leading.kind === 'recovery') return 'Good';
  return leading.severity === 'critical' || leading.severity === 'high' ? 'Attention' : 'Warning';
}
