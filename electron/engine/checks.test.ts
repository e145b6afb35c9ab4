/** Further checks and host names over the contract: real servers on loopback, a clock that is moved by hand, a database that is read again. */
import { once } from 'node:events';
import { createServer as createWebServer } from 'node:http';
import { createServer, type Server } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import type { Check } from '../../shared/model/check.ts';
import type { Device, DeviceRow } from '../../shared/model/device.ts';
import { anyNetwork, clock, failure, setNetwork, silent, start, type Session } from './engine-for-tests.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

async function listening(): Promise<{ readonly port: number; close(): Promise<void> }> {
  const server = createServer(socket => socket.end());
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { port: portOf(server), close: async () => void (await once(server.close(), 'close')) };
}

/** A page that is fine until it is told to fail. `failures`: those that the other side has let go of, and so has read. */
async function failingPage(): Promise<{ readonly port: number; readonly fail: () => void; readonly failures: () => number }> {
  let failing = false;
  let failures = 0;
  const server = createWebServer((_request, response) => {
    const failed = failing;
    response.socket?.once('close', () => (failures += failed ? 1 : 0));
    response.writeHead(failed ? 503 : 200).end();
  });
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { port: portOf(server), fail: () => void (failing = true), failures: () => failures };
}

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

/** Moves the clock until it is so; real sockets answer meanwhile. */
async function until(isSo: () => boolean | Promise<boolean>, mostMs = 200_000): Promise<void> {
  for (let passedMs = 0; passedMs < mostMs; passedMs += 250) {
    if (await isSo()) return;
    await clock.advance(250);
  }
  throw new Error('it never came to be so');
}

const device = async ({ client }: Session, id: DeviceRow['id']): Promise<Device> => client.ask('devices.get', { id });
const only = async (session: Session, id: DeviceRow['id']): Promise<Check> => {
  const [check] = (await device(session, id)).checks;
  if (!check) throw new Error('no check');
  return check;
};
const row = ({ devices }: Session): DeviceRow | undefined => [...devices.values()][0];
const isState = (session: Session, state: string) => (): boolean => row(session)?.state === state;

test('a port that is closed makes a device degraded, with the reason on its row, and is fine again by one answer', async () => {
  const session = await start();
  const server = await listening();
  const { id } = await session.client.ask('devices.create', { address: '127.0.0.1', checks: [{ kind: 'tcp', port: server.port, name: 'Till', intervalMs: 5_000 }] });
  await until(async () => (await only(session, id)).state === 'ok');
  await until(isState(session, 'up'));
  expect(row(session)).toMatchObject({ checkCount: 1, failingChecks: 0, problem: null });
  await server.close();
  await until(isState(session, 'degraded'));
  expect(row(session)).toMatchObject({ failingChecks: 1, downSince: null, problem: expect.stringMatching(/^Till: /) });
  expect(session.alerts.size).toBe(0);
  await session.client.ask('devices.update', { id, patch: { checks: [] } });
  expect(row(session)).toMatchObject({ checkCount: 0, failingChecks: 0 });
  await until(isState(session, 'up'));
});

test('a device that answers no ping is up and down by its checks, since the first that failed, with its alert', async () => {
  const session = await start();
  silent.add('127.0.0.1');
  const server = await listening();
  const { id } = await session.client.ask('devices.create', { address: '127.0.0.1', pingEnabled: false, checks: [{ kind: 'tcp', port: server.port, intervalMs: 5_000, consequence: 'down' }] });
  await until(isState(session, 'up'));
  await server.close();
  const closedAt = clock.now();
  await until(isState(session, 'down'));
  const since = row(session)?.downSince ?? 0;
  expect([since >= closedAt, since <= closedAt + 5_250, (await only(session, id)).since]).toEqual([true, true, since]);
  await until(() => session.alerts.size > 0);
  expect([...session.alerts.values()]).toMatchObject([{ rule: 'device-down', since, clearedAt: null }]);
});

test('a check that only informs changes no state', async () => {
  const session = await start();
  const { id } = await session.client.ask('devices.create', { address: '127.0.0.1', checks: [{ kind: 'tcp', port: 1, intervalMs: 5_000, consequence: 'nothing' }] });
  await until(async () => (await only(session, id)).state === 'failing');
  await until(() => row(session)?.failingChecks === 1);
  expect(row(session)?.state).toBe('up');
});

test('checks keep their identity and what was known of them across an edit and a restart; an edit that asks something else begins anew', async () => {
  const first = await start();
  const server = await listening();
  const { id } = await first.client.ask('devices.create', { address: '127.0.0.1', checks: [{ kind: 'tcp', port: server.port, intervalMs: 5_000 }, { kind: 'heartbeat', intervalMs: 60_000 }] });
  await until(async () => (await only(first, id)).state === 'ok');
  const [tcp, heartbeat] = (await device(first, id)).checks;
  if (!tcp || !heartbeat) throw new Error('no checks');
  await first.client.ask('devices.update', { id, patch: { checks: [{ ...tcp, name: 'Till' }, { ...heartbeat }] } });
  expect((await device(first, id)).checks).toMatchObject([{ id: tcp.id, name: 'Till', state: 'ok', since: tcp.since }, { id: heartbeat.id, heartbeatPath: heartbeat.heartbeatPath }]);
  await clock.advance(1_000);
  await first.stop();
  const second = await start();
  expect((await device(second, id)).checks).toMatchObject([{ id: tcp.id, state: 'ok', since: tcp.since }, { heartbeatPath: expect.stringMatching(/^\/heartbeat\/[\w-]{22}$/) }]);
  await second.client.ask('devices.update', { id, patch: { checks: [{ kind: 'tcp', id: tcp.id, port: 1, intervalMs: 5_000 }] } });
  expect((await device(second, id)).checks).toMatchObject([{ id: tcp.id, state: 'waiting', since: null }]);
});

test('failures before and after this computer slept do not add up: a check fails by those after it alone', async () => {
  const session = await start();
  const page = await failingPage();
  const { id } = await session.client.ask('devices.create', { address: '127.0.0.1', checks: [{ kind: 'http', url: `http://:${page.port}/`, intervalMs: 30_000, timeoutMs: 30_000, consequence: 'down' }] });
  await until(async () => (await only(session, id)).state === 'ok');
  page.fail();
  await until(() => page.failures() === 2);
  clock.sleep(600_000);
  const wokeAt = clock.now();
  await until(() => page.failures() === 3);
  await clock.advance(250);
  expect([(await only(session, id)).state === 'failing', row(session)?.state === 'down']).toEqual([false, false]);
  await until(isState(session, 'down'));
  expect([(row(session)?.downSince ?? 0) >= wokeAt, page.failures() >= 5]).toEqual([true, true]);
});

test('while this computer has no network no check fails, however often it is asked; afterwards it does', async () => {
  const session = await start();
  const page = await failingPage();
  const { id } = await session.client.ask('devices.create', { address: '127.0.0.1', checks: [{ kind: 'http', url: `http://:${page.port}/`, intervalMs: 30_000, timeoutMs: 30_000, consequence: 'down' }] });
  await until(async () => (await only(session, id)).state === 'ok');
  setNetwork({ interfaces: [], routes: [] });
  page.fail();
  await until(isState(session, 'not-observed'));
  await until(() => page.failures() === 4);
  await clock.advance(250);
  expect(await only(session, id)).toMatchObject({ state: 'unknown', message: 'This computer cannot see the device at present.' });
  setNetwork(anyNetwork);
  await until(isState(session, 'down'));
});

test('a check that failed just before this computer noticed that it cannot see proves nothing', async () => {
  const session = await start();
  const server = await listening();
  const { id } = await session.client.ask('devices.create', { address: '127.0.0.1', checks: [{ kind: 'tcp', port: server.port, intervalMs: 5_000, consequence: 'down' }] });
  // Nothing else answers, so that it stays accused until the cause is known.
  for (const [i, branch] of ['Kvareli', 'Telavi', 'Gori'].entries()) await session.client.ask('devices.create', { address: `127.9.0.${i + 1}`, branch });
  await until(isState(session, 'up'));
  await clock.advance(20_000);
  for (const address of ['127.0.0.1', '127.9.0.1', '127.9.0.2', '127.9.0.3']) silent.add(address);
  await server.close();
  await session.client.ask('devices.checkNow', { ids: [id] });
  await until(async () => (await only(session, id)).state === 'failing');
  expect(row(session)?.state).toBe('up');
  await until(isState(session, 'not-observed'));
  await clock.advance(30_000);
  silent.clear();
  const seesAt = clock.now();
  // It still fails: that counts from what was asked now.
  await until(isState(session, 'down'));
  expect((row(session)?.downSince ?? 0) >= seesAt).toBe(true);
});

describe('a heartbeat', () => {
  test('is a device\'s own call: silence beyond interval and grace is failure, and one call mends it', async () => {
    const session = await start();
    const taken = await listening();
    const { id } = await session.client.ask('devices.create', { address: '127.0.0.1', checks: [{ kind: 'heartbeat', intervalMs: 10_000, graceMs: 5_000, consequence: 'degraded' }] });
    expect(await only(session, id)).toMatchObject({ state: 'unknown' });
    await session.client.ask('settings.update', { patch: { heartbeat: { enabled: true, address: '127.0.0.1', port: taken.port } } });
    await clock.advance(1_500);
    expect(session.health.get('polling')).toMatchObject({ level: 'problem', message: expect.stringContaining('Heartbeats are not heard') });
    const free = await listening();
    await free.close();
    await session.client.ask('settings.update', { patch: { heartbeat: { port: free.port } } });
    const { heartbeatPath } = await only(session, id);
    const call = async (): Promise<number> => (await fetch(`http://127.0.0.1:${free.port}${heartbeatPath ?? ''}`, { method: 'POST' })).status;
    expect([await call(), (await fetch(`http://127.0.0.1:${free.port}/heartbeat/nobody-has-this-token`)).status]).toEqual([200, 404]);
    await until(async () => (await only(session, id)).state === 'ok');
    const calledAt = clock.now();
    await until(async () => (await only(session, id)).state === 'failing');
    expect([clock.now() - calledAt >= 14_000, clock.now() - calledAt < 18_000]).toEqual([true, true]);
    await until(isState(session, 'degraded'));
    await call();
    await until(async () => (await only(session, id)).state === 'ok');
    await until(isState(session, 'up'));
    await until(isState(session, 'degraded'));
    await session.client.ask('settings.update', { patch: { heartbeat: { enabled: false } } });
    await until(isState(session, 'up'));
    expect(await only(session, id)).toMatchObject({ state: 'unknown', message: expect.stringContaining('switched off') });
  });
});

describe('a device known by its name', () => {
  test('is probed where the name leads, and tells where', async () => {
    const session = await start();
    const { id } = await session.client.ask('devices.create', { address: 'localhost' });
    await until(isState(session, 'up'));
    expect(await device(session, id)).toMatchObject({ address: 'localhost', resolvedAddress: expect.stringMatching(/^(127\.0\.0\.1|::1)$/) });
  });

  test('that stands for nothing is not down: there is no data, and the reason', async () => {
    const session = await start();
    await session.client.ask('devices.create', { address: 'no-such-host.invalid' });
    await until(() => row(session)?.problem !== null);
    await clock.advance(30_000);
    expect(row(session)).toMatchObject({ state: 'no-data', downSince: null, problem: expect.stringContaining('no-such-host.invalid') });
    expect(session.alerts.size).toBe(0);
    expect(session.health.get('sight')).toMatchObject({ level: 'ok' });
  });
});

test('a check that cannot be is refused with a sentence, and nothing is added', async () => {
  const { client, devices } = await start();
  const asked = (check: object): Promise<unknown> => failure(client.ask('devices.create', { address: '127.0.0.1', checks: [check as never] })); // On purpose no check.
  expect(await asked({ kind: 'tcp', port: 70_000 })).toMatchObject({ code: 'invalid-input', message: 'A port is a number from 1 to 65535.' });
  expect(await asked({ kind: 'http', url: 'ftp://x' })).toMatchObject({ code: 'invalid-input', message: expect.stringContaining('not the address of a web page') });
  expect(await asked({ kind: 'http', url: 'https:///', status: '200, 299-200' })).toMatchObject({ code: 'invalid-input', message: 'Write the accepted status codes as 200-299,401.' });
  expect(await asked({ kind: 'tcp', port: 80, intervalMs: 5_000, timeoutMs: 5_001 })).toMatchObject({ code: 'invalid-input', message: 'The timeout of a check must not be longer than its interval.' });
  expect(devices.size).toBe(0);
});

test('a timeout as long as the interval will do, and a heartbeat has none', async () => {
  const { client } = await start();
  const { checks } = await client.ask('devices.create', { address: '127.0.0.1', checks: [{ kind: 'tcp', port: 80, intervalMs: 5_000 }, { kind: 'heartbeat', intervalMs: 5_000, timeoutMs: 30_000 }, { kind: 'http', url: 'https:///', status: '200-200' }] });
  expect(checks.map(({ kind }) => kind)).toEqual(['tcp', 'heartbeat', 'http']);
});

test('a device that answers no ping needs a check that says what it is', async () => {
  const { client, devices } = await start();
  const asked = (...checks: object[]): Promise<unknown> => failure(client.ask('devices.create', { address: '127.0.0.1', pingEnabled: false, checks: checks.map(check => ({ kind: 'tcp', port: 80, ...check })) }));
  const sentence = 'A device that answers no ping needs a further check that says what it is.';
  expect([await asked(), await asked({ enabled: false }, { consequence: 'nothing' })]).toMatchObject([{ code: 'invalid-input', message: sentence }, { code: 'invalid-input', message: sentence }]);
  expect(devices.size).toBe(0);
});
