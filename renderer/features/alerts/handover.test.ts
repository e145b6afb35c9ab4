import i18n from 'i18next';
import { beforeAll, expect, test } from 'vitest';
import { IncidentId } from '../../../shared/model/ids.ts';
import { startTexts } from '../../i18n.ts';
import { handoverText, sinceOf } from './handover.ts';
import { idOf, incident } from './sample.ts';

beforeAll(() => startTexts('en'));
const at = (hour: number, minute = 0): number => new Date(2026, 10, 24, hour, minute).getTime();

test('a shift is the last hours, or since a moment of the past', () => {
  const own = ['2026-11-24 01:30', '2026-11-24 09:00', 'dawn'].map(text => sinceOf('own', text, at(8)));
  expect([sinceOf('8h', '', at(8)), sinceOf('24h', 'dawn', at(8)), own]).toEqual([at(0), at(8) - 86_400_000, [at(1, 30), null, null]]);
});

test('the handover as text says each part, with who has what and in whose words', () => {
  const open = incident({ since: at(6), assignee: 'Nino' });
  const closed = incident({ title: 'Gori switch is down', severity: 'high', since: at(1), closedAt: at(1, 40), verdict: 'The switch lost power.' });
  const events = [{ id: 'a', incidentId: IncidentId.parse(idOf(1)), at: at(6, 5), kind: 'commented' as const, alertId: null, by: 'Nino', text: 'Called the ISP.' }];
  const text = handoverText({ since: at(0), to: at(8), opened: [open, closed], closed: [closed], unacknowledged: [open], lasting: [], work: events }, 'Night desk', i18n.getFixedT('en', 'alerts'));
  expect(text).toBe(`Shift handover, Night desk
2026-11-24 00:00 – 2026-11-24 08:00

Nobody has acknowledged: 1
- Kvareli is down (Critical); 2026-11-24 06:00; 2 h 0 min; Open; Nino; The router of Kvareli does not answer.

New: 2
- Kvareli is down (Critical); 2026-11-24 06:00; 2 h 0 min; Open; Nino; The router of Kvareli does not answer.
- Gori switch is down (High); 2026-11-24 01:00; 40 min 0 s; The switch lost power.

Still lasting from before: 0

Closed: 1
- Gori switch is down (High); 2026-11-24 01:00; 40 min 0 s; The switch lost power.

What people did: 1
- 2026-11-24 06:05 Nino: Commented: Called the ISP.`);
});
