/** All senders behind one door: what a recipient is told by, and how. */
import { lookup } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { createSecureContext, getCACertificates, type SecureContext } from 'node:tls';
import type { Notice } from '../../../shared/model/notification.ts';
import { nameOfChat, sendChat } from './chat.ts';
import { openEmail } from './email.ts';
import type { Network, Timeouts } from './network.ts';
import { noticeOf } from './notices.ts';
import { stopped } from './patience.ts';
import { refused, sent, type Delivery, type Sender, type Sent } from './sender.ts';
import { sendTelegram } from './telegram.ts';
import { sendWebhook } from './webhook.ts';
import { wordingOf } from './wording.ts';

type SenderParts = {
  /** UTC ms. */
  readonly now: () => number;
  /** Where notices for open pages go. */
  readonly notices: { upsert(row: Notice): void };
  readonly timeouts?: Partial<Timeouts>;
  /** PEM; those whom this computer trusts where left out. */
  readonly authorities?: readonly string[];
  readonly lookup?: LookupFunction;
};

const usualTimeouts: Timeouts = { connectMs: 10_000, mailMs: 20_000, httpMs: 15_000 };

/** `close` stops what is being sent; its outcomes are to try again. */
export function openSenders(parts: SenderParts): { readonly send: Sender; close(): void } {
  let trusting: SecureContext | null = null;
  const network: Network = {
    now: parts.now,
    timeouts: { ...usualTimeouts, ...parts.timeouts },
    lookup: parts.lookup ?? lookup,
    trust: () => (trusting ??= createSecureContext({ ca: [...(parts.authorities ?? ownAuthorities())] })),
  };
  const sendEmail = openEmail(network);
  const closing = new AbortController();

  function dispatch(delivery: Delivery, signal: AbortSignal): Promise<Sent> | Sent {
    const { config, secret, contents } = delivery;
    const wording = wordingOf(contents, parts.now());
    switch (config.kind) {
      case 'desktop':
      case 'sound': {
        const notice = noticeOf(delivery, wording, parts.now());
        if (notice) parts.notices.upsert(notice);
        return sent;
      }
      case 'email':
        return sendEmail(config, delivery, wording, signal);
      case 'telegram':
        return secret === null ? refused('The token of the Telegram bot is missing.') : sendTelegram(config, secret, wording, network, signal);
      case 'slack':
      case 'mattermost':
      case 'teams':
        return secret === null ? refused(`The address of the ${nameOfChat[config.kind]} webhook is missing.`) : sendChat(config.kind, secret, contents, wording, network, signal);
      case 'webhook':
        return sendWebhook(config, delivery, network, signal);
      default:
        return config satisfies never;
    }
  }

  return {
    async send(delivery, signal) {
      if (delivery.contents.length === 0) return refused('There is nothing to send.');
      const ending = new AbortController();
      const stop = (): void => ending.abort();
      for (const each of [signal, closing.signal]) each.addEventListener('abort', stop);
      try {
        return signal.aborted || closing.signal.aborted ? stopped : await dispatch(delivery, ending.signal);
      } finally {
        for (const each of [signal, closing.signal]) each.removeEventListener('abort', stop);
      }
    },
    close: () => closing.abort(),
  };
}

/** Those of the system as well as Node's own and NODE_EXTRA_CA_CERTS: a company's authority is known to the system alone. */
const ownAuthorities = (): string[] => [...new Set([...getCACertificates('default'), ...getCACertificates('system')])];
