/** A data folder with devices on loopback in it, made by the console itself. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { callerOf } from '../../e2e/support/caller.ts';
import { startHeadless } from '../../e2e/support/headless.ts';
import { addressOf } from '../../e2e/support/page.ts';

/** As branches are: a router, some switches, and what is plugged into them. */
const devicesABranch = 40;

/** Resolves with the folder; the console that filled it has ended. */
export async function folderWithDevices(count: number): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'ward-bench-'));
  const headless = await startHeadless(folder);
  const caller = await callerOf(folder);
  const { created } = await caller.client.ask('devices.import', { contentBase64: Buffer.from(csv(count)).toString('base64'), mode: 'commit' });
  caller.close();
  await headless.stop();
  if (created !== count) throw new Error(`only ${created} of ${count} devices were made`);
  return folder;
}

/** Device n has `addressOf(n)`, counted from 1. */
function csv(count: number): string {
  const lines = Array.from({ length: count }, (_, i) => `Device ${i + 1},${addressOf(i + 1)},other,Branch ${Math.floor(i / devicesABranch) + 1},Region ${(i % 10) + 1}`);
  return `name,address,type,branch,region\n${lines.join('\n')}\n`;
}
