/** How long a round over all alert rules takes: from rings in memory, as the console does it, and as one query a round or one a device would. And a storm: a third of the estate goes down at once. */
import { builtInRules } from '../electron/engine/alerting/built-in-rules.ts';
import { AlertEstate, intervalMs, twentyRules } from './support/alert-estate.ts';
import { openRows, perDeviceMs, perPassMs } from './support/alert-rows.ts';
import { median, report } from './support/figure.ts';

const rounds = 25;
const roundsOfWindow = 60;
/** For the compiler; the rings are full then, and what fires at all does. */
const warmUp = 80;
const [few, many] = [1_000, 10_000] as const;
const third = (device: number): boolean => device % 3 === 0;

const [fewMs, manyMs] = passesMs([few, many]);
report({ name: 'alert_pass_1k_ms', value: fewMs.round, unit: `ms (${fewMs.open} alerts open)` }, { atMost: 3 });
report({ name: 'alert_pass_10k_20rules_ms', value: manyMs.round, unit: `ms (${manyMs.open} alerts open)` }, { atMost: 30 });
report({ name: 'alert_pass_growth', value: manyMs.round / fewMs.round, unit: 'x, 10,000 over 1,000 devices' }, { atMost: 12 });
againstRows(few, '1k', fewMs.round);
againstRows(many, '10k', manyMs.round);
builtIn();

type Pass = { readonly round: number; readonly open: number };

/** The median round of each, after the new pings of one interval. They take turns, so that a busy machine is one for both. */
function passesMs([one, other]: readonly [number, number]): readonly [Pass, Pass] {
  const estates = [new AlertEstate(one, twentyRules), new AlertEstate(other, twentyRules)] as const;
  for (let round = 0; round < warmUp; round++) for (const estate of estates) estate.round();
  const tookMs = Array.from({ length: rounds }, () => [estates[0].round(), estates[1].round()] as const);
  const pass = (which: 0 | 1): Pass => ({ round: median(tookMs.map(each => each[which])), open: [...estates[which].alerting.openAlerts].length });
  return [pass(0), pass(1)];
}

function againstRows(devices: number, name: string, oursMs: number): void {
  const rows = openRows(devices, roundsOfWindow + 1);
  try {
    const [passMs, deviceMs] = [perPassMs(rows), perDeviceMs(rows)];
    report({ name: `alert_sql_pass_${name}_ms`, value: passMs, unit: 'ms, one query a round' });
    report({ name: `alert_sql_pass_ratio_${name}`, value: passMs / oursMs, unit: 'x, one query a round over ours' });
    report({ name: `alert_sql_per_device_${name}_ms`, value: deviceMs, unit: 'ms, a query a device and window' });
    report({ name: `alert_sql_per_device_ratio_${name}`, value: deviceMs / oursMs, unit: 'x, a query a device and window over ours' });
  } finally {
    rows.remove();
  }
}

/** The rules that ship, in the round in which a third of the estate goes down, and in those after it. */
function builtIn(): void {
  const storms: number[] = [];
  const after: number[] = [];
  let open = 0;
  for (let run = 0; run < 5; run++) {
    const estate = new AlertEstate(many, builtInRules);
    for (let round = 0; round < roundsOfWindow / 2; round++) estate.round();
    storms.push(estate.round(third));
    for (let round = 0; round < rounds; round++) after.push(estate.round(third));
    open = [...estate.alerting.openAlerts].length;
  }
  report({ name: 'alert_storm_ms', value: median(storms), unit: `ms (${open} alerts raised; every ${intervalMs / 1_000} s)` }, { atMost: 150 });
  report({ name: 'alert_pass_10k_third_down_ms', value: median(after), unit: `ms (the built-in rules, ${open} alerts open)` });
}
