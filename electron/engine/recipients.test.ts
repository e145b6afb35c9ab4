/** Who is told, over the contract: recipients and their secrets, a real webhook, and what reaches them from the first lost ping to the end. */
import { createHmac } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, describe, expect, test } from 'vitest';
import type { z } from 'zod';
import { TargetInput, type TargetRow } from '../../shared/model/notification.ts';
import { addAndSee, canMount, clientOf, clock, deliveries, failure, folder, idOf, onSmallDisk, setSender, silent, start, startIn, states, type Session } from './engine-for-tests.ts';
import type { Delivery } from './notifying/sender.ts';

const minute = 60_000;
type Given = Partial<z.input<typeof TargetInput>>;
const hook = (url = 'http://127.0.0.1:9/'): Given => ({ config: { kind: 'webhook', url } });
const input = (more: Given = {}): TargetInput => TargetInput.parse({ name: 'NOC', ...hook(), ...more });
const create = ({ client }: Session, more: Given = {}): Promise<TargetRow> => client.ask('targets.create', input(more));
const told = (list: readonly Delivery[] = deliveries): string[] => list.flatMap(({ contents }) => contents.map(({ kind, title }) => `${kind}: ${title}`));

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

type Request = { readonly body: string; readonly headers: Readonly<Record<string, unknown>>; readonly answer: (status: number, text?: string) => void };
/** A webhook server; `next` waits for one more request. */
async function webhook(): Promise<{ readonly url: string; next(): Promise<Request> }> {
  const came: Request[] = [];
  let wanted: ((request: Request) => void)[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const one: Request = { body: Buffer.concat(chunks).toString(), headers: request.headers, answer: (status, text = '') => void response.writeHead(status).end(text) };
      const waiting = wanted.shift();
      if (waiting) waiting(one);
      else came.push(one);
    });
  });
  servers.push(server);
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // It listens on a port.
  return { url: `http://127.0.0.1:${port}/hook`, next: () => new Promise(resolve => (came[0] ? resolve(came.shift() as Request) : (wanted = [...wanted, resolve]))) }; // Just looked at.
}

describe('a recipient', () => {
  test('is made, changed and removed, and is as it was after a restart', async () => {
    const first = await start();
    const { id } = await create(first, { secret: 'key-one', severities: ['high'], afterMs: minute });
    const gone = await create(first, { name: 'Gone' });
    await first.client.ask('targets.update', { id, target: input({ name: 'Night shift', severities: ['low'], quietHours: { from: '08:00', to: '20:00', zone: 'Asia/Tbilisi' } }) });
    await first.client.ask('targets.remove', { id: gone.id });
    const before = [...first.targets.values()];
    await first.stop();
    const second = await start();
    await clock.advance(500);
    expect([before, await failure(second.client.ask('targets.remove', { id: gone.id })), await failure(second.client.ask('targets.update', { id: gone.id, target: input() }))]).toEqual([
      [{ ...input({ name: 'Night shift', severities: ['low'], quietHours: { from: '08:00', to: '20:00', zone: 'Asia/Tbilisi' } }), id, hasSecret: true, waiting: 0, lastSentAt: null, failingSince: null, problem: null }],
      { code: 'not-found', message: 'That recipient is not here any more.' }, { code: 'not-found', message: 'That recipient is not here any more.' },
    ]);
    expect([...second.targets.values()]).toEqual(before);
  });

  test('that makes no sense is refused in one sentence', async () => {
    const session = await start();
    const refused = async (more: object): Promise<unknown> => failure(session.client.ask('targets.create', { name: 'NOC', ...hook(), ...more } as TargetInput)); // As a client may send it.
    expect([
      await refused({ quietHours: { from: '22:00', to: '06:00', zone: 'Mars/Olympus' } }), await refused({ config: { kind: 'webhook', url: 'http://127.0.0.1:9/', template: '{"text": {{ message.titel }}}' } }), await refused({ config: { kind: 'webhook', url: 'ftp://x' } }),
      await refused({ config: { kind: 'telegram', chatId: '-100' } }), await refused({ config: { kind: 'pigeon' } }), await refused({ name: ' ' }), await refused({ severities: [] }), await refused({ scope: { planets: ['Mars'] } }), await refused({ colour: 'red' }),
    ]).toEqual([
      '"Mars/Olympus" is not a time zone; write one such as Asia/Tbilisi.', 'The template has an error: line 1: undefined variable: message.titel.', 'That is not the address of a webhook; write one that begins with https://.',
      'A Telegram recipient needs the token of its bot.', expect.stringMatching(/^A recipient is told by one of: /), 'A recipient needs a name.', 'Choose at least one severity.', 'A scope has no "planets".', 'A recipient has no "colour".',
    ].map(message => ({ code: 'invalid-input', message })));
    expect(session.targets.size).toBe(0);
  });

  test('of a reader is shown and neither made nor tried', async () => {
    const session = await start();
    const { id } = await create(session);
    const reader = clientOf(session.engine, true);
    expect((await Promise.all([reader.ask('targets.create', input()), reader.ask('targets.update', { id, target: input() }), reader.ask('targets.remove', { id }), reader.ask('targets.test', { target: input() })].map(failure))).map(each => (each as { code?: string }).code)).toEqual(Array(4).fill('forbidden'));
  });

  test('has a secret that signs, stays where it is left out, goes where it is nothing, and never comes back out', async () => {
    const server = await webhook();
    const session = await startIn(folder, 'really');
    const { id } = await create(session, { ...hook(server.url), secret: 'hush-hush-key' });
    const signedBy = async (answered: Promise<{ ok: boolean; message: string }>, status: number): Promise<unknown> => {
      const { headers, body, answer } = await server.next();
      answer(status, 'you said hush-hush-key and other-key');
      const by = ['hush-hush-key', 'other-key'].find(key => headers['x-ward-signature'] === `sha256=${createHmac('sha256', key).update(`${String(headers['x-ward-timestamp'])}.${body}`).digest('hex')}`);
      return [by ?? null, await answered];
    };
    const test = (more: Given, of: TargetRow['id'] | null = id): Promise<{ ok: boolean; message: string }> => session.client.ask('targets.test', { target: input({ ...hook(server.url), ...more }), id: of });
    const seen = [await signedBy(test({}), 200), await signedBy(test({ secret: 'other-key' }), 403), await signedBy(test({ secret: null }), 200), await signedBy(test({}, null), 500)];
    await session.client.ask('targets.update', { id, target: input({ ...hook(server.url), name: 'Renamed' }) });
    seen.push(await signedBy(test({}), 200));
    await session.client.ask('targets.update', { id, target: input({ ...hook(server.url), secret: null }) });
    seen.push(await signedBy(test({}), 200));
    const shown = JSON.stringify([[...session.targets.values()], [...session.messages.values()], seen]);
    await session.stop();
    const db = new Database(join(folder, 'ward-console.db'), { readonly: true });
    const audit = JSON.stringify(db.prepare('SELECT * FROM audit').all());
    db.close();
    const stored = readdirSync(folder).map(name => readFileSync(join(folder, name), 'latin1')).join();
    const { host } = new URL(server.url);
    expect([seen, [audit, stored].map(text => /hush-hush-key|other-key/.test(text)), /hush-hush-key/.test(shown.replaceAll('["hush-hush-key"', ''))]).toEqual([
      [
        ['hush-hush-key', { ok: true, message: 'The test was sent.' }], ['other-key', { ok: false, message: expect.stringMatching(/answered 403/) }], [null, { ok: true, message: 'The test was sent.' }],
        [null, { ok: false, message: `The webhook of ${host} answered 500 Internal Server Error.` }], ['hush-hush-key', { ok: true, message: 'The test was sent.' }], [null, { ok: true, message: 'The test was sent.' }],
      ],
      [false, false], false,
    ]);
  });

  test('whose webhook never answers holds up neither commands, nor rounds, nor others', async () => {
    const [mute, quick] = [await webhook(), await webhook()];
    const session = await startIn(folder, 'really');
    await addAndSee(session, 1);
    const { id } = await create(session, { name: 'Mute', ...hook(mute.url) });
    const trying = session.client.ask('targets.test', { target: input(hook(mute.url)) });
    await mute.next();
    await create(session, { name: 'Quick', ...hook(quick.url) });
    silent.add('127.9.0.1');
    await clock.advance(40_000);
    const { body, answer } = await quick.next();
    await mute.next();
    answer(200);
    await session.client.ask('targets.update', { id, target: input({ name: 'Mute too', ...hook(mute.url) }) });
    for (const server of servers) server.closeAllConnections();
    expect([states(session), (JSON.parse(body) as { message: { title: string } }).message.title, [...session.targets.values()].map(({ name }) => name), await trying]).toEqual([{ D1: 'down' }, 'D1 is down', ['Mute too', 'Quick'], { ok: false, message: expect.any(String) }]);
  });

  test('that a newer console made is passed over and told, and the others are told as before', async () => {
    const first = await start();
    await addAndSee(first, 1);
    await create(first, { name: 'Good' });
    const bad = await create(first, { name: 'Odd' });
    const worse = await create(first, { name: 'Broken' });
    await first.stop();
    const db = new Database(join(folder, 'ward-console.db'));
    db.prepare("UPDATE target SET body = json_set(body, '$.config.kind', 'pigeon') WHERE public_id = ?").run(bad.id);
    db.prepare("UPDATE target SET body = '{' WHERE public_id = ?").run(worse.id);
    db.close();
    const second = await start();
    await clock.advance(2_000);
    expect([[...second.targets.values()].map(({ name }) => name), second.health.get('alerting')]).toEqual([['Good'], expect.objectContaining({ level: 'warning', message: `Stored recipients cannot be read, and nobody is told by them: "Odd", "${worse.id}".` })]);
  });
});

describe('what is told', () => {
  /** A branch with a router and four machines behind it. */
  async function branch(): Promise<Session> {
    const session = await start();
    const { id } = await session.client.ask('devices.create', { name: 'Kvareli router', address: '127.9.0.1', type: 'router', branch: 'Kvareli', branchRouter: true });
    for (let n = 2; n <= 5; n++) await session.client.ask('devices.create', { name: `ATM ${n}`, address: `127.9.0.${n}`, branch: 'Kvareli', parentIds: [id] });
    await session.client.ask('devices.create', { name: 'Elsewhere', address: '127.9.1.1', branch: 'Telavi' });
    await create(session);
    await clock.advance(20_000);
    return session;
  }
  const cut = (): void => {
    for (let n = 1; n <= 5; n++) silent.add(`127.9.0.${n}`);
  };

  test('of a branch that is cut off is one message, and one of its end', async () => {
    const session = await branch();
    cut();
    await clock.advance(2 * minute);
    const during = told();
    silent.clear();
    await clock.advance(2 * minute);
    expect([during, told(), [...session.messages.values()].map(({ state }) => state)]).toEqual([['problem: Kvareli is down'], ['problem: Kvareli is down', 'recovery: Kvareli is down'], ['sent', 'sent']]);
  });

  test('is nothing of a blip that is shorter than the time of gathering', async () => {
    const session = await branch();
    silent.add('127.9.1.1');
    for (let n = 0; n < 60 && session.alerts.size === 0; n++) await clock.advance(500);
    silent.clear();
    await clock.advance(2 * minute);
    expect([session.alerts.size, told()]).toEqual([1, []]);
  });

  test('is its end also where the console was closed in between', async () => {
    const first = await branch();
    cut();
    await clock.advance(minute);
    await first.stop();
    silent.clear();
    await clock.advance(10 * minute);
    await start();
    await clock.advance(minute);
    expect(told()).toEqual(['problem: Kvareli is down', 'recovery: Kvareli is down']);
  });

  test('waits while nothing can be sent, and comes later, in order, as of its own time', async () => {
    const session = await branch();
    const deliver = (delivery: Delivery): { readonly kind: 'sent' } => {
      deliveries.push(delivery);
      return { kind: 'sent' };
    };
    setSender(() => ({ kind: 'retry', reason: 'There is no network.', afterMs: null }));
    silent.add('127.9.1.1');
    await clock.advance(2 * minute);
    const [row] = [...session.targets.values()];
    const at = [...session.incidents.values()][0]?.openedAt ?? 0;
    silent.clear();
    await clock.advance(2 * minute);
    setSender(deliver);
    await clock.advance(8 * minute);
    // That sending fails is an incident of the console's own.
    const ofIt = deliveries.filter(({ contents }) => contents[0]?.title === 'Elsewhere is down');
    expect([row, told(ofIt), (ofIt[0]?.contents[0]?.at ?? 0) - at]).toEqual([expect.objectContaining({ waiting: 1, failingSince: expect.any(Number), problem: 'There is no network.' }), ['problem: Elsewhere is down', 'recovery: Elsewhere is down'], 10_000]);
  });

  test.skipIf(!canMount)('is sent when the disk takes it again, where that was full as it was decided', () => onSmallDisk(async ({ dataDir, fill, free }) => {
    const session = await startIn(dataDir);
    await addAndSee(session, 1);
    await create(session);
    fill();
    for (let n = 0; n < 200 && session.health.get('store')?.level === 'ok'; n++) await clock.advance(1_000);
    silent.add('127.9.0.1');
    await clock.advance(minute);
    // The other message is that the disk is nearly full.
    const seen = [told(), [...session.messages.values()].flatMap(({ content: { title }, state }) => (title === 'D1 is down' ? [state] : []))];
    free();
    await clock.advance(30_000);
    expect([seen, told().filter(each => each.includes('D1'))]).toEqual([[[], ['waiting']], ['problem: D1 is down']]);
  }));

  test('to whom it escalates is nothing once somebody has acknowledged it', async () => {
    const session = await branch();
    await create(session, { name: 'Chief', afterMs: 2 * minute });
    const chief = (): string[] => [...session.messages.values()].filter(({ targetName }) => targetName === 'Chief').map(({ content }) => `${content.kind}: ${content.title}`);
    silent.add('127.9.1.1');
    await clock.advance(minute);
    await session.client.ask('alerts.acknowledge', { ids: [...session.alerts.keys()] as never });
    await clock.advance(4 * minute);
    const seen = [chief()];
    silent.add('127.9.0.2');
    await clock.advance(3 * minute);
    seen.push(chief());
    expect(seen).toEqual([[], ['problem: ATM 2 is down']]);
  });

  test('to one that is removed ends at once, and what waits for it is dropped', async () => {
    setSender(() => ({ kind: 'retry', reason: 'Busy.', afterMs: null }));
    const session = await branch();
    silent.add('127.9.1.1');
    await clock.advance(minute);
    const waiting = [...session.messages.values()].length;
    for (const { id } of session.targets.values()) await session.client.ask('targets.remove', { id });
    await clock.advance(5 * minute);
    const left = [...session.messages.values()].map(({ state, problem }) => [state, problem]);
    expect([waiting, left, session.health.get('alerting')]).toEqual([1, [['skipped', 'The recipient was removed.']], expect.objectContaining({ waitingMessages: 0 })]);
  });

  test('is nothing of what is known to be down, nor of what lies in a maintenance window; what outlasts the window is told when it ends', async () => {
    const session = await branch();
    await session.client.ask('maintenance.create', { name: 'Works', scope: { deviceIds: [idOf(session, 'Elsewhere')] }, startsAt: new Date(clock.now()).toISOString().slice(0, 16), zone: 'UTC', durationMs: 5 * minute });
    silent.add('127.9.1.1');
    await clock.advance(3 * minute);
    const during = told();
    await clock.advance(3 * minute);
    const after = told();
    await session.client.ask('devices.markKnownDown', { ids: [idOf(session, 'Elsewhere')], reason: 'Sold' });
    silent.add('127.9.0.2');
    await clock.advance(15_000);
    await session.client.ask('devices.markKnownDown', { ids: [idOf(session, 'ATM 2')], reason: 'Sold' });
    await clock.advance(2 * minute);
    expect([during, after, told()]).toEqual([[], ['problem: Elsewhere is down'], ['problem: Elsewhere is down']]);
  });
});
