/** Whether a web page answers as it should, over connections that are used once and closed. */
import { request as plainRequest, STATUS_CODES, type IncomingMessage, type RequestOptions } from 'node:http';
import { request as secureRequest } from 'node:https';
import { isIP } from 'node:net';
import { createSecureContext, getCACertificates, TLSSocket, type SecureContext } from 'node:tls';
import { pageUrl, statusRanges, type CheckOf } from '../../../../shared/model/check.ts';
import { messageOf } from '../../log.ts';
import { daysIn, judgeCertificate, type Judgement } from './certificate.ts';
import { quoted, seconds, type CheckOutcome, type CheckProbe, type CheckTarget, type Names } from './check.ts';
import { codeOf, connectionProblem } from './network-error.ts';
import { within } from '../../patience.ts';

export type HttpParts = {
  readonly names: Names;
  /** UTC ms: certificates are judged by it. */
  readonly now: () => number;
  /** PEM; those whom this computer trusts where left out. */
  readonly authorities?: readonly string[];
};

const mostRedirects = 5;
const mostBytes = 256 * 1024;
const mostHeaderBytes = 32 * 1024;
const redirections = new Set([301, 302, 303, 307, 308]);

type Settled = Omit<CheckOutcome, 'elapsedMs'>;
const failed = (message: string): Settled => ({ kind: 'failed', message });
const unknown = (message: string): Settled => ({ kind: 'unknown', message });

/** What one request came to: an end, or another page to ask for. */
type Step = { readonly kind: 'end'; readonly settled: Settled } | { readonly kind: 'redirect'; readonly to: string };
const end = (settled: Settled): Step => ({ kind: 'end', settled });

/** How far the exchange is, as the sentence for one that went on for too long. */
type Progress = { stage: (patience: string) => Settled };

export function httpProbe(parts: HttpParts): CheckProbe<'http'> {
  let trusting: SecureContext | null = null;
  // Made when first wanted: it holds some hundreds of certificates.
  const context = (): SecureContext => (trusting ??= createSecureContext({ ca: [...(parts.authorities ?? ownAuthorities())] }));
  return async (check, target, patience) => {
    const began = performance.now();
    const elapsed = (): number => Math.round(performance.now() - began);
    const progress: Progress = { stage: () => unknown('The check did not begin.') };
    // One deadline for all of it: redirects, and pages that come a byte at a time.
    const settled = await within(patience, signal => follow({ check, target, parts, context, progress, elapsed, signal }));
    if (settled === 'stopped') return { ...unknown('The check was stopped.'), elapsedMs: null };
    return { ...(settled === 'late' ? progress.stage(seconds(patience.timeoutMs)) : settled), elapsedMs: elapsed() };
  };
}

type Exchange = {
  readonly check: CheckOf<'http'>;
  readonly target: CheckTarget;
  readonly parts: HttpParts;
  readonly context: () => SecureContext;
  readonly progress: Progress;
  readonly elapsed: () => number;
  readonly signal: AbortSignal;
};

/** The page asked for, or the one its redirects lead to. */
async function follow(exchange: Exchange): Promise<Settled> {
  const { check, target, parts, progress, signal } = exchange;
  let url = pageUrl(check.url, target.host);
  for (let redirects = 0; url; redirects++) {
    const host = url.hostname.replace(/^\[|\]$/g, '');
    progress.stage = patience => unknown(`The name ${quoted(host)} was not resolved within ${patience}.`);
    const found = host === target.host.toLowerCase() ? { kind: 'address' as const, address: target.address } : await parts.names.lookUp(host);
    if (found.kind === 'failed') return unknown(quoted(found.reason, 200).slice(1, -1));
    if (signal.aborted) return unknown('The check was stopped.');
    const step = await ask(url, host, found.address, exchange);
    if (step.kind === 'end') return step.settled;
    if (redirects === mostRedirects) return failed(`The page redirects more than ${mostRedirects} times.`);
    const next: URL | null = URL.parse(step.to, url);
    if (!next) return failed('The page redirects to an address that cannot be read.');
    url = pageUrl(next.href, '');
    if (!url) return failed(`The page redirects to ${wrongPage(next)}.`);
  }
  return unknown(`${quoted(check.url)} is not the address of a web page.`);
}

/** Why there is no asking for it, without what nobody should read: user names, passwords, queries, and what stands for a path where there is no host. */
function wrongPage(url: URL): string {
  const shown = quoted(url.host === '' ? url.protocol : `${url.protocol}//${url.host}${url.pathname}`);
  if (!/^https?:$/.test(url.protocol)) return `${shown}, which is not a web page`;
  return `${shown} with a ${url.password === '' ? 'user name' : 'password'} in the address, and is not followed there`;
}

/** One request, over one connection, which is closed when the answer is judged. Settles by the signal at the latest. */
function ask(url: URL, host: string, address: string, { check, target, context, progress, elapsed, parts, signal }: Exchange): Promise<Step> {
  return new Promise(resolve => {
    const secure = url.protocol === 'https:';
    const own = pageUrl('http:///', target.host)?.hostname === url.hostname;
    const what = `Port ${url.port || (secure ? 443 : 80)}${own ? '' : ` of ${quoted(host).slice(1, -1)}`}`;
    let shown: Judgement | null = null;
    const settle = (step: Step): void => {
      signal.removeEventListener('abort', aborted);
      request.destroy();
      const left = shown?.leftMs ?? null;
      resolve(step.kind === 'end' && left !== null ? end({ ...step.settled, certificateLeftMs: left }) : step);
    };
    const aborted = (): void => settle(end(unknown('The check was stopped.')));
    progress.stage = patience => failed(`${what} did not answer within ${patience}.`);
    const options: RequestOptions = {
      // No pool: an agent of its own for each request keeps nothing open, and heeds no proxy.
      agent: false, host: address, port: url.port || undefined, path: `${url.pathname}${url.search}`, setHost: false, maxHeaderSize: mostHeaderBytes,
      headers: { host: url.host, 'user-agent': 'WardConsole', accept: '*/*', 'accept-encoding': 'identity', connection: 'close' },
    };
    const request = secure
      ? secureRequest({
          ...options, servername: isIP(host) ? '' : host, ...(check.certificate === 'name' ? { secureContext: context() } : {}),
          // Judged below, in our own words; a certificate that is not to be trusted is an answer too.
          rejectUnauthorized: false, checkServerIdentity: () => undefined,
        })
      : plainRequest(options);
    request.on('socket', socket => {
      socket.once('connect', () => {
        progress.stage = patience => failed(secure ? `${what} took a connection, but its TLS handshake was not done within ${patience}.` : `${what} took a connection, but gave no answer within ${patience}.`);
      });
      socket.once('secureConnect', () => {
        progress.stage = patience => failed(`${what} took a secure connection, but gave no answer within ${patience}.`);
        if (check.certificate === 'ignore' || !(socket instanceof TLSSocket)) return;
        shown = judgeCertificate({ certificate: socket.getPeerCertificate(), distrust: socket.authorized ? null : String(socket.authorizationError) }, { certificate: check.certificate, host, days: check.certificateDays }, parts.now());
        if (shown.problem !== null) settle(end(failed(shown.problem)));
      });
    });
    request.on('response', response => {
      const status = response.statusCode ?? 0;
      const { location } = response.headers;
      if (check.redirects === 'follow' && redirections.has(status) && location !== undefined) return settle({ kind: 'redirect', to: location });
      const said = `${status} ${STATUS_CODES[status] ?? ''}`.trim();
      if (!statusRanges(check.status).some(([from, to]) => status >= from && status <= to)) return settle(end(failed(`The page answered ${said}, not ${check.status}.`)));
      const daysLeft = shown?.daysLeft ?? null;
      const good = (): Step => end({ kind: 'ok', message: `${said} in ${elapsed()} ms${daysLeft === null ? '' : `; the certificate is valid for ${daysIn(daysLeft)}`}` });
      if (check.contains === null || check.contains === '') return settle(good());
      progress.stage = patience => failed(`The page answered ${said}, but did not come to its end within ${patience}.`);
      search(response, check.contains, problem => settle(problem === null ? good() : end(failed(problem))));
    });
    // An answer that switches to another protocol, which nobody asked for.
    request.on('upgrade', () => settle(end(failed(`The page answered 101 ${STATUS_CODES[101] ?? ''}, not ${check.status}.`))));
    // Stays after the end: an error of a destroyed request is nobody's.
    request.on('error', error => settle(end(troubleOf(error, what))));
    request.on('close', () => settle(end(failed(`${what} broke off the connection.`))));
    if (signal.aborted) return aborted();
    signal.addEventListener('abort', aborted);
    request.end();
  });
}

/** Looks for `text` in the first 256 KiB. `done` is told null when it is there, else one sentence; possibly more than once, and the first counts. */
function search(response: IncomingMessage, text: string, done: (problem: string | null) => void): void {
  const encoding = response.headers['content-encoding'];
  if (encoding !== undefined && encoding.toLowerCase() !== 'identity') return done(`The page comes compressed (${quoted(encoding, 20)}) although that was not asked for; its text cannot be searched.`);
  const decoder = decoderFor(response.headers['content-type']);
  let bytes = 0;
  let seen = '';
  response.on('data', (chunk: Buffer) => {
    const from = Math.max(0, seen.length - text.length);
    seen += decoder.decode(chunk.subarray(0, mostBytes - bytes), { stream: true });
    bytes += chunk.length;
    if (seen.includes(text, from)) done(null);
    else if (bytes >= mostBytes) done(`The page does not contain ${quoted(text)} in its first 256 KiB.`);
  });
  response.on('end', () => done(`The page does not contain ${quoted(text)}.`));
  response.on('error', () => done('The page broke off before its end.'));
  response.on('aborted', () => done('The page broke off before its end.'));
}

function decoderFor(contentType: string | undefined): TextDecoder {
  const charset = /charset\s*=\s*"?([^\s;"]+)/i.exec(contentType ?? '')?.[1] ?? 'utf-8';
  try {
    return new TextDecoder(charset);
  } catch {
    return new TextDecoder(); // A charset that nobody knows: most likely it is near enough.
  }
}

function troubleOf(error: Error, what: string): Settled {
  const told = connectionProblem(error, what);
  if (told) return told;
  const code = codeOf(error);
  if (code.startsWith('HPE_')) return failed(`${what} answers, but not in HTTP (${code}).`);
  // Without TLS on the other side its first letters are taken for a version.
  if (/wrong.version.number|packet.length.too.long/i.test(error.message)) return failed(`${what} answers, but not in TLS.`);
  if (code === 'EPROTO' || code.startsWith('ERR_SSL_')) return failed(`${what} and this computer could not agree on TLS (${/(?<=SSL routines:\w*:)[^:]+/.exec(error.message)?.[0] ?? code}).`);
  return unknown(`The page could not be asked for: ${messageOf(error)}.`);
}

/** Those of the system as well as Node's own: a company's authority is known to the system alone. */
const ownAuthorities = (): string[] => [...new Set([...getCACertificates('default'), ...getCACertificates('system')])];
