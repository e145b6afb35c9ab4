/** One HTTP request with a body, over a connection that is used once: no redirects are followed, no proxy is heeded, and little of the answer is read. */
import { request as plainRequest, STATUS_CODES, type RequestOptions } from 'node:http';
import { request as secureRequest } from 'node:https';
import { isIP } from 'node:net';
import type { ConnectionOptions } from 'node:tls';
import { urlToHttpOptions } from 'node:url';
import type { Network } from './network.ts';
import { troubleOf } from './network-trouble.ts';
import { seconds, stopped, within } from './patience.ts';
import { refused, retry, sent, type Sent } from './sender.ts';
import { quotedUnless } from './strangers.ts';

type Post = {
  /** How sentences name the server: the address itself may be a secret. */
  readonly what: string;
  readonly url: string;
  readonly method?: 'POST' | 'PUT';
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** What must not occur in a sentence, whatever the server says. */
  readonly secrets: readonly string[];
};

/** `body`: its first 64 kB, or what came of it in time. */
export type Answer = { readonly status: number; readonly body: string; readonly retryAfterMs: number | null };

const mostBytes = 65_536;
const mostHeaderBytes = 32 * 1024;
const longestRetryMs = 86_400_000;

/** Sends it, and lets `judge` say what the answer means; null: what its status says (`judgeStatus`). Trouble on the way is to be tried again. */
export function post(request: Post, network: Network, signal: AbortSignal, judge: (answer: Answer) => Sent | null): Promise<Sent> {
  const { what } = request;
  const timeout = seconds(network.timeouts.httpMs);
  let stage = `${what} did not take a connection within ${timeout}.`;
  // What has come of the answer when time is up or the connection ends: a status that says it was taken counts, whatever becomes of the rest.
  let partial: (() => Answer) | null = null;
  const decide = (answer: Answer): Sent => judge(answer) ?? judgeStatus(answer, request);
  return within(network.timeouts.httpMs, signal, () => (partial ? decide(partial()) : retry(stage)), ending => new Promise(resolve => {
    const url = URL.parse(request.url);
    if (!url || !/^https?:$/.test(url.protocol)) return resolve(refused(`${what} has no web address.`));
    const settle = (result: Sent): void => {
      ending.removeEventListener('abort', stop);
      outgoing.destroy();
      resolve(result);
    };
    const stop = (): void => settle(stopped);
    const secure = url.protocol === 'https:';
    const { hostname, port, path, auth } = urlToHttpOptions(url);
    const host = (hostname ?? '').replace(/^\[|\]$/g, '');
    const options: RequestOptions = {
      agent: false, host, port, path, auth, method: request.method ?? 'POST', lookup: network.lookup, maxHeaderSize: mostHeaderBytes,
      headers: { 'user-agent': 'WardConsole', 'accept-encoding': 'identity', connection: 'close', ...request.headers, 'content-length': String(Buffer.byteLength(request.body)) },
    };
    const tls: ConnectionOptions = secure ? { servername: isIP(host) ? '' : host, secureContext: network.trust() } : {};
    const outgoing = secure ? secureRequest({ ...options, ...tls }) : plainRequest(options);
    outgoing.on('socket', socket => socket.once(secure ? 'secureConnect' : 'connect', () => (stage = `${what} took a connection, but did not answer within ${timeout}.`)));
    outgoing.on('response', response => {
      const status = response.statusCode ?? 0;
      const retryAfterMs = retryAfter(response.headers['retry-after'], network.now());
      const chunks: Buffer[] = [];
      let bytes = 0;
      const answer = (): Answer => ({ status, body: Buffer.concat(chunks).subarray(0, mostBytes).toString('utf8'), retryAfterMs });
      partial = answer;
      response.on('data', (chunk: Buffer) => {
        chunks.push(chunk);
        bytes += chunk.length;
        if (bytes >= mostBytes) settle(decide(answer()));
      });
      response.on('end', () => settle(decide(answer())));
      response.on('error', () => settle(decide(answer())));
    });
    outgoing.on('upgrade', (response, socket) => {
      socket.destroy();
      settle(decide({ status: response.statusCode ?? 101, body: '', retryAfterMs: null }));
    });
    const brokenOff = (reason: string): void => settle(partial ? decide(partial()) : retry(reason));
    // Stays after the end: an error of a destroyed request is nobody's.
    outgoing.on('error', error => brokenOff(troubleOf(error, what)));
    outgoing.on('close', () => brokenOff(`${what} broke off the connection.`));
    ending.addEventListener('abort', stop);
    if (ending.aborted) return stop();
    outgoing.end(request.body);
  }));
}

/** What the status alone means. */
function judgeStatus({ status, body, retryAfterMs }: Answer, { what, secrets }: Pick<Post, 'what' | 'secrets'>): Sent {
  const answered = `${what} answered ${status} ${STATUS_CODES[status] ?? ''}`.trimEnd();
  if (status >= 200 && status < 300) return sent;
  if (status === 429) return retry(`${answered}: it was sent too many messages.`, retryAfterMs);
  if (status >= 500 || status === 408 || status === 425) return retry(`${answered}.`, retryAfterMs);
  if (status >= 300 && status < 400) return refused(`${answered}: it sends elsewhere, and is not followed there; enter the address where it leads.`);
  const said = quotedUnless(body, secrets);
  return refused(said === null || looksLikePage(body) ? `${answered}.` : `${answered}: ${said}.`);
}

/** A page for people, such as a network shows that wants a login first. */
export const looksLikePage = (body: string): boolean => /^\s*<(!doctype|html|head|body|\?xml)/i.test(body);

/** RFC 9110: seconds, or a date. */
function retryAfter(text: string | undefined, now: number): number | null {
  if (text === undefined) return null;
  const afterMs = /^\s*\d+\s*$/.test(text) ? Number(text) * 1_000 : Date.parse(text) - now;
  return Number.isNaN(afterMs) ? null : Math.min(Math.max(0, afterMs), longestRetryMs);
}
