/** The console watches itself: each trouble of its own is an alert, in the health and among the incidents, and ends by itself. */
import { describe, expect, test } from 'vitest';
import { TargetInput } from '../../shared/model/notification.ts';
import { Alerting } from './alerting/alerting.ts';
import { builtInRules } from './alerting/built-in-rules.ts';
import { compileRule } from './alerting/rule.ts';
import { ManualClock } from './clock.ts';
import { SelfWatch, type SelfWatchParts } from './desk/self-watch.ts';
import { addAndSee, clock, setNetwork, setSender, silent, start, type Session } from './engine-for-tests.ts';

const minute = 60_000;
const own = ({ health }: Session): string[] => {
  const row = health.get('alerting');
  return row?.id === 'alerting' ? row.ownAlerts.map(({ sentence }) => sentence.split(':')[0] ?? '') : [];
};
const incidents = ({ incidents: rows }: Session): unknown[] => [...rows.values()].filter(({ kind }) => kind === 'console').map(({ title, fault, closedAt }) => [title, fault, closedAt === null]);

describe('the whole console', () => {
  test('tells that nothing comes in any more because it lost its own network, and where the fault lies, until something comes', async () => {
    const session = await start();
    await addAndSee(session, 2);
    setNetwork({ interfaces: [], routes: [] });
    await clock.advance(2 * minute);
    const during = [own(session), [...session.incidents.values()].map(({ kind, fault, closedAt }) => [kind, fault, closedAt === null]), session.health.get('alerting')];
    setNetwork({ interfaces: [{ name: 'eth0', addresses: [{ family: 4, address: Uint8Array.of(198, 51, 100, 2), bits: 24 }] }], routes: [{ family: 4, prefix: Uint8Array.of(0, 0, 0, 0), bits: 0, interface: 'eth0', gateway: null, metric: 0 }] });
    await clock.advance(minute);
    expect([during, own(session), incidents(session).map(each => (each as unknown[])[2])]).toEqual([[['Data are stale'], [['console', 'me', true]], expect.objectContaining({ level: 'problem', message: expect.stringMatching(/^Data are stale: /) })], [], [false]]);
  });

  test('tells that messages cannot be sent, until one is', async () => {
    const session = await start();
    await addAndSee(session, 1);
    await session.client.ask('targets.create', TargetInput.parse({ name: 'NOC', config: { kind: 'webhook', url: 'http://127.0.0.1:9/' } }));
    setSender(() => ({ kind: 'retry', reason: 'There is no network.', afterMs: null }));
    silent.add('127.9.0.1');
    await clock.advance(5 * minute);
    const during = [own(session), incidents(session)];
    setSender(() => ({ kind: 'sent' }));
    await clock.advance(5 * minute);
    expect([during, own(session), incidents(session)]).toEqual([[['Notifications fail'], [['Notifications fail on this console', 'console', true]]], [], [['Notifications fail on this console', 'console', false]]]);
  });

  test('calls nothing late or stale because the computer slept, was stopped, or had its clock set', async () => {
    const session = await start();
    await addAndSee(session, 2);
    const seen: string[] = [];
    const pass = async (): Promise<void> => {
      for (let n = 0; n < 40; n++) {
        await clock.advance(500);
        seen.push(...own(session));
      }
    };
    clock.sleep(8 * 3_600_000);
    await pass();
    clock.standStill(10 * minute);
    await pass();
    clock.setWallClockBack(3_600_000);
    await pass();
    clock.setWallClockBack(-7_200_000);
    await pass();
    expect([seen, incidents(session)]).toEqual([[], []]);
  });
});

describe('a rule about the console fires and ends', () => {
  /** The watch over an alert engine with a round every two seconds; nothing else of the console. */
  function watched(more: Partial<SelfWatchParts> = {}): { readonly hand: ManualClock; readonly alerting: Alerting; open(): string[]; pass(ms: number, rounds?: boolean): Promise<void>; stop(): void } {
    const hand = new ManualClock();
    let n = 0;
    const alerting = new Alerting({ newId: () => `${n++}`, gatherMs: () => 0, circumstances: { knownDown: () => null, maintenance: () => null, blindness: () => null }, recipients: () => [], station: () => 'noc' });
    alerting.setRules(builtInRules.filter(({ subject }) => subject === 'console').map(rule => compileRule(rule, 6)), hand.now());
    const watch = new SelfWatch({ clock: hand, alerting, diskFreePct: () => Promise.resolve(50), missedChecks: () => 0, writerBehindMs: () => 0, notificationsFailingForMs: () => 0, syncFailingForMs: () => null, ...more });
    watch.start();
    return {
      hand, alerting,
      open: () => [...alerting.openAlerts].map(({ row }) => row.rule),
      async pass(ms, rounds = true) {
        for (let passed = 0; passed < ms; passed += 500) {
          await hand.advance(500);
          if (rounds) alerting.turn(hand.now(), hand.monotonicMs());
        }
      },
      stop: () => watch.stop(),
    };
  }

  test.each<[string, 'writerBehindMs' | 'notificationsFailingForMs' | 'syncFailingForMs', number]>([['console-writer', 'writerBehindMs', 16_000], ['console-notifications', 'notificationsFailingForMs', 3 * minute], ['console-sync', 'syncFailingForMs', 6 * minute]])('%s', async (rule, part, wrong) => {
    let value = 0;
    const { open, pass, stop } = watched({ [part]: () => value });
    await pass(5_000);
    const seen = [open()];
    value = wrong;
    await pass(5_000);
    seen.push(open());
    value = 0;
    await pass(5_000);
    seen.push(open());
    stop();
    expect(seen).toEqual([[], [rule], []]);
  });

  test('console-disk, between five and seven percent as it was before', async () => {
    let free = 50;
    const { open, pass, stop } = watched({ diskFreePct: () => Promise.resolve(free) });
    const seen: string[][] = [];
    for (free of [6, 4, 6, 8]) {
      await pass(40_000);
      seen.push(open());
    }
    stop();
    expect(seen).toEqual([[], ['console-disk'], ['console-disk'], []]);
  });

  test('console-checks, when it goes on and not for one burst', async () => {
    let missed = 0;
    const { open, pass, stop } = watched({ missedChecks: () => missed });
    missed += 1_000;
    await pass(2 * minute);
    const seen = [open()];
    for (let n = 0; n < 12; n++) {
      missed += 10;
      await pass(10_000);
    }
    seen.push(open());
    await pass(3 * minute);
    seen.push(open());
    stop();
    expect(seen).toEqual([[], ['console-checks'], []]);
  });

  test('console-alerting, when rounds do not come, and when they come late again and again', async () => {
    const { hand, alerting, open, pass, stop } = watched();
    await pass(5_000);
    await pass(20_000, false);
    alerting.turn(hand.now(), hand.monotonicMs());
    const seen = [open()];
    await pass(5_000);
    seen.push(open());
    for (let n = 0; n < 3; n++) {
      hand.standStill(20_000);
      await pass(3_000);
    }
    seen.push(open());
    await pass(3 * minute);
    seen.push(open());
    stop();
    expect(seen).toEqual([['console-alerting'], [], ['console-alerting'], []]);
  });
});
