import { z } from 'zod';
import { TargetId } from '../model/ids.ts';
import { MessageRow, Notice, TargetInput, TargetRow } from '../model/notification.ts';
import { command, live } from '../rpc/contract.ts';

export const notifications = {
  /** Every recipient, without its secret: how many messages wait for it, when it last got one, and why it does not, since when. */
  'targets.live': live(z.object({}), TargetRow),
  /** What `secret` is depends on the kind: a password, a bot's token, the address of a chat's webhook, the key of a webhook's signature. It never comes out again. From then on it is told of what is open, too. */
  'targets.create': command(TargetInput, TargetRow),
  /** The whole recipient; its secret stays where it is left out, and goes where it is null. What could not be sent to it is tried at once. */
  'targets.update': command(z.object({ id: TargetId, target: TargetInput }), TargetRow),
  /** What waits for it is dropped. */
  'targets.remove': command(z.object({ id: TargetId }), z.object({})),
  /** Sends a message now, by these settings, and says what became of it. `id`: whose stored secret is used where none is given. */
  'targets.test': command(z.object({ target: TargetInput, id: TargetId.nullable().default(null) }), z.object({ ok: z.boolean(), message: z.string() })),
  /** Messages that wait, at most the 500 oldest after a start, and the last 200 that were sent, gathered, dropped or failed. */
  'messages.live': live(z.object({}), MessageRow),
  /** What is to be shown by the system or heard, of the last five minutes; a page does so with what comes after it was opened. */
  'notices.live': live(z.object({}), Notice),
};
