/** Work on alerts, handover, and why nobody was told, over the contract: scripted probes, a clock that is moved by hand, a database that is read again. */
import { cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import type { AlertRow } from '../../shared/model/alert.ts';
import type { IncidentRow, WhySilent } from '../../shared/model/incident.ts';
import type { DeviceRow } from '../../shared/model/device.ts';
import { TargetInput } from '../../shared/model/notification.ts';
import { addAndSee, canMount, clientOf, clock, ended, failure, folder, inputOf, onSmallDisk, silent, start, startIn, summary, type Session } from './engine-for-tests.ts';

const minute = 60_000;
const deviceOf = ({ devices }: Session, name: string): DeviceRow => {
  const row = [...devices.values()].find(each => each.name === name);
  if (!row) throw new Error(`no ${name}`);
  return row;
};
const alertOf = ({ alerts }: Session, name: string): AlertRow => {
  const row = [...alerts.values()].filter(each => each.deviceName === name).at(-1);
  if (!row) throw new Error(`no alert of ${name}`);
  return row;
};
const open = ({ alerts }: Session): string[] => [...alerts.values()].filter(row => row.clearedAt === null).map(row => `${row.ruleName}: ${row.subjectName}`);
/** What people did in an incident. */
const work = async ({ client }: Session, { incidentId }: Pick<AlertRow, 'incidentId'>): Promise<[string, number, string][]> =>
  (await client.ask('incidents.get', { id: incidentId })).timeline.flatMap(({ kind, at, by, text }) => (by === null ? [] : [[kind, at, text]]));
const why = async (session: Session, name: string): Promise<WhySilent['reasons'][number]['kind'][]> => {
  const { reasons } = await session.client.ask('alerts.whySilent', { deviceId: deviceOf(session, name).id });
  return reasons.map(({ kind }) => kind);
};

/** So many devices, of which the first ones are down and have an alert each. */
async function down(count: number, of = count): Promise<Session> {
  const session = await start();
  await addAndSee(session, of);
  for (let n = 1; n <= count; n++) silent.add(`127.9.0.${n}`);
  await clock.advance(20_000);
  return session;
}

describe('work on an alert', () => {
  test('is on its row, in the timeline of its incident with who and when, and is so after a restart', async () => {
    const first = await down(1);
    const { id } = alertOf(first, 'D1');
    const ids = [id];
    const began = clock.now();
    const steps: [number, Promise<{ changed: number }>][] = [];
    const step = async (command: Promise<{ changed: number }>): Promise<void> => {
      steps.push([(await command).changed, command]);
      await clock.advance(1_000);
    };
    await step(first.client.ask('alerts.acknowledge', { ids, note: 'ISP called' }));
    await step(first.client.ask('alerts.comment', { ids, text: 'Ticket 7.' }));
    await step(first.client.ask('alerts.unacknowledge', { ids }));
    await step(first.client.ask('alerts.assign', { ids, to: 'Nino' }));
    await step(first.client.ask('alerts.snooze', { ids, until: began + 10 * minute, note: 'Lunch' }));
    await step(first.client.ask('alerts.acknowledge', { ids, note: 'again' }));
    const expected = {
      row: expect.objectContaining({ id, acknowledgedAt: began + 5_000, acknowledgedBy: expect.any(String), note: 'again', snoozedUntil: began + 10 * minute, assignee: 'Nino', suppression: expect.objectContaining({ reason: 'snoozed' }), clearedAt: null }),
      incident: expect.objectContaining({ acknowledgedAt: began + 5_000, assignee: 'Nino', suppression: expect.objectContaining({ reason: 'snoozed' }), openAlerts: 1 }),
      work: [
        ['acknowledged', began, 'ISP called'], ['commented', began + 1_000, 'Ticket 7.'], ['unacknowledged', began + 2_000, ''], ['assigned', began + 3_000, 'Nino'],
        ['snoozed', began + 4_000, `Lunch (until ${new Date(began + 10 * minute).toISOString()})`], ['acknowledged', began + 5_000, 'again'],
      ],
    };
    const seen = async (session: Session): Promise<unknown> => ({ row: session.alerts.get(id), incident: session.incidents.get(alertOf(session, 'D1').incidentId), work: await work(session, alertOf(session, 'D1')) });
    const before = await seen(first);
    await first.stop();
    const second = await start();
    await clock.advance(3_000);
    expect([steps.map(([changed]) => changed), before, await seen(second)]).toEqual([[1, 1, 1, 1, 1, 1], expected, expected]);
  });

  test('is done to many at once, one entry an incident; what has ended meanwhile is passed over', async () => {
    const session = await down(3);
    const ids = [...session.alerts.keys()] as AlertRow['id'][]; // Ids of alerts.
    silent.delete('127.9.0.2');
    await clock.advance(10_000);
    const answers = [await session.client.ask('alerts.acknowledge', { ids, note: 'Power' }), await session.client.ask('alerts.comment', { ids: [alertOf(session, 'D2').id], text: 'Too late' })];
    const rows = Object.fromEntries([...session.alerts.values()].map(row => [row.deviceName, [row.note, row.clearedBy]]));
    expect([answers, rows, await work(session, alertOf(session, 'D2'))]).toEqual([[{ changed: 2 }, { changed: 0 }], { D1: ['Power', null], D2: [null, 'recovered'], D3: ['Power', null] }, []]);
  });

  test('that is acknowledged twice has the newer note; an unknown alert changes nothing', async () => {
    const session = await down(1);
    const { id } = alertOf(session, 'D1');
    await session.client.ask('alerts.acknowledge', { ids: [id], note: 'one' });
    await session.client.ask('alerts.acknowledge', { ids: [id], note: 'two' });
    expect([session.alerts.get(id)?.note, await session.client.ask('alerts.acknowledge', { ids: ['00000000-0000-4000-8000-000000000000'] as never, note: '' })]).toEqual(['two', { changed: 0 }]);
  });

  test('a snooze keeps it visible and quiet until its time, and can be ended before; one that is over is refused', async () => {
    const session = await down(2);
    const [one, two] = [alertOf(session, 'D1').id, alertOf(session, 'D2').id];
    await session.client.ask('alerts.snooze', { ids: [one, two], until: clock.now() + minute });
    const reasons = (): unknown => [one, two].map(id => session.alerts.get(id)?.suppression?.reason ?? null);
    const seen = [reasons()];
    await session.client.ask('alerts.snooze', { ids: [two], until: null });
    seen.push(reasons());
    await clock.advance(58_000);
    seen.push(reasons());
    await clock.advance(6_000);
    seen.push(reasons());
    expect([seen, await failure(session.client.ask('alerts.snooze', { ids: [one], until: clock.now() })), (await work(session, alertOf(session, 'D2'))).map(([kind]) => kind)]).toEqual([
      [['snoozed', 'snoozed'], ['snoozed', null], ['snoozed', null], [null, null]], { code: 'invalid-input', message: 'That moment is over: choose one that is still to come.' }, ['snoozed', 'woken'],
    ]);
  });

  test('ended by hand it stays ended while it holds, also over a restart, and is raised anew after it was once over', async () => {
    const first = await down(1);
    const { id, incidentId } = alertOf(first, 'D1');
    const changed = await first.client.ask('alerts.resolve', { ids: [id], note: 'Scrapped' });
    const shown = [first.alerts.get(id), first.incidents.get(incidentId), await why(first, 'D1'), summary(first)];
    await clock.advance(minute);
    await first.stop();
    const second = await start();
    await clock.advance(4 * minute);
    const still = [open(second), await why(second, 'D1'), await work(second, { incidentId })];
    silent.clear();
    await clock.advance(minute);
    silent.add('127.9.0.1');
    await clock.advance(30_000);
    expect([changed, shown, still, open(second), alertOf(second, 'D1').id === id]).toEqual([
      { changed: 1 },
      [expect.objectContaining({ phase: 'ended', clearedBy: 'resolved' }), expect.objectContaining({ closedAt: expect.any(Number), openAlerts: 0 }), ['resolved'], expect.objectContaining({ openAlerts: 0 })],
      [[], ['resolved'], [['resolved', expect.any(Number), 'Scrapped']]], ['Device down: D1'], false,
    ]);
  });

  test('ended by hand after its device was changed it stays ended too', async () => {
    const session = await down(1);
    await session.client.ask('devices.update', { id: deviceOf(session, 'D1').id, patch: { tags: ['old'] } });
    await session.client.ask('alerts.resolve', { ids: [alertOf(session, 'D1').id] });
    await clock.advance(minute);
    expect([open(session), await why(session, 'D1')]).toEqual([[], ['resolved']]);
  });

  test('that comes while an alert ends by itself does not bring it back', async () => {
    const session = await down(1);
    const { id } = alertOf(session, 'D1');
    silent.clear();
    // Both orders of the recovery and the record come about somewhere in these.
    const commands: Promise<unknown>[] = [];
    for (let n = 0; n < 40; n++) {
      commands.push(session.client.ask('alerts.comment', { ids: [id], text: `${n}` }));
      await clock.advance(500);
    }
    await Promise.all(commands);
    await clock.advance(1_000);
    expect([session.alerts.get(id)?.clearedBy, open(session)]).toEqual(['recovered', []]);
  });

  test('is committed when it is answered: a console that is killed then has it when it starts again', async () => {
    const first = await down(2);
    const [one, two] = [alertOf(first, 'D1'), alertOf(first, 'D2')];
    await clock.advance(2_000);
    await first.client.ask('alerts.acknowledge', { ids: [one.id], note: 'known' });
    await first.client.ask('alerts.resolve', { ids: [two.id] });
    const copy = join(folder, 'as-it-was');
    mkdirSync(copy);
    for (const name of ['ward-console.db', 'ward-console.db-wal', 'vault.key']) cpSync(join(folder, name), join(copy, name));
    const second = await startIn(copy);
    await clock.advance(3_000);
    expect([[second.alerts.get(one.id)?.note, second.alerts.get(two.id)?.clearedBy], [second.incidents.get(one.incidentId)?.acknowledgedAt, second.incidents.get(two.incidentId)?.closedAt], open(second)]).toEqual([
      ['known', 'resolved'], [expect.any(Number), expect.any(Number)], ['Device down: D1'],
    ]);
  });

  test.skipIf(!canMount)('that a full disk does not take is refused in one sentence, and nothing of it is so', () => onSmallDisk(async ({ dataDir, fill }) => {
    const session = await startIn(dataDir);
    await addAndSee(session, 1);
    silent.add('127.9.0.1');
    await clock.advance(30_000);
    const { id, incidentId } = alertOf(session, 'D1');
    const seen = async (): Promise<unknown> => [session.alerts.get(id), session.incidents.get(incidentId), deviceOf(session, 'D1').acknowledged, await work(session, { incidentId })];
    const before = await seen();
    fill();
    for (let n = 0; n < 200 && session.health.get('store')?.level === 'ok'; n++) await clock.advance(1_000);
    const note = 'x'.repeat(900);
    const answers = [
      await failure(session.client.ask('alerts.acknowledge', { ids: [id], note })), await failure(session.client.ask('alerts.resolve', { ids: [id], note })), await failure(session.client.ask('alerts.snooze', { ids: [id], until: clock.now() + minute, note })),
    ];
    await clock.advance(4_000);
    expect([answers, await seen()]).toEqual([[1, 2, 3].map(() => ({ code: 'unavailable', message: 'Not saved. The disk is full: readings are not being stored. Free some space; storing resumes by itself.' })), before]);
  }));

  test('of a reader is refused, and what was done is in the log of commands', async () => {
    const session = await down(1);
    const { id } = alertOf(session, 'D1');
    const reader = clientOf(session.engine, true);
    const refused = await Promise.all([
      reader.ask('alerts.acknowledge', { ids: [id] }), reader.ask('alerts.unacknowledge', { ids: [id] }), reader.ask('alerts.comment', { ids: [id], text: 'x' }), reader.ask('alerts.snooze', { ids: [id], until: null }),
      reader.ask('alerts.assign', { ids: [id], to: null }), reader.ask('alerts.resolve', { ids: [id] }),
    ].map(failure));
    const answered = await Promise.all([reader.ask('alerts.handover', { since: 0 }), reader.ask('incidents.get', { id: alertOf(session, 'D1').incidentId })].map(asked => asked.then(() => 'answered')));
    await session.client.ask('alerts.acknowledge', { ids: [id], note: 'mine' });
    await session.stop();
    const db = new Database(join(folder, 'ward-console.db'), { readonly: true });
    const log = db.prepare("SELECT operation, input, outcome FROM audit WHERE operation LIKE 'alerts.%'").all();
    db.close();
    expect([refused.map(each => (each as { code?: string }).code), answered, log]).toEqual([Array(6).fill('forbidden'), ['answered', 'answered'], [{ operation: 'alerts.acknowledge', input: JSON.stringify({ ids: [id], note: 'mine' }), outcome: 'done' }]]);
  });
});

test('whoever knows of one alert of a device does not know of its going down later', async () => {
  const session = await start();
  await addAndSee(session, 1);
  await session.client.ask('rules.create', { name: 'Answers', severity: 'low', subject: 'device', condition: { kind: 'is', metric: 'state', words: ['up', 'down'] } });
  await clock.advance(4_000);
  await session.client.ask('alerts.acknowledge', { ids: [alertOf(session, 'D1').id] });
  const known = deviceOf(session, 'D1').acknowledged;
  silent.add('127.9.0.1');
  await clock.advance(20_000);
  expect([known, deviceOf(session, 'D1').acknowledged, summary(session)]).toEqual([true, false, expect.objectContaining({ down: 1, knownDown: 0, openAlerts: 2 })]);
});

test('a handover says what began and ended since, what goes on, what nobody knows of, and what people did', async () => {
  const session = await down(2, 4);
  await clock.advance(minute);
  await session.client.ask('alerts.acknowledge', { ids: [alertOf(session, 'D1').id], note: 'before' });
  await clock.advance(minute);
  const since = clock.now();
  silent.add('127.9.0.3');
  silent.add('127.9.0.4');
  await clock.advance(30_000);
  silent.delete('127.9.0.4');
  silent.delete('127.9.0.2');
  await clock.advance(30_000);
  await session.client.ask('alerts.comment', { ids: [alertOf(session, 'D3').id], text: 'after' });
  const { opened, closed, unacknowledged, lasting, work: done, ...range } = await session.client.ask('alerts.handover', { since });
  const titles = (rows: readonly IncidentRow[]): string[] => rows.map(({ title }) => title).sort();
  expect([range, titles(opened), titles(closed), titles(unacknowledged), titles(lasting), done.map(({ kind, text, by }) => [kind, text, typeof by])]).toEqual([
    { since, to: clock.now() }, ['D3 is down', 'D4 is down'], ['D2 is down', 'D4 is down'], ['D3 is down'], ['D1 is down'], [['commented', 'after', 'string']],
  ]);
});

test('what was told of machines before their branch was cut off goes on as part of that, and ends with it', async () => {
  const session = await start();
  await session.client.ask('devices.create', { name: 'Router', address: '127.9.0.1', type: 'router', branch: 'Kvareli', branchRouter: true });
  for (let n = 2; n <= 6; n++) await session.client.ask('devices.create', { name: `ATM ${n}`, address: `127.9.0.${n}`, branch: 'Kvareli' });
  await clock.advance(10_000);
  silent.add('127.9.0.2');
  await clock.advance(30_000);
  silent.add('127.9.0.3');
  await clock.advance(30_000);
  for (let n = 1; n <= 6; n++) silent.add(`127.9.0.${n}`);
  await clock.advance(minute);
  const named = (): unknown => [...session.incidents.values()].map(({ title, closedAt }): [string, boolean] => [title, closedAt === null]).sort(([a], [b]) => (a < b ? -1 : 1));
  const going = (): number => [...session.incidents.values()].filter(({ closedAt }) => closedAt === null).length;
  const incidentsOf = (): number => new Set([...session.alerts.values()].map(({ incidentId }) => incidentId)).size;
  const during = [named(), incidentsOf()];
  silent.clear();
  await clock.advance(2 * minute);
  const { alerts, incident } = await session.client.ask('incidents.get', { id: alertOf(session, 'ATM 3').incidentId });
  expect([during, going(), incidentsOf(), alerts.length === session.alerts.size, incident.closedAt !== null, open(session)]).toEqual([[[['ATM 3 is down', false], ['Kvareli is down', true]], 1], 0, 1, true, true, []]);
});

test('a demo that is over leaves nothing behind: no alert, no incident, no state, nobody to be told', async () => {
  const session = await start();
  await addAndSee(session, 1);
  silent.add('127.9.0.1');
  await session.client.ask('targets.create', TargetInput.parse({ name: 'Here', config: { kind: 'desktop' } }));
  await session.client.ask('settings.update', { patch: { demo: { enabled: true, devices: 200 } } });
  await clock.advance(3 * minute);
  const before = [...session.incidents.values()].filter(({ simulated }) => simulated).length;
  await session.client.ask('settings.update', { patch: { demo: { enabled: false } } });
  const shown = [[...session.incidents.values()], [...session.alerts.values()]].map(rows => rows.filter(({ simulated }) => simulated).length);
  await clock.advance(20_000);
  shown.push([...session.incidents.values()].filter(({ simulated }) => simulated).length);
  await session.stop();
  const db = new Database(join(folder, 'ward-console.db'), { readonly: true });
  const stored = ['SELECT count(*) FROM incident WHERE simulated = 1', 'SELECT count(*) FROM alert WHERE simulated = 1', 'SELECT count(*) FROM incident_event WHERE incident_id NOT IN (SELECT public_id FROM incident)', 'SELECT count(*) FROM told', 'SELECT count(DISTINCT subject) FROM alert_state'].map(sql => db.prepare(sql).pluck().get());
  db.close();
  expect([before > 0, shown, stored]).toEqual([true, [0, 0, 0], [0, 0, 0, 1, 1]]);
});

test('a backup that is put back brings the work, the recipients and the rules of then, and ends what is over since', async () => {
  const session = await down(1);
  const ids = [alertOf(session, 'D1').id];
  await session.client.ask('targets.create', TargetInput.parse({ name: 'Then', config: { kind: 'webhook', url: 'http://127.0.0.1:9/' } }));
  await session.client.ask('alerts.acknowledge', { ids, note: 'then' });
  await clock.advance(2_000);
  mkdirSync(join(folder, 'copies'));
  const job = await ended(session, await session.client.ask('backup.create', { folder: join(folder, 'copies') }));
  await session.client.ask('alerts.acknowledge', { ids, note: 'since' });
  await session.client.ask('rules.update', { id: 'cpu', rule: { ...inputOf(session, 'cpu'), name: 'Since' } });
  for (const { id } of session.targets.values()) await session.client.ask('targets.remove', { id });
  silent.clear();
  await clock.advance(20_000);
  const { backups } = await session.client.ask('backup.list', { folder: join(folder, 'copies') });
  await session.client.ask('backup.restore', { file: backups[0]?.file ?? '' });
  const then = [alertOf(session, 'D1').note, alertOf(session, 'D1').clearedAt, [...session.targets.values()].map(({ name }) => name), session.rules.get('cpu')?.name, session.incidents.size];
  await clock.advance(20_000);
  expect([job.state, then, alertOf(session, 'D1').clearedBy, alertOf(session, 'D1').note, open(session)]).toEqual(['done', ['then', null, ['Then'], 'CPU busy', 1], 'recovered', 'then', []]);
}, 60_000);
