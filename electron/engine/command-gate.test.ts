import { expect, test } from 'vitest';
import { AppError } from '../../shared/rpc/contract.ts';
import { commandGate } from './command-gate.ts';

type Entry = { operation: string; input: string; outcome: string };

function gateWithLog(): { gate: ReturnType<typeof commandGate>; log: Entry[] } {
  const log: Entry[] = [];
  return { gate: commandGate(entry => Promise.resolve(void log.push(entry))), log };
}

test('commands of one domain run one after the other, those of another beside them', async () => {
  const { gate } = gateWithLog();
  const order: string[] = [];
  let release: () => void = () => {};
  const held = new Promise<void>(resolve => (release = resolve));
  const first = gate('devices.create', {}, async () => {
    await held;
    order.push('first');
  });
  const second = gate('devices.remove', {}, async () => void order.push('second'));
  await gate('alerts.acknowledge', {}, async () => void order.push('other'));
  release();
  await Promise.all([first, second]);
  expect(order).toEqual(['other', 'first', 'second']);
});

test('a failed command is logged with its code, fails its caller, and does not hold up the next', async () => {
  const { gate, log } = gateWithLog();
  await expect(gate('devices.create', { n: 1 }, () => Promise.reject(new AppError('conflict', 'taken')))).rejects.toThrow('taken');
  expect(await gate('devices.create', { n: 2 }, () => Promise.resolve('fine'))).toBe('fine');
  expect(log).toEqual([{ operation: 'devices.create', input: '{"n":1}', outcome: 'conflict' }, { operation: 'devices.create', input: '{"n":2}', outcome: 'done' }]);
});

test('a command that only tries something out waits for nobody, and nobody waits for it', async () => {
  const { gate } = gateWithLog();
  void gate('targets.test', {}, () => new Promise(() => {}));
  const others = [await gate('targets.create', {}, () => Promise.resolve('created')), await gate('targets.test', {}, () => Promise.resolve('tried'))];
  await gate.hold([], 'Not now.');
  await expect(gate('targets.test', {}, () => Promise.resolve('never'))).rejects.toThrow('Not now.');
  expect(others).toEqual(['created', 'tried']);
});

test('neither a community, nor a password, nor a file reaches the log, and no entry is long', async () => {
  const { gate, log } = gateWithLog();
  await gate('devices.create', { snmpCommunity: 'hush', notes: 'x'.repeat(5_000) }, () => Promise.resolve());
  await gate('devices.import', { contentBase64: 'aGVsbG8=' }, () => Promise.resolve());
  expect(log[0]?.input).toContain('"snmpCommunity":"[secret]"');
  expect(log[0]?.input).toHaveLength(2_000);
  expect(log[1]?.input).toBe('{"contentBase64":"[8 characters]"}');
  await gate('targets.create', { target: { name: 'NOC', secret: 'hush' } }, () => Promise.resolve());
  await gate('targets.create', { target: { name: 'NOC', secret: null } }, () => Promise.resolve());
  expect(log.slice(2).map(({ input }) => input)).toEqual(['{"target":{"name":"NOC","secret":"[secret]"}}', '{"target":{"name":"NOC","secret":null}}']);
});

test('held, it waits for what is under way and refuses what comes, but for the domains that are let through', async () => {
  const { gate, log } = gateWithLog();
  let finish: () => void = () => {};
  const underWay = gate('devices.create', {}, () => new Promise<void>(resolve => (finish = resolve)));
  const queued = gate('devices.remove', {}, () => Promise.resolve('never'));
  await Promise.resolve(); // The first begins.
  let held = false;
  const holding = gate.hold(['jobs'], 'Not now.').then(() => (held = true));
  await expect(gate('alerts.acknowledge', {}, () => Promise.resolve('never'))).rejects.toMatchObject({ code: 'unavailable', message: 'Not now.' });
  expect(await gate('jobs.cancel', {}, () => Promise.resolve('cancelled'))).toBe('cancelled');
  expect(held).toBe(false);
  finish();
  await underWay;
  await expect(queued).rejects.toThrow('Not now.');
  await holding;
  gate.release();
  expect(await gate('devices.create', {}, () => Promise.resolve('again'))).toBe('again');
  expect(log.map(({ operation }) => operation)).toEqual(['jobs.cancel', 'devices.create', 'devices.create']);
});
