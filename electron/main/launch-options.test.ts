import { expect, test } from 'vitest';
import { engineEnvironment, launchOptions } from './launch-options.ts';

test('--data wins over WARD_DATA_DIR, and relative folders start at the working folder', () => {
  const read = (...argv: string[]) => launchOptions(['/bin/electron', '.', ...argv], { WARD_DATA_DIR: '/srv/ward' }, '/home/op');
  expect([read(), read('--data', 'night'), read('--no-sandbox', '--data=/mnt/ward', '--other')]).toEqual([
    { kind: 'options', dataDir: '/srv/ward' },
    { kind: 'options', dataDir: '/home/op/night' },
    { kind: 'options', dataDir: '/mnt/ward' },
  ]);
});

test('without either the system decides the folder', () => {
  expect(launchOptions(['/bin/electron', '.'], { WARD_DATA_DIR: '' }, '/home/op')).toEqual({ kind: 'options', dataDir: null });
});

test('--data without a folder is refused', () => {
  for (const argv of [['--data'], ['--data='], ['--data', '--inspect']]) {
    expect(launchOptions(argv, {}, '/')).toEqual({ kind: 'wrong', message: '--data needs a folder: --data DIR.' });
  }
});

test('the engine gets no token of its surroundings', () => {
  expect(engineEnvironment({ Path: 'C:\\bin', HOME: '/home/op', LC_ALL: 'ka_GE.UTF-8', WARD_LOG: 'debug', API_TOKEN: 'x', NODE_OPTIONS: '--inspect', TZ: undefined })).toEqual({
    Path: 'C:\\bin', HOME: '/home/op', LC_ALL: 'ka_GE.UTF-8', WARD_LOG: 'debug',
  });
});
