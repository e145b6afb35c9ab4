/** `npm run drill`: plays the day, prints what came of it, and fails when an operator got anything else than they should. */
import { parseArgs } from 'node:util';
import { report } from '../../bench/support/figure.ts';
import { day } from './day.ts';
import { compare } from './match.ts';
import { detectionS, tableOf } from './report.ts';
import { play } from './run.ts';
import { partOf, sayTime, timeOf } from './scenario.ts';

const { values } = parseArgs({ options: { from: { type: 'string' }, until: { type: 'string' }, devices: { type: 'string' } } });
const scenario = partOf(day, values.from ?? day.from, values.until ?? day.until, Number(values.devices ?? day.devices));
const say = (line: string): void => void process.stdout.write(`${line}\n`);

const played = await play(scenario, atMs => process.stderr.isTTY && process.stderr.write(`\r${sayTime(atMs)}`));
const incidents = played.seen.onBoard();
const { messages } = played.seen;
const verdict = compare(scenario.happenings, incidents, messages);
say(`${played.devices} devices in ${played.branches} branches, ${played.dead} of them dead from the start and known to be.`);
for (const line of tableOf(scenario.happenings, verdict)) say(line);
const delays = detectionS(verdict);
const pct = (part: number, whole: number): number => (whole === 0 ? 100 : (100 * part) / whole);
const surplus = verdict.surplusIncidents.length + verdict.surplusMessages.length;
report({ name: 'drill_precision_pct', value: pct(verdict.matched, verdict.got), unit: '% of incidents and messages that should have been' }, { atLeast: 100 });
report({ name: 'drill_recall_pct', value: pct(verdict.matched, verdict.expected), unit: '% of those that should have been, that were' }, { atLeast: 100 });
report({ name: 'drill_incidents', value: incidents.length, unit: 'incidents' });
report({ name: 'drill_messages', value: messages.length, unit: 'messages' });
report({ name: 'drill_false_alarms', value: surplus, unit: 'incidents and messages' }, { atMost: 0 });
report({ name: 'drill_missed', value: verdict.expected - verdict.matched, unit: 'incidents and messages' }, { atMost: 0 });
report({ name: 'drill_detection_s_p50', value: delays.p50, unit: 's from fault to incident, of what is seen by ping' });
report({ name: 'drill_detection_s_max', value: delays.max, unit: 's' });
report({ name: 'drill_wall_s', value: played.wallS, unit: `s for ${(timeOf(scenario.until) - timeOf(scenario.from)) / 3_600_000} h` });
if (verdict.differences.length > 0) {
  say(`${verdict.differences.length} differences:`);
  for (const difference of verdict.differences) say(`  ${difference}`);
  process.exitCode = 1;
}
