import { expect, test } from 'vitest';
import { AppError } from '../../../shared/rpc/contract.ts';
import type { KnownDown } from '../store/devices.ts';
import { KnownDownMarks } from './known-down.ts';

const mark = (part: Partial<KnownDown> = {}): KnownDown => ({ reason: 'Scrapped.', until: null, by: 'operator', at: 1, ...part });

/** Marks over a store that writes down what it was asked, and refuses while it is told to. */
function marking() {
  const written: [readonly number[], string | null][] = [];
  const disk = { isFull: false };
  const marks = new KnownDownMarks((ids, each) => {
    if (disk.isFull) return Promise.reject(new AppError('unavailable', 'The disk is full.'));
    written.push([ids, each?.reason ?? null]);
    return Promise.resolve();
  });
  return { marks, written, disk };
}

test('all are marked by one write, and unmarked by another', async () => {
  const { marks, written } = marking();
  await marks.mark([1, 2], mark());
  const marked = [marks.of(1)?.reason, marks.of(2)?.reason];
  await marks.mark([1, 2], null);
  expect([marked, marks.of(1), marks.of(2), written]).toEqual([['Scrapped.', 'Scrapped.'], null, null, [[[1, 2], 'Scrapped.'], [[1, 2], null]]]);
});

test('a refused write leaves each as it was, but for what happened to it meanwhile', async () => {
  const { marks, disk } = marking();
  await marks.mark([1, 2], mark({ reason: 'First.' }));
  disk.isFull = true;
  const refused = marks.mark([1, 2, 3], mark({ reason: 'Second.' })).catch((error: unknown) => String(error));
  marks.answered(2);
  expect([await refused, marks.of(1)?.reason, marks.of(2), marks.of(3)]).toEqual(['AppError: The disk is full.', 'First.', null, null]);
});

test('a mark ends when its time has passed, and when the device answers; each is told once', async () => {
  const { marks, written } = marking();
  marks.restore(1, mark({ until: 100 }));
  marks.restore(2, mark({ until: 200 }));
  marks.restore(3, mark());
  const early = marks.expire(99);
  const ended = [marks.expire(100), marks.answered(3), marks.answered(3), marks.answered(4)];
  const told = (await marks.takeEnded()).map(({ deviceId, because }) => [deviceId, because]);
  expect([early, ended, told, await marks.takeEnded(), written, marks.of(2)?.until]).toEqual([[], [[1], true, false, false], [[1, 'expired'], [3, 'answers']], [], [[[1, 3], null]], 200]);
});

test('an end that could not be written is written later, unless the device was marked anew', async () => {
  const { marks, written, disk } = marking();
  await marks.mark([1, 2], mark());
  disk.isFull = true;
  marks.answered(1);
  marks.answered(2);
  const told = await marks.takeEnded();
  disk.isFull = false;
  await marks.mark([2], mark({ reason: 'Again.' }));
  await marks.takeEnded();
  expect([told.length, marks.of(2)?.reason, written.slice(1)]).toEqual([2, 'Again.', [[[2], 'Again.'], [[1], null]]]);
});
