/** Says in one sentence why a mail server did not take a message, and whether it may another time. */
import { troubleOf } from './network-trouble.ts';
import { seconds } from './patience.ts';
import { refused, retry, type Sent } from './sender.ts';
import { oneLine, quotedUnless } from './strangers.ts';

/** What the mail library says of an error: `response` is the server's answer, `command` what it was an answer to. */
type Facts = { readonly code: string; readonly status: number | null; readonly response: string; readonly command: string; readonly recipient: string; readonly each: readonly unknown[] };

/** One mailbox that was refused while others were not. `lasting`: it will be the next time too. */
export type Refusal = { readonly mailbox: string; readonly lasting: boolean; readonly sentence: string };

export function refusalsOf(info: object, what: string, secrets: readonly string[]): Refusal[] {
  return factsOf(info).each.map(error => {
    const facts = factsOf(error);
    return { mailbox: facts.recipient, lasting: isLasting(facts), sentence: mailboxSentence(facts, what, secrets) };
  });
}

export function smtpTrouble(error: unknown, what: string, { connectMs, secrets }: { readonly connectMs: number; readonly secrets: readonly string[] }): Sent {
  const facts = factsOf(error);
  if (facts.status !== null) {
    const sentence = answerSentence(facts, what, secrets);
    return isLasting(facts) ? refused(sentence) : retry(sentence);
  }
  switch (facts.code) {
    case 'ETIMEDOUT':
      return retry(facts.command === 'CONN' ? `${what} took a connection, but was not ready within ${seconds(connectMs)}.` : `${what} took a connection, but does not answer.`);
    case 'EPROTOCOL':
      return retry(`${what} answers, but not as a mail server does.`);
    case 'EAUTH':
    case 'ENOAUTH':
      return refused(`${what} offers no way to log in that this console knows.`);
    case 'EENVELOPE':
      return refused('The sender or a recipient is not an address that can be written to a mail server.');
    default:
      return misfit(troubleOf(error, what));
  }
}

/** A port that speaks no TLS is no trouble of the moment. */
const misfit = (sentence: string): Sent => (sentence.endsWith('answers, but not in TLS.') ? refused(`${sentence.slice(0, -1)}; choose STARTTLS, or the port that speaks TLS from the first byte (465).`) : retry(sentence));

const isLasting = ({ status }: Facts): boolean => status !== null && status >= 500;

function answerSentence(facts: Facts, what: string, secrets: readonly string[]): string {
  const { status, command, code } = facts;
  const said = saidBy(facts, secrets);
  if (code === 'EAUTH') return isLasting(facts) ? `${what} refuses the user name or the password${said}.` : `${what} cannot check the password now${said}.`;
  if (command === 'STARTTLS') return isLasting(facts) ? `${what} offers no STARTTLS, and nothing is sent in the clear${said}.` : `${what} cannot begin STARTTLS now${said}.`;
  if (status === 530 || status === 538) return `${what} wants a login or an encrypted connection first${said}.`;
  if (command === 'RCPT TO') {
    const one = facts.each.length > 1 ? facts.each.map(factsOf).find(each => isLasting(each) === isLasting(facts)) : factsOf(facts.each[0]);
    const all = facts.each.length > 1 ? `None of ${facts.each.length} mailboxes takes it: ` : '';
    return `${all}${one && one.recipient !== '' ? mailboxSentence(one, what, secrets) : `${what} refuses the recipients${said}.`}`;
  }
  if (command === 'MAIL FROM') return isLasting(facts) ? `${what} refuses the sender${said}.` : `${what} asks to come back later${said}.`;
  return isLasting(facts) ? `${what} refuses the message${said}.` : `${what} asks to come back later${said}.`;
}

function mailboxSentence(facts: Facts, what: string, secrets: readonly string[]): string {
  return `${what} ${isLasting(facts) ? 'refuses' : 'asks to come back later for'} the recipient ${oneLine(facts.recipient)}${saidBy(facts, secrets)}.`;
}

function saidBy({ response, status }: Facts, secrets: readonly string[]): string {
  const words = quotedUnless(response, secrets);
  return words === null ? (status === null ? '' : ` (${status})`) : `: ${words}`;
}

function factsOf(error: unknown): Facts {
  const of = new Map<string, unknown>(typeof error === 'object' && error !== null ? Object.entries(error) : []);
  const text = (name: string): string => {
    const value = of.get(name);
    return typeof value === 'string' ? value : '';
  };
  const status = of.get('responseCode');
  const each: unknown = of.get('rejectedErrors');
  return { code: text('code'), status: typeof status === 'number' ? status : null, response: text('response'), command: text('command'), recipient: text('recipient'), each: Array.isArray(each) ? each : [] };
}
