/** Desktop and sound: a notice for the pages that are open. */
import type { MessageId } from '../../../shared/model/ids.ts';
import type { Notice } from '../../../shared/model/notification.ts';
import type { Delivery } from './sender.ts';
import { leadingOf, shortened, type Wording } from './wording.ts';

/** Null for a delivery of nothing. */
export function noticeOf({ id, config, contents }: Delivery, { subject, paragraphs }: Wording, now: number): Notice | null {
  const leading = leadingOf(contents);
  if (!leading) return null;
  return {
    id: id as MessageId, // Made by the courier, of a message.
    via: config.kind === 'sound' ? 'sound' : 'desktop',
    sound: config.kind === 'sound' ? config.sound : null,
    kind: leading.kind, severity: leading.severity,
    title: shortened(subject, 120),
    // What the system shows of it is little: what it is, and where.
    body: shortened(paragraphs.flatMap(lines => lines.slice(0, contents.length > 1 ? 1 : lines.length)).filter(line => !line.startsWith('Sent by ')).join('\n'), 300),
    at: now,
  };
}
