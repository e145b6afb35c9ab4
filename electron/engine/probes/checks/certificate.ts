/** Judges the certificate that a TLS server showed. */
import { checkServerIdentity, type PeerCertificate } from 'node:tls';
import { messageOf } from '../../log.ts';
import { quoted } from './check.ts';

export type Shown = {
  /** Empty where the server showed none. */
  readonly certificate: PeerCertificate | Record<string, never>;
  /** Why its chain leads to no authority that this computer knows: OpenSSL's code; null where it does. */
  readonly distrust: string | null;
};

/** What is asked of it: `name`, that it is valid for `host` and signed by an authority; both, that it has not expired and will not within `days`. */
export type Rule = { readonly certificate: 'name' | 'expiry'; readonly host: string; readonly days: number };

/** `problem` is one sentence, null where all is well; `leftMs`: until it expires, and `daysLeft` the same in whole days; null where no date can be read. */
export type Judgement = { readonly problem: string | null; readonly daysLeft: number | null; readonly leftMs: number | null };

const dayMs = 86_400_000;

export function judgeCertificate({ certificate, distrust }: Shown, rule: Rule, now: number): Judgement {
  const from = Date.parse(certificate.valid_from ?? '');
  const to = Date.parse(certificate.valid_to ?? '');
  if (Number.isNaN(from) || Number.isNaN(to)) return { problem: 'The server shows no certificate whose dates can be read.', daysLeft: null, leftMs: null };
  const leftMs = to - now;
  const daysLeft = Math.floor(leftMs / dayMs);
  const failing = (problem: string): Judgement => ({ problem, daysLeft, leftMs });
  if (to <= now) return failing(`The certificate expired on ${dateOf(to)}.`);
  if (from > now) return failing(`The certificate is not valid before ${dateOf(from)}; check the clocks of the device and of this computer.`);
  const problem = rule.certificate === 'name' ? (distrust === null ? nameProblem(rule.host, certificate) : chainProblem(distrust)) : null;
  if (problem !== null) return failing(problem);
  if (daysLeft < rule.days) return failing(`The certificate is valid for only ${daysIn(daysLeft)}, until ${dateOf(to)}.`);
  return { problem: null, daysLeft, leftMs };
}

/** "1 day", "61 days". */
export const daysIn = (days: number): string => `${days} ${days === 1 ? 'day' : 'days'}`;

const dateOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

function chainProblem(code: string): string {
  switch (code) {
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
      return 'The certificate is signed by the device itself, not by an authority.';
    case 'SELF_SIGNED_CERT_IN_CHAIN':
    case 'UNABLE_TO_GET_ISSUER_CERT':
    case 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY':
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
      return 'The certificate is not signed by an authority that this computer knows.';
    default:
      return `The certificate is not to be trusted (${code}).`;
  }
}

function nameProblem(host: string, certificate: Shown['certificate']): string | null {
  let wrong: Error | undefined;
  try {
    // An empty certificate has no dates, and was refused for that.
    wrong = checkServerIdentity(host, certificate as PeerCertificate);
  } catch (error) {
    return `The names in the certificate cannot be read: ${messageOf(error)}.`;
  }
  if (!wrong) return null;
  const names = (certificate.subjectaltname ?? String(certificate.subject?.CN ?? '')).replaceAll(/\b(DNS|IP Address):/g, '').trim();
  return names === '' ? `The certificate is not for ${host}; it names no host.` : `The certificate is not for ${host} but for ${quoted(names)}.`;
}
