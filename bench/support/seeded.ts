/** A data folder with a year of history in it. It takes minutes to fill: with WARD_BENCH_KEEP=1 it stays for the next run of the same code. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fill } from '../../scripts/seeding/fill.ts';

export type Seeded = { readonly folder: string; /** When its history ends. */ readonly until: number; /** null: it was there. */ readonly seconds: number | null; remove(): void };

const root = join(import.meta.dirname, '..', '..');
const code = ['electron/engine/store', 'scripts/seeding'];

export async function seededFolder(devices: number, days: number): Promise<Seeded> {
  const folder = join(tmpdir(), `ward-bench-seeded-${devices}-${days}-${hashOf()}`);
  const note = join(folder, 'until');
  const remove = (): void => {
    if (process.env['WARD_BENCH_KEEP'] !== '1') rmSync(folder, { recursive: true, force: true });
  };
  if (existsSync(note)) return { folder, until: Number(readFileSync(note, 'utf8')), seconds: null, remove };
  rmSync(folder, { recursive: true, force: true });
  const began = performance.now();
  const until = Date.now();
  process.stderr.write(`Filling "${folder}" with ${days} days of ${devices} devices …\n`);
  await fill({ dataDir: folder, devices, days, intervalMs: 10_000, seed: 1, until }, () => {});
  writeFileSync(note, String(until));
  return { folder, until, seconds: (performance.now() - began) / 1_000, remove };
}

/** Of everything that a seeded file follows from. */
function hashOf(): string {
  const hash = createHash('sha256');
  for (const folder of code) {
    for (const file of readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).filter(each => each.endsWith('.ts') && !each.includes('test')).sort()) hash.update(file).update(readFileSync(join(root, folder, file)));
  }
  return hash.digest('hex').slice(0, 12);
}
