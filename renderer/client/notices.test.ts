import { expect, test } from 'vitest';
import { Notice } from '../../shared/model/notification.ts';
import { noticeGate } from './notices.ts';

const notice = (number: number): Notice => Notice.parse({ id: `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`, via: 'desktop', sound: null, kind: 'problem', severity: 'critical', title: 'Kvareli is down', body: '', at: number });

test('what was there when the page was opened is not told, what comes later is told once, also after a lost connection', () => {
  const gate = noticeGate();
  const told = [
    gate({ reset: true, upsert: [notice(1)], remove: [] }),
    gate({ reset: false, upsert: [notice(1), notice(2)], remove: [] }),
    gate({ reset: false, upsert: [], remove: [notice(1).id] }),
    gate({ reset: true, upsert: [notice(2), notice(3)], remove: [] }),
    gate({ reset: false, upsert: [notice(3)], remove: [] }),
  ];
  expect(told.map(each => each.map(({ at }) => at))).toEqual([[], [2], [], [3], []]);
});
