/** A console in the middle of a working day, for pictures: incidents that people work on, recipients, windows, a rule of the bank's own. */
import type { AlertRow } from '../../shared/model/alert.ts';
import { RuleInput } from '../../shared/model/rule.ts';
import { rowsOf, type Caller } from './caller.ts';

export type AtWork = { readonly incidentId: string; readonly ruleId: string; readonly windowId: string };

export async function atWork({ client }: Caller): Promise<AtWork> {
  const tonight = new Date(Date.now() + 6 * 3_600_000).toISOString().slice(0, 13);
  await client.ask('targets.create', { name: 'Duty desk', config: { kind: 'desktop' }, severities: ['critical', 'high'] });
  await client.ask('targets.create', { name: 'Ticket system', config: { kind: 'webhook', url: 'http://127.0.0.1:9/hook' }, secret: 'a key', severities: ['critical', 'high', 'medium'] });
  await client.ask('targets.create', { name: 'Head of the network', config: { kind: 'email', host: 'mail.bank.example', from: 'noc@bank.example', to: ['head@bank.example'] }, secret: 'a password', severities: ['critical'], afterMs: 1_800_000, quietHours: { from: '22:00', to: '07:00', zone: 'Asia/Tbilisi' }, enabled: false });
  const open = (await rowsOf(client, 'alerts.live')).filter(alert => alert.clearedAt === null && alert.deviceId !== null);
  const some = (from: number, to: number): AlertRow[] => open.slice(from, to);
  const ids = (alerts: readonly AlertRow[]): AlertRow['id'][] => alerts.map(alert => alert.id);
  if (open.length > 40) await client.ask('devices.markKnownDown', { ids: some(20, open.length).flatMap(alert => alert.deviceId ?? []), reason: 'Not yet taken over from the old network', until: null });
  const incidents = await rowsOf(client, 'incidents.live');
  const largest = incidents.filter(incident => incident.closedAt === null).toSorted((a, b) => b.affectedCount - a.affectedCount)[0];
  const [first] = open;
  if (!first || !largest) throw new Error('nothing is down');
  const ofLargest = open.filter(alert => alert.incidentId === largest.id);
  const known = ofLargest.length > 0 ? ofLargest : [first];
  await client.ask('alerts.comment', { ids: ids(known), text: 'The branch has no power; the generator is on its way.' });
  await client.ask('alerts.assign', { ids: ids(known), to: 'Nino' });
  await client.ask('alerts.acknowledge', { ids: ids(some(1, 5)), note: 'Called the provider, ticket 4711.' });
  await client.ask('alerts.assign', { ids: ids(some(2, 6)), to: 'Giorgi' });
  await client.ask('alerts.snooze', { ids: ids(some(6, 8)), until: Date.now() + 4 * 3_600_000, note: 'They rebuild until the evening.' });
  const silent = open[8] ?? first;
  const window = await client.ask('maintenance.create', { name: 'Firmware of the branch routers', reason: 'Change 2231, agreed with the branches.', scope: { ...everywhere, types: ['router'] }, startsAt: `${tonight}:00`, zone: 'UTC', durationMs: 7_200_000, repeat: 'FREQ=WEEKLY;BYDAY=SA,SU' });
  await client.ask('maintenance.create', { name: 'New cabling', reason: '', scope: { ...everywhere, branches: silent.branch === null ? [] : [silent.branch] }, startsAt: new Date(Date.now() - 3_600_000).toISOString().slice(0, 16), zone: 'UTC', durationMs: 14_400_000 });
  const rule = await client.ask('rules.create', RuleInput.parse({
    name: 'Slow cash machines', description: 'Customers give up before the answer comes.', severity: 'high', subject: 'device', scope: { ...everywhere, types: ['atm', 'paybox'] }, parameters: [{ name: 'limit', value: 20, unit: 'ms' }],
    condition: { kind: 'any', of: [{ kind: 'compare', metric: 'rtt', aggregate: 'p95', windowMs: 300_000, op: '>', value: { parameter: 'limit' }, unit: 'ms' }, { kind: 'all', of: [{ kind: 'compare', metric: 'loss', windowMs: 300_000, op: '>', value: 5, unit: '%' }, { kind: 'is', metric: 'state', words: ['up', 'degraded'] }] }] },
    forMs: 60_000, overrides: silent.region === null ? [] : [{ scope: { ...everywhere, regions: [silent.region] }, values: { limit: 60 } }],
  }));
  return { incidentId: largest.id, ruleId: rule.id, windowId: window.id };
}

/** The name of a device that is down while nobody is told. */
export async function silentDevice({ client }: Caller): Promise<string> {
  for (const { id, name, state } of await rowsOf(client, 'devices.live')) if (state === 'down' && (await client.ask('alerts.whySilent', { deviceId: id })).silent) return name;
  throw new Error('everybody was told of everything');
}

const everywhere = {};
