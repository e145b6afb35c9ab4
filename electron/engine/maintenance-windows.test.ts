/** Trouble that is expected: maintenance windows and what somebody said is down, over the contract, with what that does to alerts, messages, counters and history. */
import { describe, expect, test } from 'vitest';
import type { z } from 'zod';
import { MaintenanceInput, type MaintenanceRow } from '../../shared/model/maintenance.ts';
import { TargetInput } from '../../shared/model/notification.ts';
import { addAndSee, clientOf, clock, deliveries, failure, idOf, silent, start, summary, type Session } from './engine-for-tests.ts';

const minute = 60_000;
const local = (at: number): string => new Date(at).toISOString().slice(0, 16);
/** Half an hour from the next full minute on. */
const windowOf = (more: Partial<z.input<typeof MaintenanceInput>> = {}): MaintenanceInput => MaintenanceInput.parse({ name: 'Works', startsAt: local(clock.now() + minute), zone: 'UTC', durationMs: 30 * minute, scope: { branches: ['Kvareli'] }, ...more });
const create = ({ client }: Session, more: Partial<z.input<typeof MaintenanceInput>> = {}): Promise<MaintenanceRow> => client.ask('maintenance.create', windowOf(more));
const recipient = ({ client }: Session): Promise<unknown> => client.ask('targets.create', TargetInput.parse({ name: 'NOC', config: { kind: 'webhook', url: 'http://127.0.0.1:9/' } }));
const told = (): string[] => deliveries.flatMap(({ contents }) => contents.map(({ kind, title }) => `${kind}: ${title}`));
const waits = ({ alerts }: Session): unknown => [...alerts.values()].filter(({ clearedAt }) => clearedAt === null).map(({ deviceName, suppression }): [string, string | null] => [deviceName ?? '', suppression?.reason ?? null]).sort(([a], [b]) => (a < b ? -1 : 1));
const until = ({ devices }: Session): unknown => Object.fromEntries([...devices.values()].map(row => [row.name, row.maintenanceUntil]));
const works = ({ journal }: Session): unknown => [...journal.values()].filter(({ kind }) => kind === 'maintenance').map(({ from, to, devices, detail }) => ({ from, to, devices, detail }));

describe('a maintenance window', () => {
  test('shows on its devices and in the counters, keeps their alerts back, leaves uptime alone, is in the journal, and ends', async () => {
    const session = await start();
    await recipient(session);
    await addAndSee(session, 3);
    const { startsAt, ...row } = await create(session);
    const from = Date.parse(`${startsAt}Z`);
    const to = from + 30 * minute;
    const seen = [until(session)];
    await clock.advance(2 * minute);
    silent.add('127.9.0.1').add('127.9.0.2');
    await clock.advance(5 * minute);
    seen.push(until(session));
    const during = [waits(session), summary(session), [...session.branches.values()].map(({ name, down, maintenance }) => [name, down, maintenance]), told(), session.windows.get(row.id)?.activeUntil];
    silent.clear();
    await clock.advance(25 * minute);
    seen.push(until(session));
    const { uptimePct, maintenanceMs } = (await session.client.ask('history.uptime', { target: { of: 'device', deviceId: idOf(session, 'D1') }, from, to: to + minute })) as { uptimePct?: number | null; maintenanceMs: number }; // Whatever else it has.
    expect([row, seen, during, told(), works(session), session.windows.get(row.id)?.activeUntil, maintenanceMs, uptimePct ?? 100]).toEqual([
      expect.objectContaining({ name: 'Works', devices: 2, activeUntil: null, nextAt: from, createdBy: expect.any(String) }),
      [{ D1: null, D2: null, D3: null }, { D1: to, D2: null, D3: to }, { D1: null, D2: null, D3: null }],
      [[['D1', 'maintenance'], ['D2', null]], expect.objectContaining({ total: 3, down: 1, maintenance: 2, up: 0 }), [['Kvareli', 0, 2], ['Telavi', 1, 0]], ['problem: D2 is down'], to],
      ['problem: D2 is down', 'recovery: D2 is down'], [{ from: expect.any(Number), to: expect.any(Number), devices: 2, detail: 'Maintenance window "Works".' }], null, 30 * minute, 100,
    ]);
  });

  test('that a restart falls into goes on, and what outlasts it is told when it ends', async () => {
    const first = await start();
    await recipient(first);
    await addAndSee(first, 1);
    const { id } = await create(first, { durationMs: 7 * minute });
    await clock.advance(2 * minute);
    silent.add('127.9.0.1');
    await clock.advance(minute);
    await first.stop();
    await clock.advance(minute);
    const second = await start();
    await clock.advance(2 * minute);
    const during = [waits(second), second.windows.get(id)?.activeUntil === null, told()];
    await clock.advance(3 * minute);
    expect([during, waits(second), told()]).toEqual([[[['D1', 'maintenance']], false, []], [['D1', null]], ['problem: D1 is down']]);
  });

  test('that is removed or switched off while it is on ends at once', async () => {
    const session = await start();
    await addAndSee(session, 3);
    const one = await create(session);
    const two = await create(session, { name: 'Others', scope: { branches: ['Telavi'] } });
    await clock.advance(2 * minute);
    const before = until(session);
    await session.client.ask('maintenance.remove', { id: one.id });
    const after = [until(session)];
    await session.client.ask('maintenance.update', { id: two.id, window: windowOf({ name: 'Others', scope: { branches: ['Telavi'] }, enabled: false }) });
    after.push(until(session));
    await clock.advance(1_000);
    expect([before, after, session.windows.size, (works(session) as { to: number | null }[]).every(({ to }) => to !== null)]).toEqual([
      { D1: expect.any(Number), D2: expect.any(Number), D3: expect.any(Number) }, [{ D1: null, D2: expect.any(Number), D3: null }, { D1: null, D2: null, D3: null }], 1, true,
    ]);
  });

  test('is previewed with what is odd about it, and refused in one sentence where it makes no sense', async () => {
    const session = await start();
    await addAndSee(session, 3);
    await create(session);
    const preview = await session.client.ask('maintenance.preview', windowOf({ name: 'Again', repeat: 'FREQ=DAILY', durationMs: 90 * minute }));
    const refused = async (more: object): Promise<unknown> => failure(session.client.ask('maintenance.create', { ...windowOf(), ...more }));
    const reader = clientOf(session.engine, true);
    expect([
      [preview.occurrences.length, preview.devices, preview.warnings], await refused({ zone: 'Mars/Olympus' }), await refused({ repeat: 'FREQ=SOMETIMES' }), await refused({ startsAt: 'tonight' }), await refused({ durationMs: 1 }), await refused({ name: '' }), await refused({ colour: 'red' }),
      await failure(session.client.ask('maintenance.remove', { id: '00000000-0000-4000-8000-000000000000' as MaintenanceRow['id'] })), await failure(reader.ask('maintenance.create', windowOf())), session.windows.size,
    ]).toEqual([
      [10, 2, expect.arrayContaining([expect.stringMatching(/Works/)])], ...Array(6).fill({ code: 'invalid-input', message: expect.stringMatching(/^[A-Z"][^\n]{5,200}[.]$/) }),
      { code: 'not-found', message: 'That maintenance window has been removed.' }, expect.objectContaining({ code: 'forbidden' }), 1,
    ]);
  });
});

describe('what is known to be down', () => {
  test('is a third of the estate in one command: it leaves the board and its incidents at once, is told to nobody, and comes back as it answers', async () => {
    const session = await start();
    const contentBase64 = Buffer.from(['name,address,branch', ...Array.from({ length: 300 }, (_, n) => `M${n},127.8.${Math.floor(n / 100)}.${(n % 100) + 1},B${n % 10}`)].join('\n')).toString('base64');
    await session.client.ask('devices.import', { contentBase64, mode: 'commit' });
    await clock.advance(20_000);
    for (let n = 0; n < 100; n++) silent.add(`127.8.0.${n + 1}`);
    await clock.advance(40_000);
    const dead = [...session.devices.values()].filter(({ state }) => state === 'down').map(({ id }) => id);
    const marked = await session.client.ask('devices.markKnownDown', { ids: dead, reason: 'Dead since spring' });
    await recipient(session);
    const at = [summary(session), [...session.incidents.values()].filter(({ closedAt, suppression }) => closedAt === null && suppression?.reason !== 'known-down').length, [...session.branches.values()].map(({ total, down, up }) => total - down - up)];
    // Longer ago than what counts as flapping.
    await clock.advance(5 * minute);
    const handover = await session.client.ask('alerts.handover', { since: clock.now() });
    const quiet = told();
    silent.delete('127.8.0.1');
    await clock.advance(30_000);
    silent.add('127.8.0.1');
    await clock.advance(30_000);
    expect([marked, at, handover.unacknowledged.length + handover.lasting.length, quiet, told(), summary(session)]).toEqual([
      { marked: 100 }, [expect.objectContaining({ total: 300, up: 200, down: 0, knownDown: 0 }), 0, Array(10).fill(10)], 0, [], ['problem: M0 is down'], expect.objectContaining({ down: 1 }),
    ]);
  }, 60_000);

  test('is told once its time is over and it is still down', async () => {
    const session = await start();
    await recipient(session);
    await addAndSee(session, 1);
    silent.add('127.9.0.1');
    for (let n = 0; n < 60 && session.alerts.size === 0; n++) await clock.advance(500);
    await session.client.ask('devices.markKnownDown', { ids: [idOf(session, 'D1')], reason: 'Until lunch', until: clock.now() + 10 * minute });
    await clock.advance(9 * minute);
    const before = [waits(session), told()];
    await clock.advance(2 * minute);
    expect([before, waits(session), told()]).toEqual([[[['D1', 'known-down']], []], [['D1', null]], ['problem: D1 is down']]);
  });
});
