/** A webhook of anybody's: a body of one's own making, signed where there is a key. */
import { createHmac } from 'node:crypto';
import { validateHeaderValue } from 'node:http';
import type { MessageContent, TargetConfig } from '../../../shared/model/notification.ts';
import type { Network } from './network.ts';
import { post } from './post.ts';
import { refused, type Delivery, type Sent } from './sender.ts';
import { oneLine, secretsOf } from './strangers.ts';
import { render, scopeOf, type Rendered } from './template.ts';

type Webhook = Extract<TargetConfig, { readonly kind: 'webhook' }>;

/**
 * What a receiver gets. `X-Ward-Delivery`: the id of the delivery, the same for every attempt: what came before under it is a repetition. Where there is a key,
 * `X-Ward-Timestamp`: seconds since 1970 at sending, and `X-Ward-Signature`: `sha256=` and the HMAC-SHA256 in hex, by that key, of the timestamp, a full stop and the
 * body as it came, all in UTF-8. A receiver computes the same, compares in constant time, and refuses a timestamp that is more than some minutes old.
 * The body is what the template makes of `delivery`, `subject`, `text`, `message` (the first) and `messages`, or all of these as JSON where there is none.
 * A message has the fields of MessageContent, times in ms, and beside them `subject`, `text`, `sinceIso`, `atIso` and `closedAtIso`.
 */
export async function sendWebhook(config: Webhook, delivery: Delivery, network: Network, signal: AbortSignal): Promise<Sent> {
  const what = `The webhook of ${oneLine(URL.parse(config.url)?.host ?? '')}`;
  const body = await bodyOf(config, delivery.id, delivery.contents, network.now());
  if (body.kind === 'problem') return refused(`The template of the webhook has an error: ${body.problem}.`);
  if (!isContentType(config.contentType)) return refused(wrongContentType);
  return post({ what, url: config.url, method: config.method, headers: headersOf(config, delivery, body.text, network.now()), body: body.text, secrets: [...secretsOf(config.url), ...secretsOf(delivery.secret ?? '')] }, network, signal, () => null);
}

export const wrongContentType = 'That is not a content type; write one such as application/json.';

export function isContentType(text: string): boolean {
  try {
    validateHeaderValue('content-type', text);
  } catch {
    return false;
  }
  return /^[\w!#$&^.+-]+\/[\w!#$&^.+-]+\s*(;.*)?$/.test(text);
}

/** What is to be sent; a template that makes no JSON where JSON is promised has an error. */
export async function bodyOf({ template, contentType }: Pick<Webhook, 'template' | 'contentType'>, deliveryId: string, contents: readonly MessageContent[], now: number): Promise<Rendered> {
  const scope = scopeOf(deliveryId, contents, now);
  if (template.trim() === '') return { kind: 'text', text: JSON.stringify(scope) };
  const rendered = await render(template, scope);
  if (rendered.kind === 'problem' || !/^application\/([\w.-]+\+)?json\b/i.test(contentType)) return rendered;
  const problem = jsonProblem(rendered.text);
  return problem === null ? rendered : { kind: 'problem', problem: `it makes no JSON (${problem}); write texts as {{ message.title | json }}, without quotes around` };
}

function jsonProblem(text: string): string | null {
  try {
    JSON.parse(text);
    return null;
  } catch (error) {
    return error instanceof Error ? oneLine(error.message).slice(0, 160) : 'it cannot be read';
  }
}

function headersOf({ contentType }: Webhook, { id, secret }: Delivery, body: string, now: number): Record<string, string> {
  const headers = { 'content-type': contentType, 'x-ward-delivery': id };
  if (secret === null) return headers;
  const timestamp = String(Math.floor(now / 1_000));
  return { ...headers, 'x-ward-timestamp': timestamp, 'x-ward-signature': `sha256=${createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex')}` };
}
