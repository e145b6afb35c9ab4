/** A MessagePort of the main process as a pipe of the contract. */
import type { MessagePortMain } from 'electron';
import type { Pipe } from '../../shared/rpc/contract.ts';

/** Starts the port: messages that came before `onMessage` was called are lost, so call it at once. */
export function portPipe(port: MessagePortMain): Pipe {
  port.start();
  return {
    post: message => port.postMessage(message),
    onMessage: receive => void port.on('message', event => receive(event.data)),
    onClose: closed => void port.once('close', closed),
    close: () => port.close(),
  };
}
