/** Whether a name server answers a question, and as expected. */
import { createSocket } from 'node:dgram';
import { Resolver } from 'node:dns/promises';
import { isIP } from 'node:net';
import type { CheckOf } from '../../../../shared/model/check.ts';
import { messageOf } from '../../log.ts';
import { quoted, seconds, type CheckOutcome, type CheckProbe, type Names } from './check.ts';
import { formatIpAddress, parseIpAddress } from '../ip-address.ts';
import { codeOf, connectionProblem } from './network-error.ts';
import { within } from '../../patience.ts';

type RecordType = CheckOf<'dns'>['record'];
type Settled = Omit<CheckOutcome, 'elapsedMs'>;
const failed = (message: string): Settled => ({ kind: 'failed', message });
const unknown = (message: string): Settled => ({ kind: 'unknown', message });

/** One answer, as it is shown, and the other forms in which a user may expect it. */
type Answer = { readonly shown: string; readonly forms: readonly string[] };

export function dnsProbe({ names }: { readonly names: Names }): CheckProbe<'dns'> {
  return async (check, target, patience) => {
    const began = performance.now();
    const elapsed = (): number => Math.round(performance.now() - began);
    const named = check.server === null ? { host: target.host, port: 53 } : serverIn(check.server);
    if (!named) return { ...unknown(`${quoted(check.server ?? '')} is not the address of a name server.`), elapsedMs: null };
    const found = check.server === null ? { kind: 'address' as const, address: target.address } : await within(patience, () => names.lookUp(named.host));
    if (found === 'stopped') return { ...unknown('The check was stopped.'), elapsedMs: null };
    if (found === 'late') return { ...unknown(`The name ${quoted(named.host)} was not resolved within ${seconds(patience.timeoutMs)}.`), elapsedMs: null };
    if (found.kind === 'failed') return { ...unknown(quoted(found.reason, 200).slice(1, -1)), elapsedMs: null };
    const server = { address: found.address, port: named.port };
    const barred = await barredFrom(server);
    if (barred) return { ...barred, elapsedMs: elapsed() };
    // What is left of its time: the lookup has had its part.
    const settled = await ask(check, server, Math.max(1, patience.timeoutMs - elapsed()), patience.signal);
    return { ...settled, ...(settled.kind === 'ok' ? { message: `${settled.message} (in ${elapsed()} ms)` } : {}), elapsedMs: elapsed() };
  };
}

/** "192.0.2.5", "192.0.2.5:5353", "2001:db8::5", "[2001:db8::5]:5353", "dns.example". */
function serverIn(text: string): { readonly host: string; readonly port: number } | null {
  if (isIP(text) !== 0) return { host: text, port: 53 };
  const [, six, other, port = '53'] = /^(?:\[([\da-f:.]+)\]|([^\s:[\]]+))(?::(\d{1,5}))?$/i.exec(text) ?? [];
  const host = six ?? other;
  const number = Number(port);
  return host !== undefined && number >= 1 && number <= 65_535 && (six === undefined || isIP(six) === 6) ? { host, port: number } : null;
}

/** The resolver calls every refusal by the system a refusal by the server; only a socket of our own tells that this computer has no way there. Sends nothing. */
function barredFrom({ address, port }: { readonly address: string; readonly port: number }): Promise<Settled | null> {
  return new Promise(resolve => {
    const socket = createSocket(isIP(address) === 6 ? 'udp6' : 'udp4');
    const settle = (outcome: Settled | null): void => {
      socket.removeAllListeners();
      socket.close();
      resolve(outcome);
    };
    socket.once('error', error => settle(connectionProblem(error, 'The name server') ?? unknown(`The name server could not be asked: ${messageOf(error)}.`)));
    // Given a callback, `connect` would tell it of an error as well, and nobody else.
    socket.once('connect', () => settle(null));
    socket.connect(port, address);
  });
}

async function ask(check: CheckOf<'dns'>, server: { readonly address: string; readonly port: number }, timeoutMs: number, signal: AbortSignal): Promise<Settled> {
  // The second try waits twice as long as the first.
  const resolver = new Resolver({ timeout: Math.max(1, Math.floor(timeoutMs / 3)), tries: 2 });
  resolver.setServers([isIP(server.address) === 6 ? `[${server.address}]:${server.port}` : `${server.address}:${server.port}`]);
  let late = false;
  const deadline = setTimeout(() => {
    late = true;
    resolver.cancel();
  }, timeoutMs);
  const stop = (): void => resolver.cancel();
  signal.addEventListener('abort', stop);
  if (signal.aborted) stop();
  const noAnswer = failed(`The name server ${server.address} did not answer within ${seconds(timeoutMs)}.`);
  try {
    return judge(check, await answersTo(resolver, check));
  } catch (error) {
    if (signal.aborted) return unknown('The check was stopped.');
    return late ? noAnswer : problemOf(error, check, server, noAnswer);
  } finally {
    clearTimeout(deadline);
    signal.removeEventListener('abort', stop);
    // Nothing is under way any more, except when what came back broke its reader.
    resolver.cancel();
  }
}

function judge({ query, record, expect }: CheckOf<'dns'>, answers: readonly Answer[]): Settled {
  const shown = listed(answers.map(answer => answer.shown));
  if (answers.length === 0) return failed(`The name server knows no ${record} record of ${quoted(query)}.`);
  if (expect === null || expect === '') return { kind: 'ok', message: `${record} of ${query}: ${shown}` };
  const wanted = comparable(expect, record);
  if (answers.some(answer => [answer.shown, ...answer.forms].some(form => comparable(form, record) === wanted))) return { kind: 'ok', message: `${record} of ${query}: ${quotedPlain(expect)}` };
  return failed(`The name server answers ${shown}, not ${quotedPlain(expect)}.`);
}

const quotedPlain = (text: string): string => quoted(text, 120).slice(1, -1);

function listed(shown: readonly string[]): string {
  const most = 3;
  const first = shown.slice(0, most).map(quotedPlain).join(', ');
  return shown.length > most ? `${first} and ${shown.length - most} more` : first;
}

/** Names do not tell case, nor the dot at their end; addresses have many spellings; texts are what they are, but for quotation marks around them. */
function comparable(text: string, record: RecordType): string {
  const trimmed = text.trim();
  if (record === 'TXT') return trimmed.replace(/^"(.*)"$/s, '$1');
  const address = parseIpAddress(trimmed);
  if (address) return formatIpAddress(address.bytes);
  return trimmed.toLowerCase().split(/\s+/).map(word => word.replace(/(?<=.)\.$/, '')).join(' ');
}

const plain = (shown: string): Answer => ({ shown, forms: [] });

/** Rejects with the resolver's error. */
async function answersTo(resolver: Resolver, { query, record }: CheckOf<'dns'>): Promise<Answer[]> {
  switch (record) {
    case 'A':
      return (await resolver.resolve4(query)).map(plain);
    case 'AAAA':
      return (await resolver.resolve6(query)).map(plain);
    case 'CNAME':
      return (await resolver.resolveCname(query)).map(plain);
    case 'NS':
      return (await resolver.resolveNs(query)).map(plain);
    case 'PTR':
      // An address may be given for the name that is asked for with it.
      return (await (isIP(query) === 0 ? resolver.resolvePtr(query) : resolver.reverse(query))).map(plain);
    case 'MX':
      return (await resolver.resolveMx(query)).map(({ priority, exchange }) => ({ shown: `${priority} ${exchange}`, forms: [exchange] }));
    case 'SRV':
      return (await resolver.resolveSrv(query)).map(srv => ({ shown: `${srv.priority} ${srv.weight} ${srv.port} ${srv.name}`, forms: [srv.name, `${srv.name}:${srv.port}`] }));
    case 'TXT':
      // The resolver gives one letter a byte.
      return (await resolver.resolveTxt(query)).map(parts => plain(Buffer.from(parts.join(''), 'latin1').toString('utf8')));
    case 'SOA': {
      const soa = await resolver.resolveSoa(query);
      return [{ shown: `${soa.nsname} ${soa.hostmaster} ${soa.serial} ${soa.refresh} ${soa.retry} ${soa.expire} ${soa.minttl}`, forms: [soa.nsname, String(soa.serial)] }];
    }
  }
}

function problemOf(error: unknown, { query, record }: CheckOf<'dns'>, { address, port }: { readonly address: string; readonly port: number }, noAnswer: Settled): Settled {
  const code = codeOf(error);
  switch (code) {
    case 'ENOTFOUND':
      return failed(`The name server answers that there is no ${quoted(query)}.`);
    case 'ENODATA':
      return failed(`The name server knows no ${record} record of ${quoted(query)}.`);
    case 'ETIMEOUT':
      return noAnswer;
    case 'ECONNREFUSED':
      return failed(`The name server ${address} does not take questions on port ${port}: nothing listens there.`);
    case 'ESERVFAIL':
    case 'EREFUSED':
    case 'ENOTIMP':
    case 'EFORMERR':
      return failed(`The name server answered that it ${refusals[code]}.`);
    case 'EBADRESP':
      return failed('What the name server answered cannot be read.');
    case 'EBADNAME':
    case 'EBADQUERY':
    case 'ERR_INVALID_ARG_VALUE':
      return unknown(`${quoted(query)} is not a name that can be asked for.`);
    default:
      return unknown(`The name server could not be asked: ${messageOf(error)}.`);
  }
}

const refusals = { ESERVFAIL: 'failed at this question', EREFUSED: 'refuses the question', ENOTIMP: 'cannot answer such a question', EFORMERR: 'does not understand the question' } as const;
