/** Kills a store under load at random moments, opens its file, and counts what is missing. Linux, macOS. */
import Database from 'better-sqlite3';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { dayMs } from './history/keys.ts';
import { samplePlan as plan, uuidOf, type Told } from './kill-plan-for-tests.ts';
import { openStore, type Store } from './store.ts';

export type KillResult = {
  readonly rounds: number;
  /** Files that did not open, or failed SQLite's integrity check. */
  readonly corrupt: number;
  readonly commands: number;
  readonly lostCommands: number;
  readonly samples: number;
  /** Samples that are missing though they were told to be written, or that are there with another value. */
  readonly wrongSamples: number;
  /** How long before the kill the oldest of those samples was handed over that are missing and had not been told to be written. */
  readonly lostMsMax: number;
  readonly problems: readonly string[];
};

/** Later moments would only be more of the same. */
const mostLifeMs = 900;
/** Then a new file is begun: a few simulated days fit into so many lives. */
const roundsAFile = 25;
const mostProblems = 10;

type Life = { readonly told: readonly Told[]; readonly killedAtMs: number };
type Known = { readonly present: Map<number, boolean>; nextTick: number; nextCommand: number; setting: number; readonly devices: Set<number>; readonly alerts: Set<number> };

export async function killRounds(rounds: number, random: () => number): Promise<KillResult> {
  const problems: string[] = [];
  const totals = { corrupt: 0, commands: 0, lostCommands: 0, samples: 0, wrongSamples: 0, lostMsMax: 0 };
  let folder = '';
  let known = nothingKnown();
  try {
    for (let round = 0; round < rounds; round++) {
      if (round % roundsAFile === 0) {
        if (folder !== '') rmSync(folder, { recursive: true, force: true });
        folder = mkdtempSync(join(tmpdir(), 'ward-kill-'));
        known = nothingKnown();
      }
      const file = join(folder, 'ward-console.db');
      // Every fourth one is killed while it may still be opening the file; the first has to have made it.
      const life = await liveAndDie(file, known, random() * mostLifeMs, round % roundsAFile !== 0 && random() < 0.25);
      const seen = await lookAt(file, known, life);
      totals.commands += life.told.filter(({ kind }) => kind !== 'pushed' && kind !== 'written').length;
      totals.samples += seen.samples;
      totals.lostMsMax = Math.max(totals.lostMsMax, seen.lostMs);
      for (const key of ['corrupt', 'lostCommands', 'wrongSamples'] as const) totals[key] += seen[key];
      problems.push(...seen.problems.map(problem => `round ${round + 1}: ${problem}`));
      if (seen.corrupt > 0) break;
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return { rounds, ...totals, problems: problems.slice(0, mostProblems) };
}

const nothingKnown = (): Known => ({ present: new Map(), nextTick: 0, nextCommand: 0, setting: -1, devices: new Set(), alerts: new Set() });

/** `early`: the time counts from the start of the process, not from its first word. */
function liveAndDie(file: string, { nextTick, nextCommand }: Known, lifeMs: number, early: boolean): Promise<Life> {
  const child = spawn(process.execPath, [fileURLToPath(new URL('./killed-for-tests.ts', import.meta.url)), file, String(nextTick), String(nextCommand)], { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  let errors = '';
  let killedAtMs = 0;
  let timer: NodeJS.Timeout | null = null;
  const killSoon = (): void => {
    timer ??= setTimeout(() => {
      killedAtMs = Date.now();
      child.kill('SIGKILL');
    }, lifeMs);
  };
  if (early) killSoon();
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
    killSoon();
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      if (timer) clearTimeout(timer);
      if (signal !== 'SIGKILL') return reject(new Error(`the store ended by itself (${code ?? signal ?? ''}): ${errors}`));
      // A line that was cut off was not told.
      const told = output.split('\n').slice(0, -1).map(line => JSON.parse(line) as Told); // Written by killed-for-tests.ts only.
      resolve({ told, killedAtMs });
    });
  });
}

type Seen = { readonly corrupt: number; readonly lostCommands: number; readonly samples: number; readonly wrongSamples: number; readonly lostMs: number; readonly problems: string[] };

async function lookAt(file: string, known: Known, { told, killedAtMs }: Life): Promise<Seen> {
  const problems: string[] = [];
  const pushedAtMs = new Map<number, number>();
  let writtenTick = -1;
  for (const each of told) {
    if (each.kind === 'pushed') pushedAtMs.set(each.tick, each.atMs);
    else if (each.kind === 'written') writtenTick = each.tick;
    else if (each.kind === 'setting') known.setting = each.n;
    else (each.kind === 'device' ? known.devices : known.alerts).add(each.n);
    if ('n' in each) known.nextCommand = each.n + 1;
  }
  const damage = damageOf(file);
  const opened = damage === null ? await openStore({ file, onDeath: reason => { throw reason; } }) : null;
  if (opened?.kind !== 'ok') return { corrupt: 1, lostCommands: 0, samples: 0, wrongSamples: 0, lostMs: 0, problems: [`the file does not open: ${damage ?? JSON.stringify(opened)}`] };
  const { store } = opened;
  try {
    const { devices, alerts, settings } = await store.remembered();
    const ids = new Set(devices.map(({ device }) => device.publicId));
    const notes = new Map(alerts.map(({ id, note }) => [String(id), note]));
    const lost = [
      ...[...known.devices].filter(n => !ids.has(uuidOf(n))).map(n => `device ${n}`), ...[...known.alerts].filter(n => notes.get(uuidOf(n)) !== `note ${n}`).map(n => `alert ${n}`),
      ...(Number(settings['crash'] ?? -1) >= known.setting ? [] : [`setting ${known.setting}`]),
    ];
    problems.push(...lost.map(each => `${each} is missing`));
    // What was begun and not acknowledged may be there all the same.
    known.nextCommand = Math.max(known.nextCommand, Number(settings['crash'] ?? -1) + 1, ...devices.map(({ device }) => Number(device.publicId.slice(-12))).filter(n => n < 1_000_000).map(n => n + 1));

    const lastTick = Math.max(known.nextTick - 1, ...pushedAtMs.keys());
    const firstTick = Math.max(0, lastTick - dayMs / 60_000);
    let samples = 0;
    let wrongSamples = 0;
    let lostMs = 0;
    for (let deviceId = 1; deviceId <= plan.devices && lastTick >= 0; deviceId++) {
      const range = { from: plan.at(firstTick), to: plan.at(lastTick + 60) };
      const { t, avg, resolution } = await store.read('series', await store.peek('openParts', [{ deviceId, metric: 'ping', object: '' }], range.from, range.to), { ...range, maxPoints: 20_000 }, null);
      if (resolution !== 'raw') throw new Error(`the samples of the last day are ${resolution}`);
      const found = new Map(t.map((at, i) => [Math.round((at - plan.at(0)) / 60_000), avg[i]]));
      for (let tick = firstTick; tick <= lastTick; tick++) {
        const value = found.get(tick);
        const isThere = value !== undefined;
        const before = known.present.get(tick);
        if (isThere) samples++;
        if (isThere ? value !== plan.value(deviceId, tick) || before === false : before === true || (before === undefined && tick <= writtenTick)) {
          wrongSamples++;
          problems.push(`the sample of device ${deviceId} of tick ${tick} is ${isThere ? `there as ${String(value)}` : 'missing'}`);
        } else if (!isThere && before === undefined) lostMs = Math.max(lostMs, killedAtMs - (pushedAtMs.get(tick) ?? killedAtMs));
        if (deviceId === plan.devices) known.present.set(tick, isThere);
      }
      if (found.size !== t.length) problems.push(`device ${deviceId} has samples twice`);
    }
    known.nextTick = lastTick + 1;
    const days = await wrongDays(store, file, known, lastTick);
    problems.push(...days);
    return { corrupt: 0, lostCommands: lost.length, samples, wrongSamples: wrongSamples + days.length, lostMs, problems };
  } finally {
    await store.close();
  }
}

/** Days that are summed up agree with the samples that they were made of; what is not folded yet is added to them when it is. */
async function wrongDays(store: Store, file: string, { present }: Known, lastTick: number): Promise<string[]> {
  const db = new Database(file, { readonly: true });
  const wrong: string[] = [];
  try {
    const rows = db.prepare("SELECT d.id % 1048576 AS day, s.device_id AS deviceId, d.sent FROM series s JOIN day d ON d.id / 1048576 = s.id WHERE s.metric = 'ping' AND s.device_id <= ?").all(plan.devices) as { day: number; deviceId: number; sent: number }[]; // Columns are named after the fields.
    for (const { day, deviceId, sent } of rows) {
      const ticks = Array.from({ length: dayMs / 60_000 }, (_, i) => Math.round((day * dayMs - plan.at(0)) / 60_000) + i).filter(tick => tick <= lastTick);
      const expected = ticks.filter(tick => present.get(tick)).length;
      if (sent === expected) continue;
      const [part] = await store.peek('openParts', [{ deviceId, metric: 'ping', object: '' }], day * dayMs, (day + 1) * dayMs - 1);
      const open = part?.open.at.length ?? 0;
      if (sent + open !== expected) wrong.push(`day ${day} of device ${deviceId} sums up ${sent} samples, ${open} are not folded, instead of ${expected}`);
    }
    return wrong;
  } finally {
    db.close();
  }
}

/** By SQLite's whole check, of the file and its log as they were left. */
function damageOf(file: string): string | null {
  try {
    const db = new Database(file, { readonly: true, fileMustExist: true });
    try {
      const verdict = String(db.pragma('integrity_check(3)', { simple: true }));
      return verdict === 'ok' ? null : verdict;
    } finally {
      db.close();
    }
  } catch (error) {
    return String(error);
  }
}
