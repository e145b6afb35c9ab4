import { expect, test } from 'vitest';
import type { MessageRow } from '../../../shared/model/notification.ts';
import { incidentRow, messageId, recipient, startedAt, suppressedBy, targetId, view } from './incident-for-tests.ts';
import { plan } from './routing.ts';
import { ToldBook } from './told.ts';
import { whyNotTold, type Silence } from './why-not-told.ts';

const minute = 60_000;
const why = (change: Partial<Silence>): unknown => whyNotTold({ view: view(incidentRow(1)), recipients: [recipient(1)], messages: [], fullUntil: () => null, now: startedAt, ...change });
const message = (change: Partial<MessageRow>): MessageRow[] =>
  plan({ incidents: [view(incidentRow(1))], recipients: [recipient(1)], told: new ToldBook(), now: startedAt, station: 'NOC', newId: () => messageId(1) }).messages.map(each => ({ ...each, ...change }));

test.each<readonly [string, Partial<Silence>, readonly unknown[]]>([
  ['somebody was told', { messages: message({ state: 'sent' }), view: view(incidentRow(1, suppressedBy('acknowledged'))) }, []],
  ['it is suppressed', { view: view(incidentRow(1, suppressedBy('maintenance', 'Router swap'))) }, [{ kind: 'maintenance', sentence: 'It is in maintenance: Router swap.', until: null }]],
  ['it is gathering', { view: view(incidentRow(1), { gathered: false }) }, [{ kind: 'gathering', sentence: 'It has only just begun: what belongs to it is being gathered, and is told as one in a moment.', until: null }]],
  ['there is no recipient', { recipients: [] }, [{ kind: 'no-recipient', sentence: 'There is no recipient: nobody is told of anything.', until: null }]],
  ['all are off', { recipients: [recipient(1, { enabled: false })] }, [{ kind: 'no-recipient', sentence: 'Every recipient is switched off.', until: null }]],
  ['nobody is told of that', { recipients: [recipient(1, { severities: ['critical'] })] }, [{ kind: 'no-recipient', sentence: 'No recipient is told of this severity in this place.', until: null }]],
  ['quiet hours, and an escalation', { recipients: [recipient(2, { afterMs: 15 * minute }), recipient(1, { quietHours: { from: '10:00', to: '20:00', zone: 'Asia/Tbilisi' } })] }, [
    { kind: 'quiet-hours', sentence: 'Recipient 1 has quiet hours, and this is not critical; it is told when they end, if it is still so.', until: Date.UTC(2026, 0, 5, 16) },
    { kind: 'pending', sentence: 'Recipient 2 is told when nobody has acknowledged it for 15 min.', until: startedAt + 15 * minute },
  ]],
  ['an escalation that is not needed', { recipients: [recipient(1, { afterMs: minute })], view: view(incidentRow(1, { acknowledgedAt: startedAt, acknowledgedBy: 'Nino' })) }, [
    { kind: 'acknowledged', sentence: 'Nino has acknowledged it; Recipient 1 is told only of what nobody acknowledges.', until: null },
  ]],
  ['it waits for another attempt', { messages: message({ attempts: 2, problem: 'The server did not answer.', dueAt: startedAt + 5 }) }, [{ kind: 'sending', sentence: 'A message to Recipient 1 could not be sent yet: The server did not answer.', until: startedAt + 5 }]],
  ['the hour is full', { messages: message({}), fullUntil: id => (id === targetId(1) ? startedAt + 9 : null) }, [{ kind: 'rate-limit', sentence: 'Recipient 1 has had the 60 messages that it takes in an hour; what comes now is gathered into one.', until: startedAt + 9 }]],
  ['it failed', { messages: message({ state: 'failed', problem: 'The password is wrong.' }) }, [{ kind: 'failed', sentence: 'A message to Recipient 1 was not sent: The password is wrong.', until: null }]],
])('nobody was told: %s', (_name, change, reasons) => {
  expect(why(change)).toEqual(reasons);
});
