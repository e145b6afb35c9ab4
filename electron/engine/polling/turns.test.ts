import { expect, test } from 'vitest';
import { ManualClock } from '../clock.ts';
import { Turns } from './turns.ts';

type Said = { readonly kind: 'said'; readonly word: string };

/** Turns of one thing, "first", every ten seconds; each question takes a second. */
function taking(ask: (asked: string) => Said = word => ({ kind: 'said', word })) {
  const clock = new ManualClock();
  const world = { wants: true, takesMs: 1_000 };
  const asked: string[] = [];
  const told: string[] = [];
  const bugs: string[] = [];
  const turns = new Turns<string, Said>({
    clock,
    wants: () => world.wants,
    ask: word => {
      asked.push(word);
      return new Promise((resolve, reject) => {
        clock.after(world.takesMs, () => {
          try {
            resolve(ask(word));
          } catch (error) {
            reject(error instanceof Error ? error : new Error(String(error)));
          }
        });
      });
    },
    onAnswer: (word, answer, { at }) => void told.push(`${word} ${answer.kind === 'said' ? answer.word : answer.reason} ${clock.now() - at}`),
    onBug: error => void bugs.push(String(error)),
  });
  turns.set(1, 10_000, 'first');
  turns.start();
  return { clock, turns, world, asked, told, bugs };
}

test('each has its turn once a period, and none where it is not wanted', async () => {
  const { clock, turns, world, asked, told } = taking();
  await clock.advance(30_000);
  const wanted = [...told];
  world.wants = false;
  await clock.advance(30_000);
  turns.stop();
  expect([wanted, asked.length, turns.missed]).toEqual([['first first 1000', 'first first 1000', 'first first 1000'], 3, 0]);
});

test('what is put in its place, or removed, makes the answer under way nobody\'s', async () => {
  const { clock, turns, asked, told } = taking();
  turns.askNow(1);
  turns.set(1, 10_000, 'second');
  turns.askNow(1);
  await clock.advance(1_000);
  const replaced = [...told];
  turns.askNow(1);
  turns.remove(1);
  turns.askNow(1);
  await clock.advance(30_000);
  turns.stop();
  expect([replaced, told, asked]).toEqual([['second second 1000'], ['second second 1000'], ['first', 'second', 'second']]);
});

test('a slow one is never asked twice at once: its turn waits, and then is missed', async () => {
  const { clock, turns, world, asked } = taking();
  world.takesMs = 35_000;
  await clock.advance(40_000);
  const busy = asked.length;
  turns.askNow(1);
  turns.stop();
  expect([busy, asked.length, turns.missed > 0]).toEqual([1, 1, true]);
});

test('to begin anew drops what is under way, and asks what is asked from now on', async () => {
  const { clock, turns, told } = taking();
  turns.askNow(1);
  clock.sleep(60_000);
  turns.beginAnew(asked => `${asked} anew`);
  await clock.advance(11_000);
  turns.stop();
  expect([told, turns.missed]).toEqual([['first anew first anew 1000'], 0]);
});

test('a bug is told, and is an answer', async () => {
  const { clock, turns, told, bugs } = taking(() => { throw new Error('a bug.'); });
  turns.askNow(1);
  await clock.advance(1_000);
  turns.stop();
  expect([told, bugs]).toEqual([['first it met a fault of the console (a bug) 1000'], ['Error: a bug.']]);
});
