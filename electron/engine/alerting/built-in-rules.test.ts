import { describe, expect, test } from 'vitest';
import { builtInRules } from './built-in-rules.ts';
import { compileRule, whyNever } from './rule.ts';
import { World } from './world-for-tests.ts';

const s = 1_000;
const min = 60 * s;

/** What makes a rule fire for the first device, "Edge", what ends it, and what comes near to it. */
type Case = {
  readonly rule: string;
  readonly subject?: string;
  readonly severity: 'critical' | 'high' | 'medium' | 'low';
  readonly set?: (world: World, edge: number) => void;
  readonly fire: (world: World, edge: number) => void;
  readonly end: (world: World, edge: number) => void;
  readonly near: (world: World, edge: number) => void;
};

/** Within five minutes of going down, coming back is the second change of a link's state. */
const after = (ms: number, then: Case['end']): Case['end'] => (world, edge) => {
  world.pass(ms);
  then(world, edge);
};

const isp = (world: World, edge: number): void => world.change(edge, { ispLink: true });
const slow = (rttMs: number) => (world: World, edge: number): void => {
  world.pinged(edge, () => rttMs * 1_000);
  world.pass(2 * min);
};
/** So many of a hundred are lost, evenly. */
const lossy = (percent: number) => (world: World, edge: number): void => {
  world.pinged(edge, round => (Math.floor((round * percent) / 100) === Math.floor(((round - 1) * percent) / 100) ? 20_000 : null));
  world.pass(17 * min);
};
const flap = (changes: number) => (world: World, edge: number): void => {
  for (let i = 0; i < changes; i++) {
    if (i % 2 === 0) world.down(edge, 4 * s);
    else world.up(edge);
    world.pass(4 * s);
  }
};
const calm = (world: World, edge: number): void => {
  world.up(edge);
  world.pass(11 * min);
};
/** Polled every minute for so long. */
const polled = (minutes: number, poll: (world: World, edge: number) => void) => (world: World, edge: number): void => {
  for (let i = 0; i < minutes; i++) {
    poll(world, edge);
    world.pass(min);
  }
};
const vital = (name: 'cpu' | 'memory' | 'disk' | 'temperature', value: number, minutes = 7) => polled(minutes, (world, edge) => world.vitals(edge, { [name]: value }));
const port = (reading: Parameters<World['port']>[2], minutes = 1) => polled(minutes, (world, edge) => world.port(edge, 3, reading));
const flapPort = (changes: number) => (world: World, edge: number): void => {
  for (let i = 0; i < changes; i++) {
    world.port(edge, 3, { operStatus: i % 2 === 0 ? 'down' : 'up' });
    world.pass(4 * s);
  }
};
const check = (reading: Parameters<World['check']>[2], minutes = 2) => (world: World, edge: number): void => {
  world.check(edge, 1, { since: world.now, ...reading });
  world.pass(minutes * min);
};
const own = (name: string, value: number) => (world: World): void => {
  world.alerting.estate.console.values = { [name]: value };
  world.pass(2 * min);
};
const snmp = (state: 'ok' | 'no-answer' | 'off', ms: number) => (world: World, edge: number): void => {
  world.alerting.estate.takeSnmp(edge, state, false, world.now);
  world.pass(ms);
};
const branch = (world: World, edge: number): void => {
  world.change(edge, { branchRouter: true, branch: world.facts(edge).branch });
  for (let i = 0; i < 9; i++) world.add(`PC ${i}`, { branchNumber: 1 });
};
const down = (world: World, edge: number): void => {
  world.down(edge);
  world.pass(4 * s);
};
const up = (world: World, edge: number): void => {
  world.up(edge);
  world.pass(4 * s);
};
const twoLinks = (world: World, edge: number): void => {
  world.port(edge, 3, { ispProvider: 'Magti' });
  world.port(edge, 4, { ispProvider: 'Silknet' });
};
const links = (...statuses: ('up' | 'down')[]) => (world: World, edge: number): void => {
  statuses.forEach((operStatus, i) => world.port(edge, 3 + i, { operStatus }));
  world.pass(20 * s);
};

const cases: readonly Case[] = [
  { rule: 'Device down', severity: 'critical', fire: down, end: up, near: (world, edge) => { world.down(edge, 4 * s); world.pass(4 * s); world.up(edge); world.pass(20 * s); } },
  { rule: 'ISP link down', severity: 'critical', set: isp, fire: down, end: after(6 * min, up), near: (world, edge) => { world.down(edge, 4 * s); world.pass(4 * s); world.up(edge); world.pass(20 * s); } },
  { rule: 'ISP link down (interface)', subject: 'Edge Fa3 (Magti)', severity: 'critical', set: (world, edge) => world.port(edge, 3, { ispProvider: 'Magti', critical: true }), fire: port({ operStatus: 'down' }), end: after(6 * min, port({ operStatus: 'up' })), near: port({ operStatus: 'down', adminUp: false }) },
  { rule: 'Device flapping', severity: 'high', fire: flap(3), end: calm, near: flap(2) },
  { rule: 'ISP link flapping', severity: 'critical', set: isp, fire: flap(2), end: calm, near: flap(1) },
  { rule: 'ISP link flapping (interface)', subject: 'Edge Fa3 (Magti)', severity: 'critical', set: (world, edge) => world.port(edge, 3, { ispProvider: 'Magti' }), fire: flapPort(2), end: calm, near: (world, edge) => { world.port(edge, 3, { operStatus: 'dormant' }); world.pass(min); } },
  { rule: 'High latency', severity: 'medium', fire: slow(231), end: slow(20), near: slow(199) },
  { rule: 'ISP link high latency', severity: 'high', set: isp, fire: slow(131), end: slow(20), near: slow(99) },
  { rule: 'Packet loss', severity: 'medium', fire: lossy(20), end: lossy(0), near: lossy(7) },
  { rule: 'ISP link packet loss', severity: 'critical', set: isp, fire: lossy(15), end: lossy(0), near: lossy(3) },
  { rule: 'Branch down', subject: 'Branch 1', severity: 'critical', set: branch, fire: (world, edge) => { down(world, edge); for (let id = edge + 1; id <= edge + 9; id++) world.unreachable(id, edge); world.pass(4 * s); }, end: (world, edge) => { world.up(edge); for (let id = edge + 1; id <= edge + 9; id++) world.up(id); world.pass(4 * s); }, near: (world, edge) => { for (let id = edge + 1; id <= edge + 9; id++) world.down(id, 2 * s); world.pass(2 * s); for (let id = edge + 1; id <= edge + 9; id++) world.up(id); world.pass(10 * s); } },
  { rule: 'Both internet links down', severity: 'critical', set: twoLinks, fire: links('down', 'down'), end: after(6 * min, links('up', 'up')), near: links('down', 'up') },
  { rule: 'Critical interface down', subject: 'Edge Fa3', severity: 'high', set: (world, edge) => world.port(edge, 3, { critical: true }), fire: port({ operStatus: 'down' }), end: port({ operStatus: 'up' }), near: port({ operStatus: 'down', critical: false }) },
  { rule: 'Interface errors', subject: 'Edge Fa3', severity: 'medium', fire: port({ errorsPerS: 4 }, 5), end: port({ errorsPerS: 0 }, 5), near: port({ errorsPerS: 0.9 }, 5) },
  { rule: 'Interface discards', subject: 'Edge Fa3', severity: 'low', fire: port({ discardsPerS: 40 }, 5), end: port({ discardsPerS: 0 }, 5), near: port({ discardsPerS: 9 }, 5) },
  { rule: 'CPU busy', severity: 'medium', fire: vital('cpu', 97), end: vital('cpu', 60, 1), near: vital('cpu', 90) },
  { rule: 'Memory nearly full', severity: 'medium', fire: vital('memory', 97), end: vital('memory', 60, 1), near: vital('memory', 90) },
  { rule: 'Disk nearly full', severity: 'high', fire: vital('disk', 97), end: vital('disk', 60, 1), near: vital('disk', 90) },
  { rule: 'Too hot', severity: 'high', fire: vital('temperature', 71, 3), end: vital('temperature', 40, 1), near: vital('temperature', 65, 3) },
  { rule: 'Silent on SNMP', severity: 'low', set: snmp('ok', 0), fire: snmp('no-answer', 6 * min), end: snmp('ok', 4 * s), near: (world, edge) => { snmp('no-answer', 4 * min)(world, edge); snmp('ok', 4 * s)(world, edge); } },
  { rule: 'Check failing', subject: 'Edge: Check 1', severity: 'high', fire: check({ state: 'failing' }), end: check({ state: 'ok' }), near: (world, edge) => { check({ state: 'failing' }, 0.5)(world, edge); check({ state: 'ok' })(world, edge); } },
  { rule: 'Certificate expires soon', subject: 'Edge: Check 1', severity: 'medium', fire: check({ certificateLeftMs: 13 * 86_400_000 }), end: check({ certificateLeftMs: 90 * 86_400_000 }), near: check({ certificateLeftMs: 15 * 86_400_000 }) },
  { rule: 'Alerts are late', subject: 'This console', severity: 'critical', fire: own('alerting-late', 16 * s), end: own('alerting-late', 0), near: own('alerting-late', 15 * s) },
  { rule: 'Checks are late', subject: 'This console', severity: 'high', fire: own('checks-late', 3), end: own('checks-late', 0), near: own('checks-late', 0) },
  { rule: 'Data are stale', subject: 'This console', severity: 'critical', fire: own('data-age', 61 * s), end: own('data-age', 0), near: own('data-age', 60 * s) },
  { rule: 'The database is behind', subject: 'This console', severity: 'high', fire: own('writer-behind', 16 * s), end: own('writer-behind', 0), near: own('writer-behind', 15 * s) },
  { rule: 'The disk is nearly full', subject: 'This console', severity: 'high', fire: own('disk-free', 4), end: own('disk-free', 8), near: own('disk-free', 5) },
  { rule: 'Forwarding fails', subject: 'This console', severity: 'high', fire: own('sync-failing-for', 6 * min), end: own('sync-failing-for', 0), near: own('sync-failing-for', 5 * min) },
  { rule: 'Notifications fail', subject: 'This console', severity: 'high', fire: own('notifications-failing-for', 3 * min), end: own('notifications-failing-for', 0), near: own('notifications-failing-for', 2 * min) },
];

function worldWith({ set }: Case): { readonly world: World; readonly edge: number } {
  const world = new World();
  const edge = world.add('Edge', { branchNumber: 1 });
  set?.(world, edge);
  world.pass(6 * min);
  return { world, edge };
}

test('every built-in rule is tried', () => expect(cases.map(({ rule }) => rule)).toEqual(builtInRules.map(({ name }) => name)));
test('every built-in rule can fire', () => expect(builtInRules.filter(rule => whyNever(compileRule(rule, 5)) !== null)).toEqual([]));

describe.each(cases)('$rule', each => {
  test('fires with its severity, and closes', () => {
    const { world, edge } = worldWith(each);
    each.fire(world, edge);
    const fired = world.story.filter(line => line.startsWith(`+ ${each.rule}:`));
    const firing = world.firing().filter(line => line.startsWith(`${each.rule}:`));
    each.end(world, edge);
    const subject = each.subject ?? 'Edge';
    expect({ fired, firing, left: world.firing(), incidents: world.openIncidents() }).toEqual({ fired: [`+ ${each.rule}: ${subject} (${each.severity})`], firing: [`${each.rule}: ${subject}`], left: [], incidents: [] });
  });

  test('does not fire short of its limit', () => {
    const { world, edge } = worldWith(each);
    each.near(world, edge);
    expect(world.story.filter(line => line.startsWith(`+ ${each.rule}:`))).toEqual([]);
  });
});

test.each([
  ['down', down, ['+ ISP link down: Edge (critical)']],
  ['slow', slow(300), ['+ ISP link high latency: Edge (high)']],
  ['lossy', lossy(20), ['+ ISP link packet loss: Edge (critical)']],
])('a link to a provider that is %s is told by the rule for links alone', (_name, fire, story) => {
  const world = new World();
  const edge = world.add('Edge', { branchNumber: 1, ispLink: true, branchRouter: true });
  world.add('PC', { branchNumber: 1 });
  world.pass(6 * min);
  fire(world, edge);
  expect(world.story).toEqual(story);
});

test('an interface of a provider is not told twice', () => {
  const world = new World();
  const edge = world.add('Edge');
  world.port(edge, 3, { ispProvider: 'Magti', critical: true });
  world.pass(min);
  port({ operStatus: 'not-present' })(world, edge);
  expect(world.story).toEqual(['+ ISP link down (interface): Edge Fa3 (Magti) (critical)']);
});

test('with the rule for links switched off the general one takes its place', () => {
  const world = new World(builtInRules.map(rule => (rule.id === 'isp-device-down' ? { ...rule, enabled: false } : rule)));
  const edge = world.add('Edge', { ispLink: true });
  world.pass(min);
  down(world, edge);
  expect(world.story).toEqual(['+ Device down: Edge (critical)']);
});

test('two of three links that are down are not all of them', () => {
  const world = new World();
  const edge = world.add('Edge');
  twoLinks(world, edge);
  world.port(edge, 5, { ispProvider: 'Geocell' });
  links('down', 'down', 'up')(world, edge);
  const two = world.firing();
  links('down', 'down', 'down')(world, edge);
  expect([two.includes('Both internet links down: Edge'), world.firing().includes('Both internet links down: Edge')]).toEqual([false, true]);
});

test('one lost ping of the first few is no loss over five minutes, and one slow one no latency over a minute', () => {
  const world = new World();
  const edge = world.add('Edge', { ispLink: true });
  let sent = 0;
  world.pinged(edge, () => [null, 400_000, 300_000][sent++] ?? 20_000);
  world.pass(6 * min);
  expect(world.story).toEqual([]);
});

test('heavy loss is told before its window is full: what is lost already is enough', () => {
  const world = new World();
  const edge = world.add('Edge');
  world.pinged(edge, round => (round % 2 === 0 ? null : 20_000));
  world.pass(100 * s);
  expect(world.story).toEqual(['+ Packet loss: Edge (medium)']);
});

test('an agent that is not asked any more is not silent', () => {
  const world = new World();
  const edge = world.add('Edge');
  snmp('ok', 0)(world, edge);
  snmp('no-answer', 6 * min)(world, edge);
  snmp('off', 4 * s)(world, edge);
  expect(world.story).toEqual(['+ Silent on SNMP: Edge (low)', '- Silent on SNMP: Edge recovered']);
});

test('an alert about what is measured no more ends after an hour, and not while its device is cut off', () => {
  const world = new World();
  const router = world.add('Router', { branchNumber: 1, branchRouter: true });
  const edge = world.add('Edge', { branchNumber: 1 });
  vital('cpu', 97)(world, edge);
  world.unreachable(edge, router);
  world.pass(90 * min);
  const cutOff = world.firing();
  world.up(edge);
  world.pass(62 * min);
  expect([cutOff, world.story]).toEqual([['CPU busy: Edge'], ['+ CPU busy: Edge (medium)', '- CPU busy: Edge lost-data']]);
});

test('one ping in a hundred lost everywhere is told nowhere in an hour', () => {
  const world = new World();
  for (let i = 0; i < 100; i++) {
    const id = world.add(`PC ${i}`, { branchNumber: i % 5, ispLink: i < 5, branchRouter: i < 5 });
    // Not all at once, and as evenly as chance has it.
    world.pinged(id, round => ((round * 7_919 + i * 104_729) % 101 === 0 ? null : 20_000 + ((round * 31 + i) % 5_000)));
  }
  world.pass(60 * min);
  expect([world.story, world.messages]).toEqual([[], []]);
});
