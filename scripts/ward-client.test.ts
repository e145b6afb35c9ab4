import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { backendsOf } from '../electron/engine/probes/ping/pinger.ts';

const root = join(import.meta.dirname, '..');
const HelloSeen = z.object({ product: z.string(), readOnly: z.boolean() });
const DeviceSeen = z.object({ id: z.string(), address: z.string() });
const BatchSeen = z.object({ reset: z.boolean(), upsert: z.array(DeviceSeen), remove: z.array(z.string()) });

type Outcome = { readonly code: number | null; readonly out: string; readonly err: string };

const ward = (args: readonly string[], input?: string): Promise<Outcome> =>
  new Promise(resolve => {
    const child = execFile(process.execPath, [join(root, 'scripts/ward-client.ts'), ...args], { timeout: 15_000 }, (_, out, err) => resolve({ code: child.exitCode, out, err }));
    child.stdin?.end(input);
  });

let scratch = '';
let dataDir = '';
let console_: ChildProcess;

beforeAll(async () => {
  scratch = mkdtempSync(join(tmpdir(), 'ward-client-'));
  dataDir = join(scratch, 'console');
  console_ = spawn(process.execPath, [join(root, 'electron/engine/headless.ts'), '--data', dataDir, '--listen', '127.0.0.1:0'], { stdio: ['ignore', 'pipe', 'inherit'] });
  // It prints its URL when it serves.
  if (console_.stdout) await once(console_.stdout, 'data');
});

afterAll(async () => {
  console_.kill('SIGTERM');
  if (console_.exitCode === null) await once(console_, 'exit');
  rmSync(scratch, { recursive: true, force: true });
});

const here = (...args: string[]): string[] => [...args, '--data', dataDir];

describe('a running console', () => {
  test('answers a question with one line of JSON and nothing else', async () => {
    const { code, out, err } = await ward(here('system.hello'));
    expect({ code, err, lines: out.trimEnd().split('\n').length, hello: HelloSeen.parse(JSON.parse(out)) }).toEqual({ code: 0, err: '', lines: 1, hello: { product: 'Ward Console', readOnly: false } });
  });

  test('takes its input from standard input, and shows what it made as live rows', async () => {
    const made = await ward(here('devices.create', '-'), '{"address": "127.0.0.77"}');
    const id = DeviceSeen.parse(JSON.parse(made.out)).id;
    const { code, out } = await ward(here('devices.live', '--once'));
    expect({ code, rows: z.array(DeviceSeen).parse(JSON.parse(out)) }).toEqual({ code: 0, rows: [{ id, address: '127.0.0.77' }] });
    expect(JSON.parse((await ward(here('devices.remove', JSON.stringify({ ids: [id] })))).out)).toEqual({ removed: 1 });
  });

  test('streams a live operation, one batch a line, until it is interrupted', async () => {
    const child = spawn(process.execPath, [join(root, 'scripts/ward-client.ts'), ...here('branches.live')], { stdio: ['ignore', 'pipe', 'inherit'] });
    let out = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
    await once(child.stdout, 'data');
    child.kill('SIGINT');
    await once(child, 'exit');
    expect({ code: child.exitCode, batch: BatchSeen.parse(JSON.parse(out)) }).toEqual({ code: 0, batch: { reset: true, upsert: [], remove: [] } });
  });

  test('an operation that fails is exit code 1 and one sentence', async () => {
    const { code, out, err } = await ward(here('devices.create', '{}'));
    expect({ code, out, err }).toEqual({ code: 1, out: '', err: 'A device needs an address, for example 192.0.2.5 or atm1.example.\n' });
  });

  test('a wrong token is exit code 1 and says what to do', async () => {
    const other = mkdtempSync(join(scratch, 'other-'));
    const { url } = z.object({ url: z.string() }).parse(JSON.parse(readFileSync(join(dataDir, 'endpoint.json'), 'utf8')));
    writeFileSync(join(other, 'endpoint.json'), JSON.stringify({ url, token: 'x'.repeat(43) }));
    const { code, err } = await ward(['system.hello', '--data', other]);
    expect({ code, err }).toEqual({ code: 1, err: expect.stringMatching(/^The console refused the token in .*; restart the console, which writes a new one\.\n$/) });
  });
});

describe('wrong command lines are exit code 2 and one sentence', () => {
  const cases: [string, string[], RegExp][] = [
    ['an operation that is not there', ['devices.lvie'], /^There is no operation "devices.lvie"; did you mean devices.live\?\n$/],
    ['nothing like any operation', ['frobnicate.everything'], /^There is no operation "frobnicate.everything"; "npm run -s ward" lists them\.\n$/],
    ['a missing argument', ['devices.get'], /^devices.get needs a JSON value: .*docs\/contract.md/],
    ['malformed JSON, with the place', ['devices.get', '{"id":\n  me}'], /^The JSON is malformed at line 2, column 3: unexpected "m"\.\n$/],
    ['JSON that ends too early', ['devices.get', '{"id": "a'], /malformed at line 1, column 10: it ends too early/],
    ['a second value', ['devices.get', '{}', '{}'], /takes one JSON value/],
    ['an option that is not there', ['system.hello', '--verbose'], /^There is no option "--verbose"/],
    ['--once on a question', ['system.hello', '--once'], /answers once anyway/],
  ];
  test.each(cases)('%s', async (_, args, sentence) => {
    const { code, out, err } = await ward(here(...args));
    expect({ code, out, err }).toEqual({ code: 2, out: '', err: expect.stringMatching(sentence) });
  });

  test('no console running, with how to start one', async () => {
    const { code, err } = await ward(['system.hello', '--data', join(scratch, 'nobody')]);
    expect({ code, err }).toEqual({ code: 2, err: `No console is running with the data folder ${join(scratch, 'nobody')}; start one with "npm start" or "npm run serve", or name its folder with --data DIR.\n` });
  });

  test('a console that was killed and left its endpoint file is not running', async () => {
    const dead = mkdtempSync(join(scratch, 'dead-'));
    writeFileSync(join(dead, 'endpoint.json'), JSON.stringify({ url: 'ws://127.0.0.1:9/contract', token: 'x' }));
    expect(await ward(['system.hello', '--data', dead])).toMatchObject({ code: 2, err: expect.stringMatching(/^No console is running/) });
  });
});

test('selftest needs no console: a line for each way of pinging, and exit code 0 exactly when one works', async () => {
  const { code, out, err } = await ward(['selftest']);
  const lines = out.trimEnd().split('\n');
  expect({ code, err, header: lines[0]?.startsWith('backend'), backends: lines.slice(1).map(line => line.split(' ')[0]) }).toEqual({
    code: /  works  /.test(out) ? 0 : 1, err: '', header: true, backends: [...backendsOf(process.platform)],
  });
});

test('without arguments it lists every operation with its kind', async () => {
  const { code, out } = await ward([]);
  expect({ code, live: /^devices\.live +live$/m.test(out), command: /^devices\.create +command$/m.test(out) }).toEqual({ code: 0, live: true, command: true });
});
