/** Tells what the system says of a connection that did not come about: the device's doing, or this computer's. */
import { notSentBecause } from '../ping/not-sent.ts';

/** Files, buffers, ports: what this computer has run out of. */
const exhausted = new Set(['EMFILE', 'ENFILE', 'ENOBUFS', 'ENOMEM', 'EAGAIN', 'EADDRINUSE']);

type Told = { readonly kind: 'failed' | 'unknown'; readonly message: string };

const isOurs = (code: string): code is keyof typeof notSentBecause => Object.hasOwn(notSentBecause, code);

export const codeOf = (error: unknown): string => (error instanceof Error && 'code' in error ? String(error.code) : '');

/** `what` begins the sentence: "Port 443". Null for an error that is not the network's own. */
export function connectionProblem(error: unknown, what: string): Told | null {
  const code = codeOf(error);
  if (isOurs(code)) return { kind: 'unknown', message: notSentBecause[code] };
  if (exhausted.has(code)) return { kind: 'unknown', message: `This computer has no room for another connection (${code}).` };
  switch (code) {
    case 'ECONNREFUSED':
      return { kind: 'failed', message: `${what} is closed: the connection was refused.` };
    case 'ETIMEDOUT':
      return { kind: 'failed', message: `${what} does not answer.` };
    case 'EHOSTUNREACH':
    case 'EHOSTDOWN':
      return { kind: 'failed', message: `${what} cannot be reached: the network says that the host is unreachable.` };
    case 'ECONNRESET':
    case 'EPIPE':
      return { kind: 'failed', message: `${what} broke off the connection.` };
    default:
      return null;
  }
}
