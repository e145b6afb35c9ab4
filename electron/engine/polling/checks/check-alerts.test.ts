import { describe, expect, test } from 'vitest';
import { answers, bad, deviceWith, good, polling, tcp } from './check-poller-for-tests.ts';

describe('whoever decides about alerts', () => {
  const dayMs = 86_400_000;

  test('learns how a check stands, what it last read, and how long the certificate lasts', async () => {
    const { ask } = answers({ ...good, value: 7, certificateLeftMs: 61 * dayMs }, bad);
    const { clock, poller, start } = polling(ask);
    const [named, nameless] = [tcp({ name: 'SSH', intervalMs: 3_600_000 }), tcp({ intervalMs: 3_600_000, enabled: false })];
    poller.set(deviceWith([named, nameless]));
    poller.checkNow(1);
    await clock.advance(1_000);
    const [first, second] = poller.forAlerts();
    expect([{ ...first, overdueMs: first?.overdueMs(clock.now()) }, { ...second, overdueMs: second?.overdueMs(clock.now()) }]).toEqual([
      { checkId: named.id, deviceId: 1, name: 'SSH', kind: 'tcp', state: 'ok', since: start, at: start, elapsedMs: 3, value: 7, certificateLeftMs: 61 * dayMs - 1_000, overdueMs: 0 },
      { checkId: nameless.id, deviceId: 1, name: 'tcp 22', kind: 'tcp', state: 'off', since: null, at: null, elapsedMs: null, value: null, certificateLeftMs: null, overdueMs: 0 },
    ]);
  });

  test('keeps what a certificate said while the check fails; what it read goes with the failure', async () => {
    const { ask } = answers({ ...good, value: 7, certificateLeftMs: 61 * dayMs }, bad);
    const { clock, poller, start } = polling(ask);
    const check = tcp();
    poller.set(deviceWith([check]));
    await clock.advance(60_000);
    const now = poller.forAlert(check.id);
    expect([now?.state, now?.value, (now?.certificateLeftMs ?? 0) > 60 * dayMs, (now?.since ?? 0) > start]).toEqual(['failing', null, true, true]);
  });

  test('learns that a result is missing, beyond interval and timeout, and not for what nobody could ask', async () => {
    let isSilent = false;
    const { clock, poller } = polling(() => (isSilent ? new Promise(() => {}) : Promise.resolve(good)));
    const check = tcp({ timeoutMs: 5_000 });
    poller.set(deviceWith([check]));
    const overdue = (): number | undefined => poller.forAlert(check.id)?.overdueMs(clock.now());
    await clock.advance(30_000);
    const inTime = overdue();
    const at = poller.forAlert(check.id)?.at ?? 0;
    const later = [poller.forAlert(check.id)?.overdueMs(at + 15_000), poller.forAlert(check.id)?.overdueMs(at + 40_000), poller.forAlert(check.id)?.overdueMs(at - 5_000)];
    isSilent = true;
    clock.standStill(600_000);
    await clock.advance(1_000);
    expect([inTime, later, overdue()]).toEqual([0, [0, 25_000, 0], 0]);
  });

  test('learns which checks were set, asked and removed since it last looked', async () => {
    const { ask } = answers(good);
    const { clock, poller } = polling(ask);
    const [one, other] = [tcp(), tcp({ intervalMs: 600_000 })];
    poller.set(deviceWith([one]));
    poller.set(deviceWith([other], { id: 2 }));
    const set = poller.takeTouched();
    poller.checkNow(1);
    await clock.advance(1);
    const asked = poller.takeTouched();
    poller.remove(2);
    expect([set, asked, poller.takeTouched(), poller.takeTouched(), poller.forAlert(other.id)]).toEqual([[one.id, other.id], [one.id], [other.id], [], null]);
  });
});
