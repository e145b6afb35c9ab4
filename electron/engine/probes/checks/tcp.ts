/** Whether a port takes a connection. Nothing is said over it. */
import { connect } from 'node:net';
import { messageOf } from '../../log.ts';
import { seconds, type CheckOutcome, type CheckProbe } from './check.ts';
import { connectionProblem } from './network-error.ts';

export const tcpProbe: CheckProbe<'tcp'> = ({ port }, { address }, { timeoutMs, signal }) =>
  new Promise(resolve => {
    const began = performance.now();
    const what = `Port ${port}`;
    const elapsed = (): number => Math.round(performance.now() - began);
    const settle = (outcome: CheckOutcome): void => {
      clearTimeout(deadline);
      signal.removeEventListener('abort', stopped);
      socket.destroy();
      resolve(outcome);
    };
    const stopped = (): void => settle({ kind: 'unknown', elapsedMs: null, message: 'The check was stopped.' });
    const deadline = setTimeout(() => settle({ kind: 'failed', elapsedMs: elapsed(), message: `${what} did not answer within ${seconds(timeoutMs)}.` }), timeoutMs);
    const socket = connect({ host: address, port });
    socket.on('connect', () => settle({ kind: 'ok', elapsedMs: elapsed(), message: `${what} took a connection in ${elapsed()} ms.` }));
    // Stays after the end: an error of a destroyed socket is nobody's.
    socket.on('error', error => {
      const told = connectionProblem(error, what) ?? { kind: 'unknown', message: `The connection failed: ${messageOf(error)}.` };
      settle({ ...told, elapsedMs: elapsed() });
    });
    if (signal.aborted) stopped();
    else signal.addEventListener('abort', stopped);
  });
