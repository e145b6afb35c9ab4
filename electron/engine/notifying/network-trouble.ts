/** Says in one sentence why a server could not be reached or trusted. Never what an error says of itself: that may hold an address that is a secret. */

/** `what` names the server: "The mail server mail.example:587". */
export function troubleOf(error: unknown, what: string): string {
  const cause = firstOf(error);
  const code = codeOf(cause);
  const certificate = certificateTrouble(code, cause instanceof Error ? cause.message : '', what);
  if (certificate !== null) return certificate;
  switch (code) {
    case 'ENOTFOUND':
    case 'EAI_NODATA':
    case 'EAI_NONAME':
      return `${what} cannot be found: its name is unknown.`;
    case 'EAI_AGAIN':
    case 'EAI_FAIL':
    case 'ESERVFAIL':
      return `${what} cannot be found: its name could not be looked up.`;
    case 'ECONNREFUSED':
      return `${what} refused the connection.`;
    case 'ETIMEDOUT':
      return `${what} does not answer.`;
    case 'EHOSTUNREACH':
    case 'EHOSTDOWN':
      return `${what} cannot be reached: the network says that the host is unreachable.`;
    case 'ENETUNREACH':
    case 'ENETDOWN':
    case 'EADDRNOTAVAIL':
      return `${what} cannot be reached: this computer has no route to its network.`;
    case 'EACCES':
    case 'EPERM':
      return `${what} cannot be reached: this computer does not permit it.`;
    case 'EMFILE':
    case 'ENFILE':
    case 'ENOBUFS':
    case 'ENOMEM':
    case 'EADDRINUSE':
      return `This computer has no room for another connection (${code}).`;
    case 'ECONNRESET':
    case 'EPIPE':
    case 'ECONNECTION':
      return `${what} broke off the connection.`;
    default:
      return code.startsWith('HPE_') ? `${what} answers, but not in HTTP.` : `${what} could not be talked to${code === '' ? '' : ` (${code})`}.`;
  }
}

/** Of an attempt at several addresses of one name that of the first. */
function firstOf(error: unknown): unknown {
  const errors: readonly unknown[] = error instanceof AggregateError ? error.errors : [];
  return errors[0] ?? error;
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return '';
  // The mail library puts a word of its own before the system's.
  const said = 'originalCode' in error ? error.originalCode : 'code' in error ? error.code : '';
  return typeof said === 'string' && /^[A-Z\d_]{1,60}$/.test(said) ? said : '';
}

/** Codes where the TLS library gives them; its words where a layer in between has kept only those. */
const distrust: readonly (readonly [RegExp, string])[] = [
  [/CERT_HAS_EXPIRED|certificate has expired/, 'has expired.'],
  [/CERT_NOT_YET_VALID|certificate is not yet valid/, 'is not valid yet; check the clock of this computer.'],
  [/ERR_TLS_CERT_ALTNAME_INVALID|does not match certificate's altnames|Cert does not contain a DNS name|is not cert's CN/, 'is for another name.'],
  [/DEPTH_ZERO_SELF_SIGNED_CERT|^(Error initiating TLS - )?self-signed certificate$/,
    'is signed by itself, not by an authority; add it to those that this computer trusts, or name its file in NODE_EXTRA_CA_CERTS.'],
  [/SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_GET_ISSUER_CERT|UNABLE_TO_VERIFY_LEAF_SIGNATURE|self-signed certificate in certificate chain|unable to get (local )?issuer certificate|unable to verify the first certificate/,
    'is not signed by an authority that this computer knows; add that authority to those that this computer trusts, or name its file in NODE_EXTRA_CA_CERTS.'],
  [/CERT_REVOKED|certificate revoked/, 'has been revoked.'],
];

function certificateTrouble(code: string, message: string, what: string): string | null {
  const known = distrust.find(([pattern]) => pattern.test(code) || pattern.test(message));
  if (known) return `${what} is not to be trusted: its certificate ${known[1]}`;
  // Without TLS on the other side its first letters are taken for a version.
  if (/wrong.version.number|packet.length.too.long/i.test(message)) return `${what} answers, but not in TLS.`;
  if (/^(EPROTO$|ERR_SSL_)/.test(code) || /SSL routines/.test(message)) return `${what} and this computer could not agree on TLS (${/(?<=SSL routines:\w*:)[a-z\d ]+/i.exec(message)?.[0] ?? code}).`;
  return null;
}
