import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { StartRefused } from './engine.ts';
import { parseHeadlessOptions, tokenFrom, UsageError } from './headless-options.ts';

const folder = mkdtempSync(join(tmpdir(), 'ward-options-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the flags', () => {
  test('have defaults: loopback, the user\'s own folder, changes allowed', () => {
    expect(parseHeadlessOptions([], { WARD_DATA_DIR: '/somewhere' })).toEqual({ dataDir: '/somewhere', host: '127.0.0.1', port: 7077, tokenFile: null, readOnly: false });
  });

  test.each([
    ['127.0.0.1:8080', '127.0.0.1', 8080],
    ['[::1]:0', '::1', 0],
    ['192.0.2.7:80', '192.0.2.7', 80],
    ['9000', '127.0.0.1', 9000],
  ])('--listen %s is understood', (text, host, port) => expect(parseHeadlessOptions(['--listen', text], {})).toMatchObject({ host, port }));

  test.each([['--listen', 'localhost:80'], ['--listen', '0.0.0.0:80'], ['--listen', '[::]:80'], ['--listen', '127.0.0.1:99999'], ['--listen', 'nonsense'], ['--no-such-flag'], ['stray'], ['--data']])('%s %s is a usage error', (...args) => {
    expect(() => parseHeadlessOptions(args.filter(arg => arg !== undefined), {})).toThrow(UsageError);
  });
});

describe('a token file', () => {
  test('is made for its owner alone, and used again', () => {
    const file = join(folder, 'token');
    const token = tokenFrom(file);
    expect(token.length).toBeGreaterThanOrEqual(40);
    expect(tokenFrom(file)).toBe(token);
    expect((statSync(file).mode & 0o777).toString(8)).toBe('600');
  });

  test('that holds no token, or cannot be read, is refused in one sentence', () => {
    const file = join(folder, 'bad');
    writeFileSync(file, 'two words\n');
    expect(() => tokenFrom(file)).toThrow(/does not hold a token/);
    expect(() => tokenFrom(folder)).toThrow(StartRefused);
  });
});
