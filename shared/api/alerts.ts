import { z } from 'zod';
import { AlertRow } from '../model/alert.ts';
import { AlertId, DeviceId, IncidentId, Ms } from '../model/ids.ts';
import { Handover, IncidentDetail, IncidentRow, WhySilent } from '../model/incident.ts';
import { command, live, query } from '../rpc/contract.ts';

const Ids = z.array(AlertId).min(1, 'Choose at least one alert.').max(1_000, 'At most 1000 alerts at once.');
const Note = z.string({ error: 'A note is a text.' }).trim().max(1_000, 'A note has at most 1000 characters.');
/** How many alerts the command changed; those that are not open any more are passed over. */
const Changed = z.object({ changed: z.int() });

export const alerts = {
  /** Every open alert, and the last 500 that ended. */
  'alerts.live': live(z.object({}), AlertRow),
  /** Says that a person knows: nobody else is told of them, but for their end. Repeating it replaces the note. */
  'alerts.acknowledge': command(z.object({ ids: Ids, note: Note.default('') }), Changed),
  /** Takes it back: what waited for it is told, where the condition still holds. */
  'alerts.unacknowledge': command(z.object({ ids: Ids }), Changed),
  /** Writes into the timelines of their incidents, and changes nothing else. */
  'alerts.comment': command(z.object({ ids: Ids, text: Note.min(1, 'Write something.') }), Changed),
  /** Nobody is told of them until then, but for their end; then, where the condition still holds, everybody is. `until` null: they wait no longer. */
  'alerts.snooze': command(z.object({ ids: Ids, until: Ms.nullable(), note: Note.default('') }), Changed),
  /** Says whose they are; null: nobody's. Changes nothing in who is told. */
  'alerts.assign': command(z.object({ ids: Ids, to: z.string().trim().min(1).max(80).nullable() }), Changed),
  /** Ends them by hand. They are raised anew only after their condition was once over. */
  'alerts.resolve': command(z.object({ ids: Ids, note: Note.default('') }), Changed),
  /** Every open incident, and the last 200 that were closed. */
  'incidents.live': live(z.object({}), IncidentRow),
  /** An incident with its alerts, its timeline (oldest first) and what was sent of it, also when it was closed long ago. */
  'incidents.get': query(z.object({ id: IncidentId }), IncidentDetail),
  /** For the next shift: what was opened and closed since then, what is open and not acknowledged, what lasts from before, and what people did. What is known to be down is left out. */
  'alerts.handover': query(z.object({ since: Ms }), Handover),
  /** Why nobody was told of a device: reasons in a sentence each, the first decides. `silent` false: somebody was, and the sentence says who. */
  'alerts.whySilent': query(z.object({ deviceId: DeviceId }), WhySilent),
};
