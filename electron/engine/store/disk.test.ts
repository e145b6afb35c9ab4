/** A disk that fills up or turns read-only under a running store: a real small file system, mounted by the test (root on Linux only). */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { SampleColumns } from './history/writer.ts';
import { openStore, type Store } from './store.ts';

const canMount = process.platform === 'linux' && process.getuid?.() === 0;
const mustRun = process.env['CI'] === 'true';

let folder: string;
let file: string;

describe.skipIf(!canMount && !mustRun)('on a file system of 4 MB', () => {
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'ward-disk-'));
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', folder]);
    file = join(folder, 'ward-console.db');
  });
  afterEach(() => {
    execFileSync('umount', [folder]);
    rmdirSync(folder);
  });

  const open = async (): Promise<Store> => {
    const opened = await openStore({ file, onDeath: reason => { throw reason; } });
    if (opened.kind !== 'ok') throw new Error(JSON.stringify(opened));
    return opened.store;
  };
  /** One tick of a thousand probes and one change of state. */
  const tick = (second: number): Parameters<Store['writeTick']>[0] => ({
    at: second * 1_000,
    samples: thousand(second),
    values: [],
    stateChanges: [{ deviceId: 1, at: second * 1_000, state: 'down', since: second * 1_000, downSince: second * 1_000 }],
    alerts: [], snmp: [], journal: [], checks: [], interfaces: [],
  });

  test('a full disk loses no decision: readings are counted, storing resumes by itself', async () => {
    const store = await open();
    await store.write('insertDevices', [{ device: { publicId: 'a', name: 'A', address: '127.0.0.1', type: 'other', branch: null, region: null, vendor: null, model: null, location: null, notes: null, intervalMs: null, timeoutMs: null, enabled: true, snmpPort: 161, pingEnabled: true, probesPerInterval: null, payloadBytes: null, dscp: null, dontFragment: false, canary: false, branchRouter: false, parentIds: [], parentsNeeded: 'any', tags: [], ispLink: false, simulated: false, createdAt: 0, updatedAt: 0 } }]);
    fill();
    let second = 0;
    while (store.health().failure === null && second < 200) store.writeTick(tick(++second));
    await store.ticksWritten();
    expect(store.health()).toMatchObject({ failure: 'full', message: expect.stringContaining('The disk is full') });
    expect(store.health().unwrittenReadings).toBeGreaterThanOrEqual(1_000);
    await expect(store.write('settings', { station: '{}' })).rejects.toMatchObject({ code: 'unavailable', message: expect.stringMatching(/^Not saved\. The disk is full/) });
    const lost = store.health().unwrittenReadings;

    rmSync(join(folder, 'filler'));
    store.writeTick({ ...tick(second + 1), stateChanges: [] });
    await store.ticksWritten();
    expect(store.health()).toMatchObject({ failure: null, unwrittenReadings: lost });
    await store.close();
    const again = await open();
    expect((await again.remembered()).devices[0]?.state).toEqual({ state: 'down', since: second * 1_000, downSince: second * 1_000 });
    await again.close();
  });

  test('starting on a full or read-only disk is refused in one sentence that says what to do', async () => {
    fill();
    expect(await openStore({ file, onDeath: () => {} })).toMatchObject({ kind: 'unusable', message: expect.stringMatching(/full; free some space/) });
    rmSync(join(folder, 'filler'));
    remount('ro');
    expect(await openStore({ file, onDeath: () => {} })).toMatchObject({ kind: 'unusable', message: expect.stringMatching(/read-only\. Make it writable/) });
    remount('rw');
  });

  function fill(): void {
    const { bavail, bsize } = statfsSync(folder);
    writeFileSync(join(folder, 'filler'), Buffer.alloc(bavail * bsize));
  }
  const remount = (mode: 'ro' | 'rw'): void => void execFileSync('mount', ['-o', `remount,${mode}`, folder]);
});

function thousand(second: number): SampleColumns {
  const count = 1_000;
  return {
    deviceId: Int32Array.from({ length: count }, (_, i) => i + 1),
    at: Float64Array.from({ length: count }, (_, i) => second * 1_000 + i),
    outcome: new Uint8Array(count),
    rttUs: new Int32Array(count).fill(250),
  };
}
