import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { isReachable, readWindowState, writeWindowState } from './window-state.ts';

const left = { x: 0, y: 0, width: 1366, height: 768 };
const right = { x: 1366, y: 0, width: 1920, height: 1080 };
const at = (x: number, y: number) => ({ x, y, width: 1200, height: 700 });

const folder = mkdtempSync(join(tmpdir(), 'ward-window-'));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('a window is put back only where its title bar can be reached', () => {
  const cases: [string, number, number, boolean][] = [
    ['on the left display', 40, 40, true],
    ['on the right display', 1500, 100, true],
    ['across both', 1000, 0, true],
    ['mostly off to the left, a grip left', -1080, 10, true],
    ['off to the left', -1150, 10, false],
    ['above every display', 100, -30, false],
    ['below the left display', 100, 760, false],
    ['on a display that is gone', 4000, 100, false],
  ];
  expect(cases.map(([where, x, y]) => [where, isReachable(at(x, y), [left, right])])).toEqual(cases.map(([where, , , seen]) => [where, seen]));
});

test('what was written is read again', () => {
  const file = join(folder, 'deep', 'window.json');
  writeWindowState(file, { bounds: at(10, 20), maximized: true });
  expect(readWindowState(file)).toEqual({ bounds: at(10, 20), maximized: true });
});

test('a missing, damaged or senseless file means the default place', () => {
  const file = join(folder, 'window.json');
  const read = (text: string) => {
    writeWindowState(file, { bounds: at(0, 0), maximized: false });
    writeFileSync(file, text);
    return readWindowState(file);
  };
  expect(readWindowState(join(folder, 'none.json'))).toBeNull();
  expect(['{"bounds":', '[]', '{"bounds":{"x":0,"y":0,"width":5,"height":5},"maximized":false}'].map(read)).toEqual([null, null, null]);
});
