/** `npm run seed`: the command itself. Says how far it is on stderr, and at the end in one line what it made. */
import { messageOf } from '../electron/engine/log.ts';
import { fill, SeedRefused } from './seeding/fill.ts';
import { parseSeedOptions, UsageError, usage } from './seeding/options.ts';

const exitUsage = 2;
const exitStopped = 130;
const say = (sentence: string): void => void process.stderr.write(`${sentence}\n`);

const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stop.abort());
try {
  const options = parseSeedOptions(process.argv.slice(2), process.env, Date.now());
  if (options === 'help') process.stdout.write(usage);
  else {
    process.umask(0o077);
    const began = performance.now();
    say(`Filling "${options.dataDir}" with ${options.days} days of ${options.devices} devices …`);
    const { devices, series, samples, bytes } = await fill(options, progress => say(`  ${progress}`), stop.signal);
    process.stdout.write(`${devices} devices, ${series} series, ${samples} samples kept, ${bytes} bytes, ${Math.round((performance.now() - began) / 1_000)} s\n`);
  }
} catch (error) {
  if (!stop.signal.aborted && !(error instanceof UsageError) && !(error instanceof SeedRefused)) throw error;
  say(stop.signal.aborted ? 'Stopped; nothing is left of it.' : messageOf(error));
  process.exitCode = stop.signal.aborted ? exitStopped : error instanceof UsageError ? exitUsage : 1;
}
