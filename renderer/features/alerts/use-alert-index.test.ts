import { expect, test } from 'vitest';
import { IncidentId } from '../../../shared/model/ids.ts';
import { alert, idOf } from './sample.ts';
import { makeIndex } from './use-alert-index.ts';

test('an incident stands for its alerts that are still open', () => {
  const [one, other] = [IncidentId.parse(idOf(801)), IncidentId.parse(idOf(802))];
  const [ended, open, elsewhere] = [alert({ incidentId: one }), alert({ incidentId: one, assignee: 'Nino' }), alert({ incidentId: other, assignee: 'Dato' })];
  const index = makeIndex();
  index.apply({ reset: true, upsert: [ended, open, elsewhere], remove: [] });
  index.apply({ reset: false, upsert: [{ ...ended, clearedAt: 5 }], remove: [] });
  expect([index.openOf([one]), index.openOf([one, other]), index.people()]).toEqual([[open], [open, elsewhere], ['Dato', 'Nino']]);
});
