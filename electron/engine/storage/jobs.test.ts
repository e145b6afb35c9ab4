import { afterEach, beforeEach, expect, test } from 'vitest';
import { AppError } from '../../../shared/rpc/contract.ts';
import { ManualClock } from '../clock.ts';
import { Jobs, type Job } from './jobs.ts';

let clock: ManualClock;
let jobs: Jobs;
let bugs: unknown[];
beforeEach(() => {
  clock = new ManualClock();
  bugs = [];
  jobs = new Jobs(clock, bug => `incident-${bugs.push(bug)}`);
});
afterEach(() => jobs.stop());

/** Goes on until it is told to stop. */
const endless = ({ signal }: Job): Promise<never> => new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('stopped'))));
const stateOf = (id: string): unknown => {
  const row = jobs.rows.get(id);
  return row && { state: row.state, message: row.message, progress: row.progress };
};

test('a piece of work tells how far it is, and how it ended', async () => {
  let finish = (): void => {};
  const { row, done } = jobs.start('export', '/made-up/file.csv', async ({ tell }) => {
    tell({ progress: 0.5, rows: 10, bytes: 100 });
    await new Promise<void>(resolve => (finish = resolve));
    return 'value';
  });
  expect(row).toMatchObject({ kind: 'export', state: 'running', startedAt: clock.now(), endedAt: null, progress: 0, rows: 0 });
  await clock.advance(1_000);
  expect(jobs.rows.get(row.id)).toMatchObject({ state: 'running', progress: 0.5, rows: 10, bytes: 100 });
  finish();
  expect(await done).toBe('value');
  expect(jobs.rows.get(row.id)).toMatchObject({ state: 'done', endedAt: clock.now(), progress: 1, rows: 10 });
});

test('an expected failure is its own sentence, a bug is an incident', async () => {
  const refused = jobs.start('backup', '', () => Promise.reject(new AppError('unavailable', 'The disk is full.')));
  await expect(refused.done).rejects.toThrow('The disk is full.');
  const broken = jobs.start('backup', '', () => Promise.reject(new TypeError('no such thing')));
  await expect(broken.done).rejects.toMatchObject({ code: 'internal' });
  expect([stateOf(refused.row.id), stateOf(broken.row.id)]).toEqual([
    { state: 'failed', message: 'The disk is full.', progress: 0 },
    { state: 'failed', message: 'It failed inside the console (incident incident-1); its log says more.', progress: 0 },
  ]);
  expect(bugs).toEqual([new TypeError('no such thing')]);
});

test('one of a kind runs at a time, and nothing beside a restore', async () => {
  const backup = jobs.start('backup', '', endless);
  const exporting = jobs.start('export', '', endless);
  expect(() => jobs.start('backup', '', endless)).toThrow('A backup is under way');
  expect(() => jobs.start('restore', '', endless)).toThrow(/is under way/);
  expect(await jobs.cancel(exporting.row.id)).toMatchObject({ state: 'cancelled', message: null });
  await jobs.cancel(backup.row.id);
  jobs.start('restore', '', endless).done.catch(() => {});
  expect(() => jobs.start('export', '', endless)).toThrow('A restore is under way');
  await Promise.allSettled([backup.done, exporting.done]);
});

test('the last twenty are kept, and those that run', async () => {
  const running = jobs.start('export', '', endless);
  const ids: string[] = [];
  for (let n = 0; n < 25; n++) {
    const { row, done } = jobs.start('backup', '', () => Promise.resolve());
    ids.push(row.id);
    await done;
  }
  expect([...jobs.rows.values()].map(row => row.id)).toEqual([running.row.id, ...ids.slice(-19)]);
  await jobs.stop();
  expect(stateOf(running.row.id)).toEqual({ state: 'cancelled', message: null, progress: 0 });
  expect(() => jobs.start('backup', '', endless)).toThrow('The console is stopping.');
  await running.done.catch(() => {});
});
