import { once } from 'node:events';
import { expect, test } from 'vitest';
import { MessageChannelMain, TransferredPorts } from './message-port.ts';

test('messages wait for start and keep their order', async () => {
  const { port1, port2 } = new MessageChannelMain();
  port1.postMessage('a');
  port1.postMessage({ b: 1n });
  const seen: unknown[] = [];
  port2.on('message', (event: { readonly data: unknown }) => seen.push(event.data));
  await new Promise(setImmediate);
  expect(seen).toEqual([]);
  port2.start();
  await new Promise(setImmediate);
  expect(seen).toEqual(['a', { b: 1n }]);
});

test('closing one end closes the other', async () => {
  const { port1, port2 } = new MessageChannelMain();
  const closed = once(port2, 'close');
  port1.close();
  await closed;
});

test('what cannot be cloned is refused where it is posted', () => {
  expect(() => new MessageChannelMain().port1.postMessage(() => {})).toThrow(expect.objectContaining({ name: 'DataCloneError' }));
});

test('a channel with both ends transferred relays between the two holders until one is gone', () => {
  const { port1, port2 } = new MessageChannelMain();
  port2.postMessage('early');
  const child = new TransferredPorts();
  const page = new TransferredPorts();
  const seen: unknown[] = [];
  const note = (who: string) => [(id: number, message: unknown) => seen.push([who, id, message]), (id: number) => seen.push([who, id, 'closed'])] as const;
  const toChild = child.give([port1], ...note('child'));
  const toPage = page.give([port2], ...note('page'));
  toChild.begin();
  toPage.begin();
  child.message(1, 'from child');
  page.message(1, 'from page');
  child.allClosed();
  page.message(1, 'too late');
  expect(seen).toEqual([['child', 1, 'early'], ['page', 1, 'from child'], ['child', 1, 'from page'], ['page', 1, 'closed']]);
});
