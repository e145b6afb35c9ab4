/** What nobody should ask of backups and exports: each is answered with one sentence, and leaves no file. */
import { mkdirSync, readdirSync, renameSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { JobRow } from '../../../shared/model/storage.ts';
import { addAndSee, clock, ended, failure, folder, start, states } from '../engine-for-tests.ts';

const filesIn = (): string[] => readdirSync(folder, { recursive: true }).map(String).filter(name => !name.startsWith('ward-console.db') && !name.startsWith('console.lock')).sort();

test('a folder that no system can have is refused in a sentence, wherever one is given', async () => {
  const session = await start();
  symlinkSync(join(folder, 'there'), join(folder, 'here'));
  symlinkSync(join(folder, 'here'), join(folder, 'there'));
  const before = filesIn();
  const told = async (given: string): Promise<unknown[]> => [
    await failure(session.client.ask('backup.list', { folder: given })),
    await failure(session.client.ask('backup.create', { folder: given })),
    await failure(session.client.ask('export.start', { what: 'alerts', from: 0, to: 1, format: 'csv', folder: given })),
    await failure(session.client.ask('backup.restore', { file: given })),
  ];
  const sentence = { code: expect.stringMatching(/^(invalid-input|unavailable)$/), message: expect.stringMatching(/\.$/) };
  for (const given of [join(folder, 'here'), join(folder, 'x'.repeat(300)), join(folder, 'zero\0byte')]) expect(await told(given)).toEqual([sentence, sentence, sentence, sentence]);
  expect(await failure(session.client.ask('settings.update', { patch: { backup: { folder: '/zero\0byte' } } }))).toMatchObject({ code: 'invalid-input' });
  expect(filesIn()).toEqual(before);
});

test('a folder that goes away under the work is told in a sentence', async () => {
  const session = await start();
  await addAndSee(session, 2);
  const stick = join(folder, 'stick');
  const told = async (begin: () => Promise<JobRow>): Promise<unknown> => {
    mkdirSync(stick);
    const begun = await begin();
    rmSync(stick, { recursive: true });
    const { state, message } = await ended(session, begun);
    return { state, message };
  };
  const sentence = { state: 'failed', message: `There is no folder "${stick}" on this computer now; bring it back, or choose another.` };
  expect(await told(() => session.client.ask('export.start', { what: 'states', from: 0, to: clock.now(), format: 'sqlite', folder: stick }))).toEqual(sentence);
  expect(await told(() => session.client.ask('backup.create', { folder: stick }))).toEqual(sentence);
  expect(filesIn()).toEqual(['vault.key']);
});

test('an export of a range without end is one of all there is', async () => {
  const session = await start();
  await addAndSee(session, 2);
  for (const [from, to] of [[0, 8_640_000_000_000_000], [-8_640_000_000_000_000, 8_640_000_000_000_000]] as const) {
    const row = await ended(session, await session.client.ask('export.start', { what: 'states', from, to, format: 'csv' }));
    expect(row).toMatchObject({ state: 'done', rows: 2, message: null });
  }
});

test('an export of what is not there any more is refused', async () => {
  const session = await start();
  const [gone, there] = await addAndSee(session, 2);
  if (!gone || !there) throw new Error('two devices were added');
  await session.client.ask('devices.remove', { ids: [gone.id] });
  const target = ({ id }: { readonly id: typeof gone.id }): { of: 'device'; deviceId: typeof gone.id } => ({ of: 'device', deviceId: id });
  for (const what of ['samples', 'states', 'alerts'] as const) {
    expect(await failure(session.client.ask('export.start', { what, from: 0, to: clock.now(), format: 'csv', targets: [target(there), target(gone)] }))).toEqual({ code: 'not-found', message: 'That device is not here any more.' });
  }
  expect(filesIn()).toEqual(['vault.key']);
});

test('a maximum size that is no whole number is refused in a sentence', async () => {
  const session = await start();
  for (const maxSizeMb of [64.5, 63, '64' as unknown as number]) {
    expect(await failure(session.client.ask('history.forecast', { patch: { maxSizeMb } }))).toEqual({ code: 'invalid-input', message: 'The most that the database may take is between 64 MB and 1000000 MB, or nothing for no limit.' });
  }
});

test('what a console that was killed left of an export goes with a later one, and nothing else does', async () => {
  const session = await start();
  const own = join(folder, 'exports');
  mkdirSync(own);
  const left = ['ward-samples-19700101-000000-20261128-192948.csv.partial', 'ward-states-19700101-000000-20261128-192948-2.db.partial-journal'];
  const others = ['ward-notes.csv.partial', 'ward-samples-of-mine.csv', 'ward-alerts-19700101-000000-20261128-192948.csv'];
  for (const name of [...left, ...others]) {
    writeFileSync(join(own, name), '');
    utimesSync(join(own, name), 0, 0);
  }
  writeFileSync(join(own, 'ward-journal-19700101-000000-20261128-192948.csv.partial'), 'of another console, now');
  const { file } = await ended(session, await session.client.ask('export.start', { what: 'journal', from: 0, to: 1, format: 'csv' }));
  expect(readdirSync(own).map(name => join(own, name)).sort()).toEqual([...others.map(name => join(own, name)), join(own, 'ward-journal-19700101-000000-20261128-192948.csv.partial'), file].sort());
});

test('a restore that was cut short between its two renames is done at the next start', async () => {
  const first = await start();
  await addAndSee(first, 2);
  await first.stop();
  const file = join(folder, 'ward-console.db');
  // The former database has its new name, and what was made ready not yet its own.
  renameSync(file, `${file}.restoring`);
  expect(Object.keys(states(await start()))).toEqual(['D1', 'D2']);
});
