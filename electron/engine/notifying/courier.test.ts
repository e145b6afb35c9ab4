/** What the courier does with what the outbox holds, on a stepped clock and a real database. */
import { beforeEach, describe, expect, test } from 'vitest';
import type { MessageRow, MessageContent } from '../../../shared/model/notification.ts';
import { incidentId, messageId, startedAt, targetId } from '../alerting/incident-for-tests.ts';
import { ManualClock } from '../clock.ts';
import { OutboxForTests } from '../outbox-for-tests.ts';
import { Courier, type Addressee, type CourierParts } from './courier.ts';
import { backoffMs } from './queue.ts';
import type { Delivery, Sent } from './sender.ts';

const [second, minute, hour] = [1_000, 60_000, 3_600_000];
const sent: Sent = { kind: 'sent' };
const retry = (afterMs: number | null = null): Sent => ({ kind: 'retry', reason: 'The server did not answer.', afterMs });
const refused: Sent = { kind: 'refused', reason: 'The password is wrong.' };

let clock: ManualClock;
let outbox: OutboxForTests;
let made: number;
/** Every attempt: when, which delivery, and what was in it. */
let attempts: { readonly afterMs: number; readonly id: string; readonly says: string }[];
let send: (delivery: Delivery, signal: AbortSignal) => Promise<Sent> | Sent;
let addressee: Addressee | null;
let logged: string[];

beforeEach(() => {
  clock = new ManualClock(startedAt);
  outbox = new OutboxForTests();
  made = 0;
  attempts = [];
  send = () => sent;
  addressee = { config: { kind: 'desktop' }, secret: null, staleAfterMs: 4 * hour, mostPerHour: 1_000 };
  logged = [];
});

const wordsOf = (content: MessageContent): string => `${content.kind} ${content.title}`;

function courier(more: Partial<CourierParts> = {}): Courier {
  const started = new Courier({
    clock, outbox: outbox.door(), recipient: () => addressee, random: () => 0, onChange: () => {}, log: (_level, event) => void logged.push(event),
    send: async (delivery, signal) => {
      attempts.push({ afterMs: clock.now() - startedAt, id: delivery.id, says: delivery.contents.map(wordsOf).join(', ') });
      return send(delivery, signal);
    },
    ...more,
  });
  started.wake();
  return started;
}

/** Decides messages: "problem 1" is of the first incident. `to`: to whom. */
function decide(what: readonly string[], to = 1): void {
  const messages = what.map((words): MessageRow => {
    const [kind = '', n = '1'] = words.split(' ');
    const content: MessageContent = {
      kind: kind as MessageContent['kind'], incidentId: incidentId(Number(n)), severity: 'high', title: n, verdict: '', evidence: [], branch: null, region: null, affected: [], affectedCount: 1, // The tests name kinds.
      since: clock.now(), at: clock.now(), closedAt: null, station: 'NOC',
    };
    return { id: messageId(++made), targetId: targetId(to), targetName: 'NOC', incidentId: content.incidentId, content, state: 'waiting', createdAt: clock.now(), dueAt: clock.now(), attempts: 0, doneAt: null, problem: null };
  });
  outbox.write({ messages, told: [] });
}
const states = (): string[] => outbox.all().map(({ content, state }) => `${wordsOf(content)}: ${state}`);
const said = (): string[] => attempts.map(({ says }) => says);
const never = (signal: AbortSignal): Promise<Sent> => new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('aborted'))));

describe('order', () => {
  test('what waits is sent in the order in which it was decided, one at a time however slow', async () => {
    let underWay = 0;
    let most = 0;
    send = async () => {
      most = Math.max(most, ++underWay);
      await new Promise<void>(resolve => void clock.after(20 * second, resolve));
      underWay -= 1;
      return sent;
    };
    decide(['problem 1', 'problem 2', 'recovery 1']);
    const started = courier();
    await clock.advance(second);
    decide(['update 2']);
    started.wake();
    await clock.advance(5 * minute);
    expect([said(), most]).toEqual([['problem 1', 'problem 2', 'recovery 1', 'update 2'], 1]);
  });

  test('a recipient that never answers holds nobody else up', async () => {
    send = (delivery, signal) => (delivery.contents[0]?.title === '1' ? never(signal) : sent);
    decide(['problem 1']);
    decide(['problem 2', 'recovery 2'], 2);
    courier();
    await clock.advance(second);
    expect(states()).toEqual(['problem 1: waiting', 'problem 2: sent', 'recovery 2: sent']);
  });

  test('a message that always fails holds up its own conversation and no other', async () => {
    send = delivery => (delivery.contents[0]?.title === '1' ? retry() : sent);
    decide(['problem 1', 'update 1', 'problem 2', 'recovery 2']);
    courier();
    await clock.advance(10 * minute);
    expect(states()).toEqual(['problem 1: waiting', 'update 1: waiting', 'problem 2: sent', 'recovery 2: sent']);
  });

  test('when a recipient that was gone is back, the first that is delivered takes the others with it', async () => {
    send = () => retry();
    decide(['problem 1', 'problem 2', 'problem 3']);
    courier();
    await clock.advance(hour);
    send = () => sent;
    attempts = [];
    await clock.advance(15 * minute);
    expect([said().toSorted(), new Set(attempts.map(({ afterMs }) => afterMs)).size]).toEqual([['problem 1', 'problem 2', 'problem 3'], 1]);
  });
});

describe('retries', () => {
  test('come after waits that double, up to 15 minutes', async () => {
    send = () => retry();
    decide(['problem 1']);
    courier();
    await clock.advance(hour);
    // Half of each wait is by chance, and chance is nothing here.
    expect(attempts.map(({ afterMs }) => afterMs / second)).toEqual([0, 2.5, 7.5, 17.5, 37.5, 77.5, 157.5, 317.5, 637.5, 1_087.5, 1_537.5, 1_987.5, 2_437.5, 2_887.5, 3_337.5]);
  });

  test('wait as long as the server says, but no longer than an hour', async () => {
    const answers = [retry(20 * minute), retry(48 * hour)];
    send = () => answers.shift() ?? sent;
    decide(['problem 1', 'problem 2']);
    courier();
    await clock.advance(2 * hour);
    expect(attempts.map(({ afterMs, says }) => `${says} ${afterMs / minute}`)).toEqual(['problem 1 0', 'problem 1 20', 'problem 1 80', 'problem 2 80']);
  });

  test.each([[1, 5 * second], [2, 10 * second], [8, 640 * second], [9, 15 * minute], [5_000, 15 * minute]])('after %d failures half of the wait is certain and half by chance', (failures, fullMs) => {
    expect([0, 0.5, 1].map(chance => backoffMs(failures, chance, null))).toEqual([fullMs / 2, 0.75 * fullMs, fullMs]);
  });

  test('have the id of the first attempt', async () => {
    const answers = [retry(), retry()];
    send = () => answers.shift() ?? sent;
    decide(['problem 1']);
    courier();
    await clock.advance(minute);
    expect(attempts.map(({ id }) => id)).toEqual([messageId(1), messageId(1), messageId(1)]);
  });

  test('of a sender that throws or never ends go on as of any that fails', async () => {
    const answers = [() => Promise.reject(new Error('undefined is not a function')), () => new Promise<Sent>(() => {})];
    send = () => answers.shift()?.() ?? sent;
    decide(['problem 1']);
    const started = courier();
    await clock.advance(minute);
    const problem = started.status(targetId(1)).problem;
    await clock.advance(2 * minute);
    expect([logged, problem, attempts.length, states()]).toEqual([['sender-failed'], 'The sender failed: undefined is not a function', 3, ['problem 1: sent']]);
  });
});

describe('what is too old', () => {
  test('is dropped, and its end with it', async () => {
    send = () => retry();
    decide(['problem 1']);
    const started = courier();
    await clock.advance(3 * hour);
    decide(['recovery 1']);
    started.wake();
    await clock.advance(2 * hour);
    send = () => sent;
    attempts = [];
    await clock.advance(hour);
    expect([states(), said()]).toEqual([['problem 1: stale', 'recovery 1: skipped'], []]);
  });

  test('is not the end of what was told: that is sent however late, but not what came in between', async () => {
    decide(['problem 1']);
    const started = courier();
    await clock.advance(second);
    send = () => retry();
    decide(['update 1', 'recovery 1']);
    started.wake();
    await clock.advance(72 * hour);
    send = () => sent;
    await clock.advance(hour);
    expect(states()).toEqual(['problem 1: sent', 'update 1: stale', 'recovery 1: sent']);
  });

  test('is what waited while the console did not run', async () => {
    decide(['problem 1', 'problem 2']);
    clock.sleep(3 * hour);
    decide(['recovery 1', 'problem 3']);
    clock.sleep(2 * hour);
    courier();
    await clock.advance(second);
    expect(states()).toEqual(['problem 1: stale', 'problem 2: stale', 'recovery 1: skipped', 'problem 3: sent']);
  });
});

describe('what is refused', () => {
  test('has failed; its end is not told, and the recipient says why until something is sent', async () => {
    send = () => refused;
    decide(['problem 1', 'recovery 1']);
    const started = courier();
    await clock.advance(minute);
    const failing = [states(), started.status(targetId(1)), started.failingForMs(clock.now())];
    send = () => sent;
    decide(['problem 2']);
    started.wake();
    await clock.advance(second);
    expect([failing, started.status(targetId(1)), started.failingForMs(clock.now())]).toEqual([
      [['problem 1: failed', 'recovery 1: skipped'], { waiting: 0, lastSentAt: null, failingSince: startedAt, problem: 'The password is wrong.', fullUntil: null }, minute],
      { waiting: 0, lastSentAt: startedAt + minute, failingSince: null, problem: null, fullUntil: null },
      0,
    ]);
  });

  test('is tried again where it is the end of what was told, at once when the recipient is changed', async () => {
    decide(['problem 1']);
    const started = courier();
    await clock.advance(second);
    send = () => refused;
    decide(['recovery 1']);
    started.wake();
    await clock.advance(20 * hour);
    const before = states();
    send = () => sent;
    started.changed(targetId(1));
    await clock.advance(1);
    expect([before, states()]).toEqual([['problem 1: sent', 'recovery 1: waiting'], ['problem 1: sent', 'recovery 1: sent']]);
  });

  test('is over when all that could not be sent is too old, so that the alert of it ends', async () => {
    send = () => retry();
    decide(['problem 1']);
    const started = courier();
    await clock.advance(10 * minute);
    const failing = started.failingForMs(clock.now()) > 0;
    await clock.advance(4 * hour);
    expect([failing, states(), started.failingForMs(clock.now())]).toEqual([true, ['problem 1: stale'], 0]);
  });

  test('for six times the time after which messages are stale, the end of what was told has failed too', async () => {
    decide(['problem 1']);
    const started = courier();
    await clock.advance(second);
    send = () => refused;
    decide(['recovery 1']);
    started.wake();
    await clock.advance(25 * hour);
    expect(states()).toEqual(['problem 1: sent', 'recovery 1: failed']);
  });
});

describe('more than a recipient takes in an hour', () => {
  beforeEach(() => {
    if (addressee) addressee = { ...addressee, mostPerHour: 3 };
  });

  test('goes out gathered into one, in order', async () => {
    decide(['problem 1', 'problem 2', 'problem 3', 'recovery 1', 'problem 4']);
    const started = courier();
    await clock.advance(minute);
    decide(['recovery 2', 'recovery 3']);
    started.wake();
    await clock.advance(minute);
    const full = started.status(targetId(1)).fullUntil;
    await clock.advance(hour);
    expect([attempts.map(({ afterMs, says }) => `${afterMs / minute} min: ${says}`), full, states().slice(2)]).toEqual([
      ['0 min: problem 1', '0 min: problem 2', '0 min: problem 3, recovery 1, problem 4', '60 min: recovery 2', '60 min: recovery 3'],
      startedAt + hour,
      ['problem 3: digested', 'recovery 1: digested', 'problem 4: digested', 'recovery 2: sent', 'recovery 3: sent'],
    ]);
  });

  test('is not sent after a restart either', async () => {
    decide(['problem 1', 'problem 2', 'problem 3']);
    const before = courier();
    await clock.advance(20 * minute);
    await before.stop();
    decide(['problem 4', 'problem 5']);
    courier();
    await clock.advance(39 * minute);
    const held = said().length;
    await clock.advance(2 * minute);
    expect([held, said().slice(3)]).toEqual([3, ['problem 4', 'problem 5']]);
  });

  test('is sent one by one where the gathered message is refused, so that one bad part spoils no other', async () => {
    send = delivery => (delivery.contents.some(({ title }) => title === '4') ? refused : sent);
    decide(['problem 1', 'problem 2', 'problem 3', 'problem 4', 'problem 5']);
    courier();
    await clock.advance(3 * hour);
    expect([said().slice(2), states().slice(2)]).toEqual([
      ['problem 3, problem 4, problem 5', 'problem 3', 'problem 4', 'problem 5'], ['problem 3: sent', 'problem 4: failed', 'problem 5: sent'],
    ]);
  });
});

describe('the end of the console', () => {
  test('between sending and recording sends it again, under the same id, and records it once', async () => {
    let alive = true;
    send = () => {
      alive = false;
      return sent;
    };
    decide(['problem 1', 'recovery 1']);
    courier({ outbox: outbox.door(() => alive) });
    await clock.advance(second);
    send = () => sent;
    // What may have been delivered is sent again however late: else its end would never come.
    clock.sleep(24 * hour);
    courier();
    await clock.advance(second);
    expect([attempts.map(({ id, says }) => `${says} ${id}`), states()]).toEqual([
      [`problem 1 ${messageId(1)}`, `problem 1 ${messageId(1)}`, `recovery 1 ${messageId(2)}`], ['problem 1: sent', 'recovery 1: sent'],
    ]);
  });

  test('between sending and recording is made good however long the network is gone after it', async () => {
    let alive = true;
    send = () => {
      alive = false;
      return sent;
    };
    decide(['problem 1']);
    courier({ outbox: outbox.door(() => alive) });
    await clock.advance(second);
    send = () => retry();
    decide(['recovery 1']);
    courier();
    await clock.advance(12 * hour);
    send = () => sent;
    await clock.advance(hour);
    expect(states()).toEqual(['problem 1: sent', 'recovery 1: sent']);
  });

  test('lets what is under way end, and sends nothing more', async () => {
    send = () => new Promise(resolve => void clock.after(2 * second, () => resolve(sent)));
    decide(['problem 1', 'problem 2']);
    const started = courier();
    await clock.advance(second);
    const stopped = started.stop();
    await clock.advance(5 * second);
    await stopped;
    await clock.advance(minute);
    expect([said(), states()]).toEqual([['problem 1'], ['problem 1: sent', 'problem 2: waiting']]);
  });

  test('does not wait for a recipient that never answers; the message is sent at the next start', async () => {
    send = (_delivery, signal) => never(signal);
    decide(['problem 1']);
    const started = courier();
    await clock.advance(second);
    const stopped = started.stop();
    await clock.advance(11 * second);
    await stopped;
    send = () => sent;
    courier();
    await clock.advance(second);
    expect([said(), states()]).toEqual([['problem 1', 'problem 1'], ['problem 1: sent']]);
  });
});

describe('a disk that refuses', () => {
  test('lets nothing be sent that could not be recorded, and nothing is lost', async () => {
    outbox.refuses = true;
    decide(['problem 1']);
    const started = courier();
    await clock.advance(minute);
    const meanwhile = [said(), started.status(targetId(1)).problem];
    outbox.refuses = false;
    await clock.advance(minute);
    expect([meanwhile, said(), states()]).toEqual([[[], 'The outbox cannot be written: The disk is full.'], ['problem 1'], ['problem 1: sent']]);
  });

  test('after the sending does not send it twice', async () => {
    send = () => {
      outbox.refuses = true;
      return sent;
    };
    decide(['problem 1', 'problem 2']);
    courier();
    await clock.advance(minute);
    send = () => sent;
    outbox.refuses = false;
    await clock.advance(minute);
    expect([said(), states()]).toEqual([['problem 1', 'problem 2'], ['problem 1: sent', 'problem 2: sent']]);
  });
});

test('for a recipient that is gone or switched off nothing is sent', async () => {
  addressee = null;
  decide(['problem 1']);
  const started = courier();
  await clock.advance(minute);
  expect([said(), states(), started.failingForMs(clock.now())]).toEqual([[], ['problem 1: skipped'], 0]);
});

test('a clock that is set back neither hurries nor holds up a message', async () => {
  send = () => retry();
  decide(['problem 1']);
  courier();
  await clock.advance(30 * minute);
  clock.setWallClockBack(24 * hour);
  send = () => sent;
  await clock.advance(hour);
  expect(states()).toEqual(['problem 1: sent']);
});

test('more than is read at once is sent to its last', async () => {
  decide(Array.from({ length: 250 }, (_, i) => `problem ${i}`));
  courier();
  await clock.advance(second);
  expect(new Set(states().map(state => state.split(': ')[1]))).toEqual(new Set(['sent']));
  expect(said()).toEqual(Array.from({ length: 250 }, (_, i) => `problem ${i}`));
});

test('each change of a message is told, as it is then', async () => {
  const changes: string[] = [];
  decide(['problem 1', 'recovery 1']);
  courier({ onChange: (id, messages) => void changes.push(`${id.slice(-1)} ${messages.map(({ content, state, attempts: made }) => `${content.kind} ${state} ${made}`).join(', ')}`) });
  await clock.advance(second);
  expect(changes).toEqual(['1 problem waiting 1', '1 problem sent 1', '1 recovery waiting 1', '1 recovery sent 1']);
});
