/** A message as an e-mail: plain text and simple HTML, threaded by incident, and marked as sent by a machine. */
import type { MessageContent } from '../../../shared/model/notification.ts';
import { leadingOf, plainText, shortened, type Wording } from './wording.ts';

type Letter = {
  readonly from: string;
  readonly to: string[];
  readonly date: Date;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly messageId: string;
  readonly inReplyTo?: string;
  readonly references?: string;
  readonly priority: 'high' | 'normal';
  readonly headers: Record<string, string>;
};

type Wish = { readonly from: string; readonly to: readonly string[]; readonly id: string; readonly contents: readonly MessageContent[]; readonly wording: Wording; readonly now: number };

export function letterOf({ from, to, id, contents, wording, now }: Wish): Letter {
  const domain = /@([\w.-]+)$/.exec(from)?.[1] ?? 'ward.invalid';
  // All of one incident answer a message that never was: which of them came first, nobody need remember, and programs show them as one conversation.
  const incidents = [...new Set(contents.map(({ incidentId }) => incidentId))];
  const [incident] = incidents;
  const root = incidents.length === 1 && incident ? `<incident-${incident}@${domain}>` : null;
  const leading = leadingOf(contents);
  return {
    from, to: [...to], date: new Date(now),
    subject: shortened(wording.subject, 300),
    text: `${plainText(wording.paragraphs)}\n`,
    html: htmlOf(wording),
    messageId: `<${id.replaceAll(/[^\w.-]/g, '-')}@${domain}>`,
    ...(root === null ? {} : { inReplyTo: root, references: root }),
    priority: leading?.severity === 'critical' && leading.kind !== 'recovery' && leading.kind !== 'test' ? 'high' : 'normal',
    // RFC 3834, and what Exchange heeds of it: no answers of the absent.
    headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' },
  };
}

function htmlOf({ subject, paragraphs }: Wording): string {
  const body = paragraphs.map(lines => `<p>${lines.map(escaped).join('<br>\n')}</p>`).join('\n');
  return `<!DOCTYPE html>\n<html><body style="font-family: sans-serif">\n<p><b>${escaped(subject)}</b></p>\n${body}\n</body></html>\n`;
}

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
