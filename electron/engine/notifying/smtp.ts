/** One attempt over SMTP: a connection of its own, on a socket of ours so that names, addresses and time are in our hands. */
import { connect, isIP, Socket } from 'node:net';
import type { TargetConfig } from '../../../shared/model/notification.ts';
import { letterOf } from './letter.ts';
import type { Network } from './network.ts';
import { troubleOf } from './network-trouble.ts';
import { seconds, stopped, within } from './patience.ts';
import { retry, sent, type Delivery, type Sent } from './sender.ts';
import { refusalsOf, smtpTrouble, type Refusal } from './smtp-trouble.ts';
import { oneLine, secretsOf } from './strangers.ts';
import type { Wording } from './wording.ts';

/** `to`: the mailboxes of this attempt. */
type Mail = { readonly config: Extract<TargetConfig, { readonly kind: 'email' }>; readonly to: readonly string[]; readonly delivery: Delivery; readonly wording: Wording };

/** `partly`: some mailboxes have it; `later` are those of the others that may take it another time. */
type Delivered = Sent | { readonly kind: 'partly'; readonly later: readonly string[]; readonly reason: string };

export function deliver(mail: Mail, network: Network, signal: AbortSignal): Promise<Delivered> {
  const what = `The mail server ${oneLine(mail.config.host)}:${mail.config.port}`;
  const { mailMs } = network.timeouts;
  return within<Delivered>(mailMs, signal, () => retry(`${what} did not take the message within ${seconds(mailMs)}.`), ending => handOver(mail, what, network, ending));
}

async function handOver({ config, to, delivery, wording }: Mail, what: string, network: Network, signal: AbortSignal): Promise<Delivered> {
  // Most consoles never need it.
  const { createTransport } = await import('nodemailer');
  const { connectMs, mailMs } = network.timeouts;
  const secrets = delivery.secret === null ? [] : [...secretsOf(delivery.secret), Buffer.from(`\0${config.user}\0${delivery.secret}`).toString('base64')];
  let notConnected: Sent | null = null;
  const transport = createTransport({
    // The socket is the mail library's from then on, and ends with it. It must not be ended behind the back of the TLS on it: Node crashes of that.
    getSocket: (_options, done) => void within<Socket | Sent>(connectMs, signal, () => retry(`${what} did not take a connection within ${seconds(connectMs)}.`), ending => connected(config, what, network, ending)).then(socket => {
      if (socket instanceof Socket) return done(null, { connection: socket });
      notConnected = socket;
      done(new Error('not connected'));
    }),
    host: config.host, port: config.port, secure: config.security === 'tls', requireTLS: config.security === 'starttls', ignoreTLS: config.security === 'none',
    ...(config.security === 'none' ? {} : { tls: { secureContext: network.trust(), ...(isIP(config.host) ? {} : { servername: config.host }) } }),
    ...(config.user === '' ? {} : { auth: { user: config.user, pass: delivery.secret ?? '' } }),
    connectionTimeout: 2 * connectMs, greetingTimeout: connectMs, socketTimeout: mailMs, socketCloseTimeout: 0, disableFileAccess: true, disableUrlAccess: true,
  });
  try {
    const info = await transport.sendMail({ ...letterOf({ from: config.from, to: config.to, id: delivery.id, contents: delivery.contents, wording, now: network.now() }), envelope: { from: config.from, to: [...to] }, signal });
    return partsOf(to, refusalsOf(info, what, secrets));
  } catch (error) {
    return notConnected ?? smtpTrouble(error, what, { connectMs, secrets });
  } finally {
    transport.close();
  }
}

/** Tries all addresses of the name, as the system has them. */
function connected({ host, port }: Mail['config'], what: string, network: Network, signal: AbortSignal): Promise<Socket | Sent> {
  return new Promise(resolve => {
    const socket = connect({ host, port, lookup: network.lookup, autoSelectFamily: true });
    const stop = (): void => {
      socket.destroy();
      resolve(stopped);
    };
    const failed = (error: Error): void => resolve(retry(troubleOf(error, what)));
    socket.once('connect', () => {
      signal.removeEventListener('abort', stop);
      socket.off('error', failed);
      resolve(socket);
    });
    socket.on('error', failed);
    signal.addEventListener('abort', stop);
    if (signal.aborted) stop();
  });
}

function partsOf(to: readonly string[], refusals: readonly Refusal[]): Delivered {
  if (refusals.length === 0) return sent;
  // The mail library writes domains in small letters.
  const later = new Set(refusals.filter(({ lasting }) => !lasting).map(({ mailbox }) => mailbox.toLowerCase()));
  return { kind: 'partly', later: to.filter(address => later.has(address.toLowerCase())), reason: `${refusals.map(({ sentence }) => sentence.replace(/\.$/, '')).slice(0, 3).join('; ')}${refusals.length > 3 ? `; and ${refusals.length - 3} more` : ''}.` };
}
