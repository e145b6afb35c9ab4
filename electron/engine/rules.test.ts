/** Rules over the contract: what makes no sense is said when it is saved, and what does takes effect at once and is kept. */
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import type { z } from 'zod';
import { RuleInput, type RuleRow } from '../../shared/model/rule.ts';
import { addAndSee, clientOf, clock, failure, folder, idOf, inputOf, setInterfaces, setVitals, silent, start, type Session } from './engine-for-tests.ts';
import type { InterfaceReading } from './probes/snmp/if-table.ts';
import { noVitals } from './probes/snmp/vitals.ts';

const minute = 60_000;
const builtIn = (id: string): RuleRow['id'] => id as RuleRow['id']; // One that ships.
type Given = z.input<typeof RuleInput>;
const busy = (more: Partial<Given> = {}): RuleInput => RuleInput.parse({ name: 'Busy', severity: 'low', subject: 'device', condition: { kind: 'compare', metric: 'cpu', op: '>', value: 50, unit: '%' }, ...more });
const isUp = (more: Partial<Given> = {}): RuleInput => RuleInput.parse({ name: 'Is up', severity: 'low', subject: 'device', condition: { kind: 'is', metric: 'state', words: ['up'] }, ...more });
const open = ({ alerts }: Session): string[] => [...alerts.values()].filter(row => row.clearedAt === null).map(row => `${row.ruleName}: ${row.subjectName}`).sort();
const endings = ({ alerts }: Session): (string | null)[] => [...alerts.values()].map(({ clearedBy }) => clearedBy);

test('the rules that ship are on, can fire, and are as they shipped', async () => {
  const session = await start();
  await clock.advance(500);
  const rows = [...session.rules.values()];
  expect([rows.length > 25, rows.filter(row => !row.enabled || row.never !== null || row.changed || !row.builtIn)]).toEqual([true, []]);
});

describe('a rule', () => {
  test('takes effect as it is made, changed and removed, and its alerts end with it', async () => {
    const session = await start();
    await addAndSee(session, 2);
    const { id, ...row } = await session.client.ask('rules.create', isUp());
    await clock.advance(3_000);
    const seen = [open(session)];
    const changed = await session.client.ask('rules.update', { id, rule: isUp({ name: 'Is up there', scope: { branches: ['telavi'] } }) });
    seen.push(open(session));
    await session.client.ask('rules.remove', { id });
    seen.push(open(session));
    await clock.advance(3_000);
    expect([row, changed, seen, endings(session), session.rules.has(id), [...session.incidents.values()].every(({ closedAt }) => closedAt !== null)]).toEqual([
      { ...isUp(), builtIn: false, subjects: 2, openAlerts: 0, never: null, changed: false, changedAt: expect.any(Number), changedBy: expect.any(String) }, expect.objectContaining({ name: 'Is up there', subjects: 1 }),
      [['Is up: D1', 'Is up: D2'], ['Is up: D2'], []], ['rule-changed', 'rule-changed'], false, true,
    ]);
  });

  test('that ships can be changed and switched off, which ends its alerts, stays so over a restart, and is put back by removing it', async () => {
    const first = await start();
    await addAndSee(first, 1);
    silent.add('127.9.0.1');
    await clock.advance(20_000);
    const id = builtIn('device-down');
    const row = await first.client.ask('rules.update', { id, rule: { ...inputOf(first, id), enabled: false } });
    const seen = [open(first), endings(first)];
    await first.stop();
    const second = await start();
    await clock.advance(minute);
    const still = [open(second), second.rules.get(id)?.enabled, second.rules.get(id)?.changed];
    await second.client.ask('rules.remove', { id });
    await clock.advance(3_000);
    expect([row, seen, still, open(second), second.rules.get(id)]).toEqual([
      expect.objectContaining({ enabled: false, changed: true, builtIn: true }), [[], ['rule-changed']], [[], false, true], ['Device down: D1'], expect.objectContaining({ enabled: true, changed: false, changedAt: null, openAlerts: 0 }),
    ]);
  });

  test('has other values for parts of the estate, by parameter, and is about tags', async () => {
    setVitals(() => ({ kind: 'vitals', vitals: { ...noVitals, cpu: 60 }, sources: [] }));
    const session = await start();
    for (const [n, tags] of [['1', ['core']], ['2', ['core', 'vip']], ['3', []]] as const) await session.client.ask('devices.create', { name: `D${n}`, address: `127.9.0.${n}`, snmpCommunity: 'first-community', tags: [...tags] });
    await session.client.ask('rules.create', busy({
      condition: { kind: 'compare', metric: 'cpu', op: '>', value: { parameter: 'limit' }, unit: '%' }, parameters: [{ name: 'limit', value: 90, unit: '%' }], scope: { tags: ['core'] }, overrides: [{ scope: { tags: ['vip'] }, values: { limit: 50 } }],
    }));
    await clock.advance(3 * minute);
    expect([open(session), [...session.rules.values()].at(-1)?.subjects]).toEqual([['Busy: D2'], 2]);
  });

  test('about interfaces goes by their patterns', async () => {
    const none = Object.fromEntries(['inOctets', 'outOctets', 'inErrors', 'outErrors', 'inDiscards', 'outDiscards'].map(name => [name, null])) as InterfaceReading['counters']; // It has no others that are looked at.
    const port = (ifIndex: number, name: string, alias: string): InterfaceReading => ({ ifIndex, name, alias, type: 6, adminUp: true, operStatus: 'down', speedBps: 1e9, discontinuity: null, afterMs: 0, counters: none });
    setInterfaces(() => ({ kind: 'interfaces', interfaces: [port(1, 'Fa0/1', ''), port(2, 'Gi0/1', 'Uplink_Internet'), port(3, 'Gi0/2', '')], upTimeMs: 90_000, whole: true }));
    const session = await start();
    await session.client.ask('devices.create', { name: 'Switch', address: '127.9.0.1', snmpCommunity: 'first-community' });
    await session.client.ask('rules.create', RuleInput.parse({ name: 'Port', severity: 'low', subject: 'interface', condition: { kind: 'is', metric: 'status', words: ['down'] }, scope: { interfaces: ['fa0/*', '*_internet'] } }));
    await clock.advance(3 * minute);
    expect(open(session).filter(each => each.startsWith('Port'))).toEqual([expect.stringContaining('Fa0/1'), expect.stringContaining('Gi0/1')]);
  });
});

describe('what makes no sense', () => {
  const refusalOf = async (session: Session, rule: object): Promise<unknown> => {
    const [created, checked] = [await failure(session.client.ask('rules.create', rule as RuleInput)), await failure(session.client.ask('rules.check', rule as RuleInput))]; // As a client may send it.
    return JSON.stringify(created) === JSON.stringify(checked) ? created : [created, checked];
  };

  test('is refused in one sentence, as well by a check', async () => {
    const session = await start();
    const compare = { kind: 'compare', metric: 'cpu', op: '>', value: 1, unit: '%' } as const;
    const cases: Record<string, object> = {
      'There is no metric "mood" of a device.': { condition: { ...compare, metric: 'mood' } },
      'There is no metric "cpu" of a check.': { subject: 'check' },
      '"cpu" is not measured in "ms".': { condition: { ...compare, unit: 'ms' } },
      '"loss" is taken over a window of time; say how long.': { condition: { ...compare, metric: 'loss' } },
      '"cpu" is looked at as it is now; leave the window out.': { condition: { ...compare, windowMs: minute } },
      '"state" is never "sad"; it is one of: up, degraded, down, unreachable, not-observed, no-data, paused.': { condition: { kind: 'is', metric: 'state', words: ['sad'] } },
      '"cpu" is a number: compare it with one.': { condition: { kind: 'is', metric: 'cpu', words: ['1'] } },
      'The condition names a parameter "limit" that the rule does not have.': { condition: { ...compare, value: { parameter: 'limit' } } },
      'The rule has two parameters "a".': { parameters: [{ name: 'a', value: 1, unit: '%' }, { name: 'a', value: 2, unit: '%' }] },
      'An exception gives a value for "limit", which is no parameter of the rule.': { overrides: [{ scope: {}, values: { limit: 1 } }] },
      'Interface patterns belong to rules about interfaces; this one is about a device.': { scope: { interfaces: ['Fa*'] } },
      'A rule has no "colour".': { colour: 'red' },
      'A rule needs a name.': { name: ' ' },
      'A severity is one of: critical, high, medium, low.': { severity: 'dire' },
      'There is no metric "moods" of a device.': { recovery: { ...compare, metric: 'moods' } },
    };
    const said: unknown[] = [];
    for (const more of Object.values(cases)) said.push(await refusalOf(session, { ...busy(), ...more }));
    expect([said, [...session.rules.values()].filter(row => !row.builtIn)]).toEqual([Object.keys(cases).map(message => ({ code: 'invalid-input', message })), []]);
  });

  test('is a circle of rules that leave each other out', async () => {
    const session = await start();
    const a = await session.client.ask('rules.create', busy({ name: 'A' }));
    const b = await session.client.ask('rules.create', busy({ name: 'B', yieldsTo: [a.id] }));
    expect([await failure(session.client.ask('rules.update', { id: a.id, rule: busy({ name: 'A', yieldsTo: [b.id] }) })), await failure(session.client.ask('rules.update', { id: a.id, rule: busy({ name: 'A', yieldsTo: [a.id] }) }))]).toEqual([
      { code: 'invalid-input', message: 'These rules would leave each other out in a circle: "A", "B", "A".' }, { code: 'invalid-input', message: 'These rules would leave each other out in a circle: "A", "A".' },
    ]);
  });

  test('is kept and said where it can never hold, or is about nothing', async () => {
    const session = await start();
    await addAndSee(session, 1);
    const condition = { kind: 'all', of: [{ kind: 'compare', metric: 'cpu', op: '>', value: 90, unit: '%' }, { kind: 'compare', metric: 'cpu', op: '<', value: 10, unit: '%' }] } as const;
    const never = (await session.client.ask('rules.create', busy({ condition: { ...condition, of: [...condition.of] } }))).never;
    const nothing = (await session.client.ask('rules.create', busy({ scope: { branches: ['Nowhere'] } }))).never;
    expect([never, nothing, await session.client.ask('rules.check', busy({ scope: { branches: ['Nowhere'] } })), await session.client.ask('rules.check', busy())]).toEqual([
      'Its condition contradicts itself: no value can fulfil it.', 'It is about nothing at present: there is no device that fits its scope.', { subjects: 0, never: 'It is about nothing at present: there is no device that fits its scope.' }, { subjects: 1, never: null },
    ]);
  });

  test('is a rule that is not here, and whatever a reader wants to change', async () => {
    const session = await start();
    const reader = clientOf(session.engine, true);
    const id = builtIn('no-such-rule');
    expect([
      await failure(session.client.ask('rules.update', { id, rule: busy() })), await failure(session.client.ask('rules.remove', { id })), await failure(reader.ask('rules.create', busy())), await failure(reader.ask('rules.remove', { id })), await reader.ask('rules.check', busy()),
    ]).toMatchObject([{ code: 'not-found' }, { code: 'not-found' }, { code: 'forbidden' }, { code: 'forbidden' }, { subjects: 0 }]);
  });
});

test('a stored rule that cannot be read is passed over and told, one with what this console does not know is shown with the reason, and the rest works', async () => {
  const first = await start();
  await addAndSee(first, 1);
  const [good, newer, broken] = [await first.client.ask('rules.create', isUp({ name: 'Good' })), await first.client.ask('rules.create', busy({ name: 'Newer' })), await first.client.ask('rules.create', isUp({ name: 'Broken' }))];
  await first.client.ask('rules.update', { id: builtIn('cpu'), rule: { ...inputOf(first, 'cpu'), name: 'CPU of ours' } });
  await first.stop();
  const db = new Database(join(folder, 'ward-console.db'));
  db.prepare("UPDATE rule SET body = json_set(body, '$.condition.metric', 'mood') WHERE id = ?").run(newer.id);
  db.prepare("UPDATE rule SET body = json_set(body, '$.subject', 'weather') WHERE id = ?").run(broken.id);
  db.prepare("UPDATE rule SET body = '{' WHERE id = 'cpu'").run();
  db.close();
  const second = await start();
  await clock.advance(10_000);
  const seen = [second.rules.get(good.id)?.never, second.rules.get(newer.id)?.never, second.rules.has(broken.id), second.rules.get('cpu')?.name, open(second), second.health.get('alerting')];
  await second.client.ask('rules.remove', { id: broken.id });
  await second.client.ask('rules.update', { id: builtIn('cpu'), rule: inputOf(second, 'cpu') });
  await clock.advance(1_500);
  expect([seen, second.health.get('alerting')]).toEqual([
    [null, expect.stringMatching(/mood/), false, 'CPU busy', ['Good: D1'], expect.objectContaining({ level: 'warning', message: expect.stringMatching(/^2 stored rules cannot be read and are passed over: (?=.*"Broken")(?=.*"cpu")/) })],
    expect.objectContaining({ level: 'ok', message: null }),
  ]);
});

test('where a rule stands survives a restart: what was pending fires on time', async () => {
  const first = await start();
  await addAndSee(first, 1);
  await first.client.ask('rules.create', isUp({ forMs: 5 * minute }));
  await clock.advance(3 * minute);
  await first.stop();
  const second = await start();
  await clock.advance(minute);
  const early = open(second);
  await clock.advance(80_000);
  expect([early, open(second)]).toEqual([[], ['Is up: D1']]);
});

test('nothing ends before everything has been seen anew', async () => {
  const first = await start();
  await addAndSee(first, 3);
  await first.client.ask('devices.update', { id: idOf(first, 'D3'), patch: { intervalMs: 60_000 } });
  silent.add('127.9.0.1');
  await clock.advance(20_000);
  await first.stop();
  silent.clear();
  const second = await start();
  const seen: string[][] = [];
  for (let n = 0; n < 3; n++) {
    await clock.advance(1_000);
    seen.push(open(second));
  }
  const states = [...second.devices.values()].map(({ lastCheckAt }) => lastCheckAt !== null);
  await clock.advance(3 * minute);
  expect([seen, states.length, open(second), endings(second)]).toEqual([Array(3).fill(['Device down: D1']), 3, [], ['recovered']]);
});
