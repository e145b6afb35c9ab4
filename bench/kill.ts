/** What is lost when a store under load is killed, two hundred times, at random moments: while it writes, folds, sums up, drops, copies itself, checkpoints, or opens its file. */
import { killRounds } from '../electron/engine/store/kills-for-tests.ts';
import { report } from './support/figure.ts';
import { randomFrom } from './support/random.ts';

const rounds = 200;

const { corrupt, commands, lostCommands, samples, wrongSamples, lostMsMax, problems } = await killRounds(rounds, randomFrom(20_262));
for (const problem of problems) process.stderr.write(`${problem}\n`);
report({ name: 'kill9_rounds', value: rounds, unit: `kills (${commands} commands acknowledged, ${samples} samples looked for)` }, { atLeast: rounds });
report({ name: 'kill9_corrupt', value: corrupt, unit: 'files' }, { atMost: 0 });
report({ name: 'kill9_lost_commands', value: lostCommands, unit: 'acknowledged commands' }, { atMost: 0 });
report({ name: 'kill9_wrong_samples', value: wrongSamples, unit: 'samples that were written and are missing or wrong' }, { atMost: 0 });
report({ name: 'kill9_lost_samples_ms_max', value: lostMsMax, unit: 'ms before the kill, of samples that were not written yet' }, { atMost: 1_000 });
