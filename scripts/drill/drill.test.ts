import { expect, test } from 'vitest';
import { midnight, minuteMs, recipients } from './day.ts';
import { compare } from './match.ts';
import { play } from './run.ts';
import type { Happening, Scenario } from './scenario.ts';

const has = [['switch 1', 'switch'], ['ATM 1', 'atm'], ['paybox 1', 'paybox'], ['camera recorder', 'nvr'], ['access point', 'access-point']] as const;
const names = ['Avelo', 'Borema', 'Corvale', 'Danira', 'Elmora'];

const happenings: readonly Happening[] = [
  {
    what: 'Avelo has no power for twenty minutes; the console is restarted meanwhile.',
    steps: [{ at: '00:10', act: stage => stage.cutPower('Avelo') }, { at: '00:15', act: stage => stage.restart(20_000) }, { at: '00:30', act: stage => stage.restorePower('Avelo') }],
    incidents: [{
      kind: 'branch', title: 'Avelo is down', severity: 'critical', fault: 'branch-router', since: '00:10', foundS: 25, until: '00:30', overS: 25,
      told: { 'NOC mail': ['00:10 problem', '00:30 recovery'], 'Desktop': ['00:10 problem', '00:30 recovery'], 'Duty phone': ['00:10 problem', '00:30 recovery'], 'Escalation': ['00:25 problem', '00:30 recovery'] },
    }],
  },
  {
    what: 'A provider of Borema is gone, and acknowledged.',
    steps: [{ at: '00:40', act: stage => stage.link('Borema router', 'Magti', 'down') }, { at: '00:45', act: stage => stage.acknowledge('Internet link Magti of Borema router is down') }, { at: '01:00', act: stage => stage.link('Borema router', 'Magti', 'up') }],
    incidents: [{
      kind: 'isp', title: 'Internet link Magti of Borema router is down', severity: 'critical', fault: 'isp', since: '00:40', foundS: 80, until: '01:00', overS: 70,
      told: { 'NOC mail': ['00:40..00:42 problem', '01:00..01:02 recovery'], 'Desktop': ['00:40..00:42 problem', '01:00..01:02 recovery'], 'Duty phone': ['00:40..00:42 problem', '01:00..01:02 recovery'] },
    }],
  },
  {
    what: 'The lid is closed for ten minutes; Corvale fails meanwhile.',
    steps: [{ at: '01:10', act: stage => stage.sleep(10 * minuteMs, { dark: ['Corvale'] }) }, { at: '01:30', act: stage => stage.restorePower('Corvale') }],
    incidents: [{ kind: 'branch', title: 'Corvale is down', severity: 'critical', since: '01:20', foundS: 25, until: '01:30', overS: 25, told: { 'NOC mail': ['01:20 problem', '01:30 recovery'], 'Desktop': ['01:20 problem', '01:30 recovery'], 'Duty phone': ['01:20 problem', '01:30 recovery'] } }],
  },
  {
    what: 'The clock is set, with an outage on either side.',
    steps: [
      { at: '01:40', act: stage => stage.kill('Danira ATM 1') }, { at: '01:44', act: stage => stage.setClock(120 * minuteMs) }, { at: '01:46', act: stage => stage.revive('Danira ATM 1') }, { at: '01:50', act: stage => stage.setClock(-120 * minuteMs) },
    ],
    incidents: [{ kind: 'device', title: 'Danira ATM 1 is down', severity: 'critical', since: '01:40', foundS: 25, until: '01:46', overS: 25, told: { 'NOC mail': ['01:40 problem', '01:46 recovery'], 'Desktop': ['01:40 problem', '01:46 recovery'], 'Duty phone': ['01:40 problem', '01:46 recovery'] } }],
  },
];

const twoHours: Scenario = { midnight, from: '00:00', until: '02:00', devices: 40, deadShare: 0.2, loss: 0.01, parts: names.map(name => ({ name, region: 'Marenne', has })), recipients: recipients.filter(({ scope }) => scope === undefined), happenings };

test('in two hours of forty devices an operator gets exactly what they should', { timeout: 180_000 }, async () => {
  const { seen } = await play(twoHours);
  const { differences, matched, expected, got } = compare(happenings, seen.onBoard(), seen.messages);
  expect({ differences, matched, got }).toEqual({ differences: [], matched: expected, got: expected });
});
