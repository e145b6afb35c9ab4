/** A data folder with devices on loopback in it, made by the console itself. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { callerOf } from '../../e2e/support/caller.ts';
import { startHeadless } from '../../e2e/support/headless.ts';
import { fleetCsv } from '../../e2e/support/page.ts';

/** Resolves with the folder; the console that filled it has ended. */
export async function folderWithDevices(count: number): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'ward-bench-'));
  const headless = await startHeadless(folder);
  const caller = await callerOf(folder);
  await caller.client.ask('devices.import', { contentBase64: Buffer.from(fleetCsv(count)).toString('base64'), mode: 'commit' });
  caller.close();
  await headless.stop();
  return folder;
}
