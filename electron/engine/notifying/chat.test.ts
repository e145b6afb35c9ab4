/** Telegram, Slack, Mattermost, Teams, the desktop and sounds: what they are sent, and what their answers mean. */
import { createServer, type RequestListener } from 'node:http';
import { afterEach, describe, expect, test } from 'vitest';
import type { Notice } from '../../../shared/model/notification.ts';
import { deliveryOf, happened, messageWith } from './message-for-tests.ts';
import type { Sent } from './sender.ts';
import { openSenders } from './senders.ts';
import { openServers } from './servers-for-tests.ts';

const servers = openServers();
afterEach(() => servers.end());
const never = new AbortController().signal;
const notices: Notice[] = [];
const senders = openSenders({ now: () => happened, notices: { upsert: row => void notices.push(row) }, timeouts: { httpMs: 3_000 } });

async function receiver(answer: RequestListener): Promise<{ readonly port: number; readonly got: { readonly url: string; readonly body: unknown }[] }> {
  const got: { url: string; body: unknown }[] = [];
  const port = await servers.listening(createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      got.push({ url: request.url ?? '', body: JSON.parse(Buffer.concat(chunks).toString('utf8')) });
      answer(request, response);
    });
  }));
  return { port, got };
}

const answering = (status: number, body: string, headers: Readonly<Record<string, string>> = {}): RequestListener => (_request, response) => response.writeHead(status, headers).end(body);
const words = (result: Sent): string => `${result.kind}: ${result.kind === 'sent' ? '' : result.reason}${result.kind === 'retry' && result.afterMs !== null ? ` after ${result.afterMs}` : ''}`.replaceAll(/(?<=127\.0\.0\.1:)\d+/g, '#').trim();

describe('Telegram', () => {
  const token = '123456:ABC-DEFghi';
  const send = async (listener: RequestListener): Promise<{ readonly sentence: string; readonly got: unknown }> => {
    const { port, got } = await receiver(listener);
    return { sentence: words(await senders.send(deliveryOf({ kind: 'telegram', chatId: '-1001', apiUrl: `http://127.0.0.1:${port}/` }, token, [messageWith({ evidence: Array.from({ length: 30 }, (_, at) => `${at} ${'e'.repeat(490)}`) })]), never)), got: got[0] };
  };

  test('is sent a plain text of at most 4096 letters', async () => {
    const { sentence, got } = await send(answering(200, '{"ok":true,"result":{}}'));
    expect([sentence, got]).toEqual(['sent:', { url: '/bot123456:ABC-DEFghi/sendMessage', body: { chat_id: '-1001', text: expect.stringMatching(/^PROBLEM critical: Kvareli is down\n\nThe branch router.{3900,4050}…$/s), link_preview_options: { is_disabled: true } } }]);
  });

  const said = (description: string, parameters = {}): string => JSON.stringify({ ok: false, description, parameters });
  const cases: readonly (readonly [string, number, string, string])[] = [
    ['too many', 429, said('Too Many Requests: retry after 7', { retry_after: 7 }), 'retry: Telegram was sent too many messages. after 7000'],
    ['no chat', 400, said('Bad Request: chat not found'), 'refused: Telegram knows no chat "-1001", or its bot was not added to it.'],
    ['a chat with a new id', 400, said('Bad Request: group chat was upgraded', { migrate_to_chat_id: -100222 }), 'refused: The chat has a new id, -100222; enter that.'],
    ['a bad message', 400, said('Bad Request: message text is empty'), 'refused: Telegram refuses the message: "Bad Request: message text is empty".'],
    ['an unknown token', 401, said('Unauthorized'), 'refused: Telegram does not know the token of the bot.'],
    ['a wrong token', 404, said('Not Found'), 'refused: Telegram does not know the token of the bot.'],
    ['a bot that was blocked', 403, said('Forbidden: bot was blocked by the user'), 'refused: The bot may not write to the chat: "Forbidden: bot was blocked by the user".'],
    ['the token said back', 403, said(`Forbidden: ${token}`), 'refused: The bot may not write to the chat.'],
    ['half the token said back', 418, 'No abc-defghi here', 'refused: The Telegram relay 127.0.0.1:# answered 418 I\'m a Teapot.'],
    ['trouble', 502, '<html>', 'retry: The Telegram relay 127.0.0.1:# answered 502 Bad Gateway.'],
    ['a login page of the network', 200, '<!DOCTYPE html>', 'retry: A web page answered instead of Telegram; perhaps this network wants a login first.'],
    ['something else', 200, 'hello', 'retry: What answered was not Telegram.'],
  ];
  test.each(cases)('answers with %s', async (_, status, body, sentence) => {
    expect((await send(answering(status, body))).sentence).toBe(sentence);
  });

  test('is not asked without a token, or with what is none', async () => {
    const config = { kind: 'telegram', chatId: '-1001', apiUrl: 'http://127.0.0.1:9' };
    expect([words(await senders.send(deliveryOf(config, null), never)), words(await senders.send(deliveryOf(config, '../x y'), never))])
      .toEqual(['refused: The token of the Telegram bot is missing.', 'refused: That is not the token of a Telegram bot; it looks like 123456:ABC-DEF.']);
  });
});

describe('a chat webhook', () => {
  const odd = messageWith({ title: 'sw_core_1 <!channel> *down* @all & is down', verdict: 'First.\nSecond.', evidence: [], affected: [], affectedCount: 0, branch: null, region: null, station: '' });
  const send = async (kind: string, listener: RequestListener, contents = [odd]): Promise<{ readonly sentence: string; readonly got: unknown }> => {
    const { port, got } = await receiver(listener);
    return { sentence: words(await senders.send(deliveryOf({ kind }, `http://127.0.0.1:${port}/services/T0001/S3cretPart`, contents), never)), got: got[0]?.body };
  };

  test('of Slack gets plain text in blocks, and nothing that calls anybody', async () => {
    const { sentence, got } = await send('slack', answering(200, 'ok'));
    expect([sentence, got]).toEqual(['sent:', {
      text: 'PROBLEM critical: sw_core_1 &lt;!channel&gt; *down* @all &amp; is down', unfurl_links: false,
      blocks: [
        { type: 'header', text: { type: 'plain_text', text: 'PROBLEM critical: sw_core_1 <!channel> *down* @all & is down', emoji: false } },
        { type: 'section', text: { type: 'plain_text', text: expect.stringMatching(/^First\. Second\.\n\nSince .* UTC[+-]\d\d:\d\d\.\nFound .*\.$/), emoji: false } },
      ],
    }]);
  });

  test('of Mattermost gets its marks as they are, and nothing that calls anybody', async () => {
    const { sentence, got } = await send('mattermost', answering(200, 'ok'));
    expect([sentence, got]).toEqual(['sent:', { text: expect.stringContaining('**PROBLEM critical\\: sw\\_core\\_1 \\<\\!channel\\> \\*down\\* @\u200ball & is down**\n\nFirst\\. Second\\.\n\nSince') }]);
  });

  test('of Teams gets one card of plain runs', async () => {
    const { sentence, got } = await send('teams', answering(202, ''), [messageWith({ kind: 'recovery', closedAt: happened, evidence: [], affected: ['a', 'b'], affectedCount: 2 })]);
    expect([sentence, got]).toEqual(['sent:', {
      type: 'message', summary: 'RECOVERY critical: Kvareli was down for 1 min',
      attachments: [{
        contentType: 'application/vnd.microsoft.card.adaptive', contentUrl: null,
        content: expect.objectContaining({
          type: 'AdaptiveCard', version: '1.4',
          body: expect.arrayContaining([
            { type: 'RichTextBlock', inlines: [{ type: 'TextRun', text: 'RECOVERY critical: Kvareli was down for 1 min', weight: 'Bolder', size: 'Medium', color: 'Good' }] },
            { type: 'RichTextBlock', spacing: 'Medium', inlines: [{ type: 'TextRun', text: 'Affected: a, b' }] },
            { type: 'RichTextBlock', spacing: 'None', inlines: [{ type: 'TextRun', text: 'Place: Kvareli, Kakheti' }] },
          ]),
        }),
      }],
    }]);
  });

  test('of Teams gets less than 28 kB however much there is to say', async () => {
    const { got } = await send('teams', answering(202, ''), Array.from({ length: 60 }, () => messageWith({ title: 'ყ'.repeat(200), verdict: 'ყ'.repeat(500), affected: Array.from({ length: 50 }, () => 'ყ'.repeat(100)) })));
    expect(Buffer.byteLength(JSON.stringify(got)) < 28_000).toBe(true);
  });

  const cases: readonly (readonly [string, string, number, string, Readonly<Record<string, string>>, string])[] = [
    ['slack', 'an unknown hook', 404, 'no_service', {}, 'refused: Slack answered 404 Not Found: "no_service".'],
    ['slack', 'too many', 429, '', { 'retry-after': '3' }, 'retry: Slack answered 429 Too Many Requests: it was sent too many messages. after 3000'],
    ['mattermost', 'the address said back', 400, 'no hook s3cretpart', {}, 'refused: Mattermost answered 400 Bad Request.'],
    ['teams', 'a hook that was removed', 404, '', {}, 'refused: Teams answered 404 Not Found.'],
    ['teams', 'a login page of the network', 200, '<html><body>', {}, 'retry: A web page answered instead of Teams; perhaps this network wants a login first.'],
  ];
  test.each(cases)('of %s answers with %s', async (kind, _, status, body, headers, sentence) => {
    expect((await send(kind, answering(status, body, headers))).sentence).toBe(sentence);
  });

  test('without an address, or with what is none, is not asked, and that is not told', async () => {
    expect([words(await senders.send(deliveryOf({ kind: 'slack' }, null), never)), words(await senders.send(deliveryOf({ kind: 'teams' }, 'S3cret'), never))])
      .toEqual(['refused: The address of the Slack webhook is missing.', 'refused: The address of the Teams webhook is not a web address; it begins with https://.']);
  });
});

describe('the desktop and sounds', () => {
  test('are told by a notice for the pages that are open', async () => {
    notices.length = 0;
    const results = [await senders.send(deliveryOf({ kind: 'desktop' }), never), await senders.send(deliveryOf({ kind: 'sound', sound: 'siren' }, null, [messageWith({ kind: 'recovery' }), messageWith({ severity: 'high' })]), never), await senders.send(deliveryOf({ kind: 'desktop' }, null, []), never)];
    expect([results, notices]).toEqual([
      [{ kind: 'sent' }, { kind: 'sent' }, { kind: 'refused', reason: 'There is nothing to send.' }],
      [
        { id: 'd0d0a1de-0000-4000-8000-000000000009', via: 'desktop', sound: null, kind: 'problem', severity: 'critical', title: 'PROBLEM critical: Kvareli is down', body: expect.stringMatching(/^The branch router does not answer\.\nWhat shows it:\n/), at: happened },
        { id: 'd0d0a1de-0000-4000-8000-000000000009', via: 'sound', sound: 'siren', kind: 'problem', severity: 'high', title: '2 messages: 1 PROBLEM, 1 RECOVERY, worst high', body: 'RECOVERY critical: Kvareli was down for 1 min\nPROBLEM high: Kvareli is down', at: happened },
      ],
    ]);
  });
});
