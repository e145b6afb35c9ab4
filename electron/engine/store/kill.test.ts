/** What a store that is killed leaves behind. bench/kill.ts does it two hundred times. */
import { expect, test } from 'vitest';
import { randomFrom } from '../../../bench/support/random.ts';
import { killRounds } from './kills-for-tests.ts';

test.skipIf(process.platform === 'win32')('a store that is killed under load leaves a whole file with everything that was acknowledged, and the next one goes on with it', async () => {
  const { commands, samples, lostMsMax, ...wrong } = await killRounds(6, randomFrom(20_261));
  expect(wrong).toEqual({ rounds: 6, corrupt: 0, lostCommands: 0, wrongSamples: 0, problems: [] });
  expect([commands > 0, samples > 0, lostMsMax <= 1_000]).toEqual([true, true, true]);
}, 60_000);
