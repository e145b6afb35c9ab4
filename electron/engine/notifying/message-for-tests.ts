/** Messages and deliveries for tests. */
import type { IncidentId } from '../../../shared/model/ids.ts';
import { TargetConfig, type MessageContent } from '../../../shared/model/notification.ts';
import type { Delivery } from './sender.ts';

export const incidentId = 'b0b6a1de-0000-4000-8000-000000000001' as IncidentId; // It is a UUID.
export const happened = Date.UTC(2026, 2, 5, 10, 0, 0);

export const messageWith = (change: Partial<MessageContent> = {}): MessageContent => ({
  kind: 'problem', incidentId, severity: 'critical', title: 'Kvareli is down', verdict: 'The branch router does not answer.', evidence: ['The gateway answers.', '39 of 40 devices behind it do not.'],
  branch: 'Kvareli', region: 'Kakheti', affected: ['Kvareli router', 'Kvareli ATM'], affectedCount: 40, since: happened - 60_000, at: happened, closedAt: null, station: 'noc-1', ...change,
});

export const deliveryOf = (config: unknown, secret: string | null = null, contents: readonly MessageContent[] = [messageWith()]): Delivery =>
  ({ id: 'd0d0a1de-0000-4000-8000-000000000009', config: TargetConfig.parse(config), secret, contents });
