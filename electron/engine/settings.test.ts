import { expect, test } from 'vitest';
import { asStored, patched, readSettings } from './settings.ts';

const polling = {
  intervalMs: 10_000, timeoutMs: 1_000, snmpIntervalMs: 60_000, probesPerInterval: 2, payloadBytes: 56, dscp: 0, recoveryReplies: 2, mostProbesPerS: 3_000, mostProbesPerBranchPerS: 50,
};

test('nothing stored gives every default and no problem', () => {
  expect(readSettings({})).toEqual({ values: { polling, heartbeat: { enabled: false, address: '0.0.0.0', port: 8_428 }, demo: { enabled: false, devices: 875 }, station: { name: '' } }, problems: [] });
});

test('a group that cannot be read has its defaults and says so; the others are as stored', () => {
  const { values, problems } = readSettings({ polling: '{"intervalMs":"soon"}', station: 'not json', demo: '{"enabled":true}' });
  expect(values).toMatchObject({ polling: { intervalMs: 10_000 }, station: { name: '' }, demo: { enabled: true, devices: 875 } });
  expect(problems.map(problem => problem.group)).toEqual(['polling', 'station']);
});

test('a patch changes its fields and leaves the others, and is read back as written', () => {
  const { values } = readSettings({ polling: '{"timeoutMs":2000}' });
  const next = patched(values, { polling: { intervalMs: 30_000 } });
  expect(next.polling).toEqual({ ...polling, intervalMs: 30_000, timeoutMs: 2_000 });
  expect(readSettings(asStored(next)).values).toEqual(next);
});
