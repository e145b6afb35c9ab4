/** The day of the drill, by the clock of the bank: what befalls it, and what an operator should get from that. Written by hand; nothing of it is worked out by the console. */
import type { Part } from './estate.ts';
import type { ExpectedIncident, Happening, Scenario } from './scenario.ts';

export const minuteMs = 60_000;

/** Who is told, and what each is for. */
export const recipients: Scenario['recipients'] = [
  { name: 'NOC mail', severities: ['critical', 'high'], config: { kind: 'email', host: 'mail.bank.example', from: 'ward@bank.example', to: ['noc@bank.example'] } },
  { name: 'Desktop', severities: ['critical'], config: { kind: 'desktop' } },
  // Of everything that nobody has acknowledged for a quarter of an hour.
  { name: 'Escalation', severities: ['critical', 'high', 'medium', 'low'], afterMs: 15 * minuteMs, config: { kind: 'webhook', url: 'https://hook.bank.example/escalation' } },
  { name: 'Kastria office', severities: ['critical', 'high'], scope: { regions: ['Kastria'] }, config: { kind: 'telegram', chatId: '-1001' }, secret: 'token' },
  // Sleeps from ten to seven unless it is critical, and wants no news that is older than half an hour.
  { name: 'Duty phone', severities: ['critical', 'high', 'medium'], quietHours: { from: '22:00', to: '07:00', zone: 'Asia/Tbilisi' }, staleAfterMs: 30 * minuteMs, config: { kind: 'telegram', chatId: '-1002' }, secret: 'token' },
];

const usual: Part['has'] = [['switch 1', 'switch'], ['ATM 1', 'atm'], ['paybox 1', 'paybox'], ['camera recorder', 'nvr'], ['access point', 'access-point']];
const branch = (name: string, region: string, has: Part['has'] = usual): Part => ({ name, region, has });
const behindSwitch = { behind: 'switch 1' } as const;

const parts: readonly Part[] = [
  branch('Avelo', 'Kastria', [...usual, ['ATM 2', 'atm', { dead: true }], ['paybox 2', 'paybox', { dead: true }], ['paybox 3', 'paybox', { dead: true }]]),
  branch('Borema', 'Orvale'), branch('Corvale', 'Marenne'),
  branch('Danira', 'Highmoor', [...usual, ['modem', 'other', { ispLink: true }]]),
  branch('Elmora', 'Kastria', [['switch 1', 'switch'], ['ATM 1', 'atm', behindSwitch], ['ATM 2', 'atm', behindSwitch], ['paybox 1', 'paybox', behindSwitch], ['access point', 'access-point']]),
  branch('Fernova', 'South Tavia'),
  branch('Galdora', 'Silver Shore', [['switch 1', 'switch'], ['ATM 1', 'atm', { probesPerInterval: 5 }], ['paybox 1', 'paybox'], ['camera recorder', 'nvr']]),
  branch('Halvessa', 'North Tavia'), branch('Ironvale', 'Orvale'), branch('Jasmira', 'Marenne'), branch('Kelmira', 'Highmoor'), branch('Lorento', 'Kastria'), branch('Marava', 'South Tavia'),
  branch('Norvella', 'Upper Selva'), branch('Orlanda', 'Lower Selva'), branch('Pelmora', 'Velden Plain'), branch('Quinora', 'Orvale'),
  branch('Rosmira', 'Marenne', [...usual, ['server', 'server']]),
  branch('Sarmina', 'Highmoor', [...usual, ['ATM 2', 'atm', { dead: true }]]),
  branch('Tavessa', 'North Tavia'), branch('Ulmira', 'Silver Shore'), branch('Veldora', 'Kastria'), branch('Wessaro', 'Highmoor'), branch('Xandria', 'Upper Selva'), branch('Yarenza', 'Orvale'), branch('Zelmora', 'Marenne'),
];

/** What every outage of a whole branch looks like. */
const branchDown = (name: string, since: string, until: string, told: ExpectedIncident['told'], more: Partial<ExpectedIncident> = {}): ExpectedIncident => ({ kind: 'branch', title: `${name} is down`, severity: 'critical', fault: 'branch-router', since, foundS: 25, until, overS: 25, told, ...more });
const deviceDown = (name: string, since: string, until: string, told: ExpectedIncident['told'], more: Partial<ExpectedIncident> = {}): ExpectedIncident => ({ kind: 'device', title: `${name} is down`, severity: 'critical', since, foundS: 25, until, overS: 25, told, ...more });
/** SNMP is read once a minute, and a link must be down for ten seconds. */
const bySnmp = { foundS: 80, overS: 70 } as const;

const happenings: readonly Happening[] = [
  {
    what: 'All day every line loses 1 % of its packets, and a third of the estate is dead.', steps: [], incidents: [],
  },
  {
    what: 'Avelo has no power for half an hour in the night.',
    steps: [{ at: '00:20', act: stage => stage.cutPower('Avelo') }, { at: '00:50', act: stage => stage.restorePower('Avelo') }],
    incidents: [branchDown('Avelo', '00:20', '00:50', {
      'NOC mail': ['00:20 problem', '00:50 recovery'], 'Desktop': ['00:20 problem', '00:50 recovery'], 'Kastria office': ['00:20 problem', '00:50 recovery'], 'Duty phone': ['00:20 problem', '00:50 recovery'], 'Escalation': ['00:35 problem', '00:50 recovery'],
    })],
  },
  {
    what: 'One of two providers of Borema is gone.',
    steps: [{ at: '01:30', act: stage => stage.link('Borema router', 'Magti', 'down') }, { at: '02:10', act: stage => stage.link('Borema router', 'Magti', 'up') }],
    incidents: [{
      kind: 'isp', title: 'Internet link Magti of Borema router is down', severity: 'critical', fault: 'isp', since: '01:30', until: '02:10', ...bySnmp,
      told: { 'NOC mail': ['01:30..01:32 problem', '02:10..02:12 recovery'], 'Desktop': ['01:30..01:32 problem', '02:10..02:12 recovery'], 'Duty phone': ['01:30..01:32 problem', '02:10..02:12 recovery'], 'Escalation': ['01:45..01:47 problem', '02:10..02:12 recovery'] },
    }],
  },
  {
    what: 'Both providers of Corvale are gone; its router is still reached.',
    steps: [
      { at: '02:30', act: stage => { stage.link('Corvale router', 'Magti', 'down'); stage.link('Corvale router', 'Silknet', 'down'); } },
      { at: '03:00', act: stage => { stage.link('Corvale router', 'Magti', 'up'); stage.link('Corvale router', 'Silknet', 'up'); } },
    ],
    incidents: [{
      kind: 'isps', title: 'Both internet links of Corvale router are down', severity: 'critical', fault: 'isp', since: '02:30', until: '03:00', ...bySnmp,
      told: { 'NOC mail': ['02:30..02:32 problem', '03:00..03:02 recovery'], 'Desktop': ['02:30..02:32 problem', '03:00..03:02 recovery'], 'Duty phone': ['02:30..02:32 problem', '03:00..03:02 recovery'], 'Escalation': ['02:45..02:47 problem', '03:00..03:02 recovery'] },
    }],
  },
  {
    what: 'The modem of a provider at Danira does not answer.',
    steps: [{ at: '03:20', act: stage => stage.kill('Danira modem') }, { at: '03:45', act: stage => stage.revive('Danira modem') }],
    incidents: [deviceDown('Danira modem', '03:20', '03:45', { 'NOC mail': ['03:20 problem', '03:45 recovery'], 'Desktop': ['03:20 problem', '03:45 recovery'], 'Duty phone': ['03:20 problem', '03:45 recovery'], 'Escalation': ['03:35 problem', '03:45 recovery'] })],
  },
  {
    // The first time is an outage like any other. From the second on it flaps, which is told once, and so is how it ends.
    what: 'A switch at Elmora goes down and comes back eight times in twelve minutes, with what stands behind it.',
    steps: [{ at: '04:10', act: stage => stage.flap('Elmora switch 1', 8, 45_000) }],
    incidents: [
      deviceDown('Elmora switch 1', '04:10', '04:10:45', { 'NOC mail': ['04:10 problem', '04:10:45 recovery'], 'Desktop': ['04:10 problem', '04:10:45 recovery'], 'Kastria office': ['04:10 problem', '04:10:45 recovery'], 'Duty phone': ['04:10 problem', '04:10:45 recovery'] }),
      {
        kind: 'device', title: 'Elmora switch 1 is flapping', severity: 'critical', since: '04:11:30', foundS: 20, until: '04:26:15', overS: 30,
        told: { 'NOC mail': ['04:11:30 problem', '04:26:15 recovery'], 'Desktop': ['04:11:30 problem', '04:26:15 recovery'], 'Kastria office': ['04:11:30 problem', '04:26:15 recovery'], 'Duty phone': ['04:11:30 problem', '04:26:15 recovery'] },
      },
    ],
  },
  {
    what: 'The line to an ATM at Fernova is slow for twenty minutes; by seven, when the duty phone wakes, it is over.',
    steps: [{ at: '05:00', act: stage => stage.roundTrip('Fernova ATM 1', 350) }, { at: '05:20', act: stage => stage.roundTrip('Fernova ATM 1', null) }],
    incidents: [{ kind: 'device', title: 'High latency: Fernova ATM 1', severity: 'medium', since: '05:00', foundS: 75, until: '05:20', overS: 150, told: { Escalation: ['05:15..05:17 problem', '05:20..05:23 recovery'] } }],
  },
  {
    what: 'The line to an ATM at Zelmora is slow from before seven until after.',
    steps: [{ at: '06:30', act: stage => stage.roundTrip('Zelmora ATM 1', 350) }, { at: '07:30', act: stage => stage.roundTrip('Zelmora ATM 1', null) }],
    incidents: [{ kind: 'device', title: 'High latency: Zelmora ATM 1', severity: 'medium', since: '06:30', foundS: 75, until: '07:30', overS: 150, told: { 'Escalation': ['06:45..06:47 problem', '07:30..07:33 recovery'], 'Duty phone': ['07:00 problem', '07:30..07:33 recovery'] } }],
  },
  {
    what: 'Wessaro and Xandria lose their power one after the other.',
    steps: [{ at: '07:40', act: stage => stage.cutPower('Wessaro') }, { at: '07:44', act: stage => stage.cutPower('Xandria') }, { at: '07:50', act: stage => stage.restorePower('Xandria') }, { at: '07:54', act: stage => stage.restorePower('Wessaro') }],
    incidents: [
      branchDown('Wessaro', '07:40', '07:54', { 'NOC mail': ['07:40 problem', '07:54 recovery'], 'Desktop': ['07:40 problem', '07:54 recovery'], 'Duty phone': ['07:40 problem', '07:54 recovery'] }),
      branchDown('Xandria', '07:44', '07:50', { 'NOC mail': ['07:44 problem', '07:50 recovery'], 'Desktop': ['07:44 problem', '07:50 recovery'], 'Duty phone': ['07:44 problem', '07:50 recovery'] }),
    ],
  },
  {
    what: 'The line to an ATM at Galdora loses 12 % for an hour.',
    steps: [{ at: '08:00', act: stage => stage.loss('Galdora ATM 1', 0.12) }, { at: '09:00', act: stage => stage.loss('Galdora ATM 1', null) }],
    incidents: [{ kind: 'device', title: 'Packet loss: Galdora ATM 1', severity: 'medium', since: '08:00', foundS: 900, until: '09:00', overS: 600, told: { 'Duty phone': ['08:01..08:16 problem', '09:00..09:10 recovery'], 'Escalation': ['08:16..08:31 problem', '09:00..09:10 recovery'] } }],
  },
  {
    what: 'A module of the switch at Halvessa dies, and three ports that matter with it.',
    steps: [
      { at: '09:05', act: stage => stage.markCritical('Halvessa switch 1', [1, 2, 3, 4]) },
      { at: '09:10', act: stage => stage.ports('Halvessa switch 1', ['Gi0/1', 'Gi0/2', 'Gi0/3', 'Gi0/7'], 'down') }, { at: '09:35', act: stage => stage.ports('Halvessa switch 1', ['Gi0/1', 'Gi0/2', 'Gi0/3', 'Gi0/7'], 'up') },
    ],
    incidents: [{
      kind: 'ports', title: '3 interfaces of Halvessa switch 1 are down', severity: 'high', fault: 'switch', since: '09:10', until: '09:35', ...bySnmp,
      told: { 'NOC mail': ['09:10..09:12 problem', '09:35..09:37 recovery'], 'Duty phone': ['09:10..09:12 problem', '09:35..09:37 recovery'], 'Escalation': ['09:25..09:27 problem', '09:35..09:37 recovery'] },
    }],
  },
  {
    what: 'The lid is closed for forty minutes. Ironvale fails meanwhile, and is still dark when it opens; Jasmira failed and is back: nobody saw it, and nobody is told.',
    steps: [{ at: '10:30', act: stage => stage.sleep(40 * minuteMs, { dark: ['Ironvale'] }) }, { at: '11:40', act: stage => stage.restorePower('Ironvale') }],
    incidents: [branchDown('Ironvale', '11:10', '11:40', { 'NOC mail': ['11:10 problem', '11:40 recovery'], 'Desktop': ['11:10 problem', '11:40 recovery'], 'Duty phone': ['11:10 problem', '11:40 recovery'], 'Escalation': ['11:25 problem', '11:40 recovery'] })],
  },
  {
    what: 'The clock of this computer is two hours fast for half an hour, in which Kelmira has no power for ten minutes. The steps themselves are nobody\'s outage.',
    steps: [
      { at: '12:00', act: stage => stage.setClock(120 * minuteMs) }, { at: '12:10', act: stage => stage.cutPower('Kelmira') }, { at: '12:20', act: stage => stage.restorePower('Kelmira') }, { at: '12:30', act: stage => stage.setClock(-120 * minuteMs) },
    ],
    incidents: [branchDown('Kelmira', '12:10', '12:20', { 'NOC mail': ['12:10 problem', '12:20 recovery'], 'Desktop': ['12:10 problem', '12:20 recovery'], 'Duty phone': ['12:10 problem', '12:20 recovery'] })],
  },
  {
    what: 'The cable of this computer is out for ten minutes: it says that it sees nothing, and of 583 devices nothing.',
    steps: [{ at: '13:00', act: stage => stage.cable('out') }, { at: '13:10', act: stage => stage.cable('in') }],
    incidents: [{ kind: 'console', title: 'Data are stale on this console', severity: 'critical', fault: 'me', since: '13:01', foundS: 30, until: '13:10', overS: 30, told: { 'NOC mail': ['13:01..13:02 problem', '13:10 recovery'], 'Desktop': ['13:01..13:02 problem', '13:10 recovery'], 'Duty phone': ['13:01..13:02 problem', '13:10 recovery'] } }],
  },
  {
    what: 'The gateway of this computer is down for five minutes.',
    steps: [{ at: '13:30', act: stage => stage.gateway('down') }, { at: '13:35', act: stage => stage.gateway('up') }],
    incidents: [{ kind: 'console', title: 'Data are stale on this console', severity: 'critical', fault: 'gateway', since: '13:31', foundS: 30, until: '13:35', overS: 30, told: { 'NOC mail': ['13:31..13:32 problem', '13:35 recovery'], 'Desktop': ['13:31..13:32 problem', '13:35 recovery'], 'Duty phone': ['13:31..13:32 problem', '13:35 recovery'] } }],
  },
  {
    what: 'Work at Lorento from two to three, with everything off for twenty-five minutes: on the board, and told to nobody.',
    steps: [{ at: '14:00', act: stage => stage.maintain('Lorento', 60 * minuteMs) }, { at: '14:15', act: stage => stage.cutPower('Lorento') }, { at: '14:40', act: stage => stage.restorePower('Lorento') }],
    incidents: [deviceDown('Lorento router', '14:15', '14:40', {}, { foundS: 25, overS: 25 })],
  },
  {
    what: 'Work at Marava until three leaves an ATM dead, which is told when the time is up.',
    steps: [{ at: '14:30', act: stage => stage.maintain('Marava', 30 * minuteMs) }, { at: '14:45', act: stage => stage.kill('Marava ATM 1') }, { at: '15:20', act: stage => stage.revive('Marava ATM 1') }],
    incidents: [deviceDown('Marava ATM 1', '14:45', '15:20', { 'NOC mail': ['15:00 problem', '15:20 recovery'], 'Desktop': ['15:00 problem', '15:20 recovery'], 'Duty phone': ['15:00 problem', '15:20 recovery'], 'Escalation': ['15:00 problem', '15:20 recovery'] })],
  },
  {
    what: 'Norvella has no power for fifty minutes; the operator acknowledges it, so it is not escalated.',
    steps: [{ at: '15:30', act: stage => stage.cutPower('Norvella') }, { at: '15:36', act: stage => stage.acknowledge('Norvella is down') }, { at: '16:20', act: stage => stage.restorePower('Norvella') }],
    incidents: [branchDown('Norvella', '15:30', '16:20', { 'NOC mail': ['15:30 problem', '16:20 recovery'], 'Desktop': ['15:30 problem', '16:20 recovery'], 'Duty phone': ['15:30 problem', '16:20 recovery'] })],
  },
  {
    what: 'A switch at Orlanda is down; the operator puts it off for half an hour, and it is escalated after that.',
    steps: [{ at: '16:30', act: stage => stage.kill('Orlanda switch 1') }, { at: '16:33', act: stage => stage.snooze('Orlanda switch 1 is down', 30 * minuteMs) }, { at: '17:40', act: stage => stage.revive('Orlanda switch 1') }],
    incidents: [deviceDown('Orlanda switch 1', '16:30', '17:40', { 'NOC mail': ['16:30 problem', '17:40 recovery'], 'Desktop': ['16:30 problem', '17:40 recovery'], 'Duty phone': ['16:30 problem', '17:40 recovery'], 'Escalation': ['17:03 problem', '17:40 recovery'] }, { fault: 'switch' })],
  },
  {
    what: 'An ATM at Pelmora dies and is ended by hand while it is replaced; the next time that it fails is another outage.',
    steps: [
      { at: '17:50', act: stage => stage.kill('Pelmora ATM 1') }, { at: '17:58', act: stage => stage.resolve('Pelmora ATM 1 is down') }, { at: '18:30', act: stage => stage.revive('Pelmora ATM 1') },
      { at: '18:45', act: stage => stage.kill('Pelmora ATM 1') }, { at: '18:55', act: stage => stage.revive('Pelmora ATM 1') },
    ],
    incidents: [
      deviceDown('Pelmora ATM 1', '17:50', '17:58', { 'NOC mail': ['17:50 problem', '17:58 recovery'], 'Desktop': ['17:50 problem', '17:58 recovery'], 'Duty phone': ['17:50 problem', '17:58 recovery'] }),
      deviceDown('Pelmora ATM 1', '18:45', '18:55', { 'NOC mail': ['18:45 problem', '18:55 recovery'], 'Desktop': ['18:45 problem', '18:55 recovery'], 'Duty phone': ['18:45 problem', '18:55 recovery'] }),
    ],
  },
  {
    what: 'The agent of a switch at Quinora falls silent while the switch answers pings.',
    steps: [{ at: '18:00', act: stage => stage.agent('Quinora switch 1', 'mute') }, { at: '18:40', act: stage => stage.agent('Quinora switch 1', 'speaking') }],
    incidents: [{ kind: 'device', title: 'Silent on SNMP: Quinora switch 1', severity: 'low', since: '18:05', foundS: 80, until: '18:40', overS: 80, told: { Escalation: ['18:20..18:23 problem', '18:40..18:43 recovery'] } }],
  },
  {
    what: 'The certificate of a server at Rosmira has less than fourteen days left, and is renewed.',
    steps: [{ at: '18:42', act: stage => stage.watchWeb('Rosmira server') }, { at: '19:00', act: stage => stage.renewCertificate(13.9) }, { at: '19:40', act: stage => stage.renewCertificate(90) }],
    incidents: [{ kind: 'check', title: 'Certificate expires soon: Rosmira server: Web', severity: 'medium', since: '19:00', foundS: 330, until: '19:40', overS: 330, told: { 'Duty phone': ['19:00..19:07 problem', '19:40..19:47 recovery'], 'Escalation': ['19:15..19:22 problem', '19:40..19:47 recovery'] } }],
  },
  {
    what: 'An ATM at Sarmina that was known to be dead answers again, which is no news; when it fails later it is.',
    steps: [{ at: '19:45', act: stage => stage.revive('Sarmina ATM 2') }, { at: '20:10', act: stage => stage.kill('Sarmina ATM 2') }, { at: '20:18', act: stage => stage.revive('Sarmina ATM 2') }],
    incidents: [deviceDown('Sarmina ATM 2', '20:10', '20:18', { 'NOC mail': ['20:10 problem', '20:18 recovery'], 'Desktop': ['20:10 problem', '20:18 recovery'], 'Duty phone': ['20:10 problem', '20:18 recovery'] })],
  },
  {
    // The mail comes late and in order; the phone wants nothing that old, so it hears neither of the first two nor of their ends.
    what: 'Mail and phone cannot be reached for two hours: Tavessa fails and comes back, Ulmira fails and lasts.',
    steps: [
      { at: '20:30', act: stage => { stage.recipient('NOC mail', 'unreachable'); stage.recipient('Duty phone', 'unreachable'); } },
      { at: '20:40', act: stage => stage.cutPower('Tavessa') }, { at: '20:50', act: stage => stage.restorePower('Tavessa') }, { at: '21:50', act: stage => stage.cutPower('Ulmira') },
      { at: '22:30', act: stage => { stage.recipient('NOC mail', 'reachable'); stage.recipient('Duty phone', 'reachable'); } }, { at: '22:50', act: stage => stage.restorePower('Ulmira') },
    ],
    incidents: [
      branchDown('Tavessa', '20:40', '20:50', { 'NOC mail': ['22:30..22:46 problem', '22:30..22:46 recovery'], 'Desktop': ['20:40 problem', '20:50 recovery'] }),
      { kind: 'console', title: 'Notifications fail on this console', severity: 'high', fault: 'console', since: '20:42', foundS: 45, until: '22:30', overS: 960, told: { 'NOC mail': ['22:30..22:46 problem', '22:30..22:47 recovery'], 'Escalation': ['20:57..20:59 problem', '22:30..22:47 recovery'] } },
      branchDown('Ulmira', '21:50', '22:50', { 'NOC mail': ['22:30..22:46 problem', '22:50 recovery'], 'Desktop': ['21:50 problem', '22:50 recovery'], 'Escalation': ['22:05 problem', '22:50 recovery'] }),
    ],
  },
  {
    what: 'The console is restarted in the middle of an outage at Veldora: nothing is told twice, and nothing ends early.',
    steps: [{ at: '23:00', act: stage => stage.cutPower('Veldora') }, { at: '23:08', act: stage => stage.restart(30_000) }, { at: '23:30', act: stage => stage.restorePower('Veldora') }],
    incidents: [branchDown('Veldora', '23:00', '23:30', { 'NOC mail': ['23:00 problem', '23:30 recovery'], 'Desktop': ['23:00 problem', '23:30 recovery'], 'Kastria office': ['23:00 problem', '23:30 recovery'], 'Duty phone': ['23:00 problem', '23:30 recovery'], 'Escalation': ['23:15 problem', '23:30 recovery'] })],
  },
  {
    what: 'Yarenza has no power when the day ends.',
    steps: [{ at: '23:50', act: stage => stage.cutPower('Yarenza') }],
    incidents: [branchDown('Yarenza', '23:50', '24:00', { 'NOC mail': ['23:50 problem'], 'Desktop': ['23:50 problem'], 'Duty phone': ['23:50 problem'] }, { until: null })],
  },
];

/** Midnight at Tbilisi, where clocks are never changed. */
export const midnight = Date.UTC(2026, 2, 2, 20);

export const day: Scenario = { midnight, from: '00:00', until: '24:00', devices: 875, deadShare: 1 / 3, loss: 0.01, parts, recipients, happenings };
