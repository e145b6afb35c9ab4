import { expect, test } from 'vitest';
import { ownAlertsBanner } from './own-alerts.ts';

test('the console says its worst alert, the oldest of equals, and how many more there are', () => {
  const late = { severity: 'high' as const, sentence: 'Checks are late.', since: 5 };
  const dead = { severity: 'critical' as const, sentence: 'Rules were last gone through 4 min ago.', since: 9 };
  const mail = { severity: 'high' as const, sentence: 'No mail since 02:10.', since: 2 };
  expect([undefined, [], [late], [late, dead, mail], [late, mail]].map(ownAlertsBanner)).toEqual([null, null, { worst: late, more: 0 }, { worst: dead, more: 2 }, { worst: mail, more: 1 }]);
});
