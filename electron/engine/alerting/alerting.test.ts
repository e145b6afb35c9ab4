import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RuleId } from '../../../shared/model/ids.ts';
import { RuleInput } from '../../../shared/model/rule.ts';
import { builtInRules } from './built-in-rules.ts';
import { ruleOf } from './rule.ts';
import { World } from './world-for-tests.ts';

const s = 1_000;
const min = 60 * s;
const hour = 60 * min;

/** A router and nine devices behind it. */
function branchIn(world: World, branchNumber = 1): { readonly router: number; readonly behind: readonly number[] } {
  const router = world.add(`Router ${branchNumber}`, { branchNumber, branchRouter: true, type: 'router' });
  return { router, behind: Array.from({ length: 9 }, (_, i) => world.add(`PC ${branchNumber}${i}`, { branchNumber })) };
}

const titles = (world: World): string[] => world.openIncidents().map(({ kind, title, affectedCount, openAlerts }) => `${kind}: ${title}, ${affectedCount} struck, ${openAlerts} alerts`);

describe('one cause is one incident', () => {
  test('a branch without power names its devices, and is told once and closed once', () => {
    const world = new World();
    const { router, behind } = branchIn(world);
    world.pass(min);
    world.down(router);
    for (const id of behind) world.unreachable(id, router);
    world.pass(min);
    const [incident] = world.openIncidents();
    world.up(router);
    for (const id of behind) world.up(id);
    world.pass(min);
    expect([incident?.affected, incident?.verdict, world.messages, world.openIncidents()]).toEqual([
      ['Router 1', ...behind.map((_, i) => `PC 1${i}`)], 'The router of Branch 1 and everything behind it fell silent: the branch has no power, or has lost its uplink.', ['problem Branch 1 is down', 'recovery Branch 1 is down'], [],
    ]);
  });

  test('devices that fall one after the other before their router is judged are taken into it', () => {
    const world = new World();
    const { router, behind } = branchIn(world);
    world.pass(min);
    for (const id of behind.slice(0, 4)) {
      world.down(id);
      world.pass(2 * s);
    }
    world.down(router);
    for (const id of behind) world.unreachable(id, router);
    world.pass(min);
    const open = titles(world);
    world.up(router);
    for (const id of behind) world.up(id);
    world.pass(min);
    const conversations = [...world.conversations.values()].map(kinds => kinds.join(' ')).sort();
    expect([open, world.openIncidents(), conversations]).toEqual([['branch: Branch 1 is down, 10 struck, 6 alerts'], [], ['problem update recovery']]);
  });

  test('all of a branch down in one round is one incident, whoever comes first', () => {
    const world = new World();
    const { router, behind } = branchIn(world);
    world.pass(min);
    for (const id of [...behind, router]) world.down(id);
    world.pass(min);
    expect([titles(world), world.messages]).toEqual([['branch: Branch 1 is down, 10 struck, 11 alerts'], ['problem Branch 1 is down']]);
  });

  test('a device that was told before its router was found down goes on with the router', () => {
    const world = new World(builtInRules.filter(({ id }) => id !== 'branch-down'));
    const { router, behind: [first = 0] } = branchIn(world);
    world.pass(min);
    world.down(first);
    world.pass(20 * s);
    world.down(router);
    world.unreachable(first, router);
    world.pass(min);
    expect([titles(world), world.messages]).toEqual([['device: Router 1 is down, 2 struck, 2 alerts'], ['problem PC 10 is down', 'recovery PC 10 is down', 'problem Router 1 is down']]);
  });

  test('both links of a router are one incident', () => {
    const world = new World();
    const router = world.add('Router', { branchNumber: 1 });
    world.port(router, 3, { ispProvider: 'Magti' });
    world.port(router, 4, { ispProvider: 'Silknet' });
    world.pass(min);
    world.port(router, 3, { operStatus: 'down' });
    world.port(router, 4, { operStatus: 'down' });
    world.pass(min);
    expect([titles(world), world.messages]).toEqual([['isps: Both internet links of Router are down, 1 struck, 3 alerts'], ['problem Both internet links of Router are down']]);
  });

  test('the ports of one switch are one incident', () => {
    const world = new World();
    const device = world.add('Switch', { branchNumber: 1, type: 'switch' });
    for (const ifIndex of [1, 2, 3]) world.port(device, ifIndex, { critical: true });
    world.pass(min);
    for (const ifIndex of [1, 2, 3]) world.port(device, ifIndex, { operStatus: 'down' });
    world.pass(min);
    expect([titles(world), world.messages]).toEqual([['ports: 3 interfaces of Switch are down, 3 struck, 3 alerts'], ['problem 3 interfaces of Switch are down']]);
  });

  test('two devices of one branch that have nothing to do with each other are two incidents', () => {
    const world = new World();
    const { behind: [one = 0, two = 0] } = branchIn(world);
    world.pass(min);
    world.down(one);
    world.down(two);
    world.pass(min);
    expect([titles(world).sort(), world.messages.toSorted()]).toEqual([['device: PC 10 is down, 1 struck, 1 alerts', 'device: PC 11 is down, 1 struck, 1 alerts'], ['problem PC 10 is down', 'problem PC 11 is down']]);
  });

  test('of two branches each has its own', () => {
    const world = new World();
    for (const { router, behind } of [branchIn(world, 1), branchIn(world, 2)]) {
      world.down(router);
      for (const id of behind) world.unreachable(id, router);
    }
    world.pass(min);
    expect(world.messages.toSorted()).toEqual(['problem Branch 1 is down', 'problem Branch 2 is down']);
  });

  test('a branch that was renamed is told by its new name', () => {
    const world = new World();
    const { router, behind } = branchIn(world);
    for (const id of [router, ...behind]) world.change(id, { branch: 'Kvareli' });
    world.down(router);
    for (const id of behind) world.unreachable(id, router);
    world.pass(min);
    expect(world.messages).toEqual(['problem Kvareli is down']);
  });
});

/** What keeps the alert of a device that is down back: how that begins, and how it ends. */
type Reason = { readonly reason: string; readonly begin: (world: World, id: number) => void; readonly end: (world: World, id: number) => void };
const work = (change: Parameters<World['work']>[1], back: Parameters<World['work']>[1]): Pick<Reason, 'begin' | 'end'> => ({ begin: world => world.work(world.openAlert('Device down'), change), end: world => world.work(world.openAlert('Device down'), back) });
const reasons: readonly Reason[] = [
  { reason: 'known-down', begin: world => { world.circumstances.knownDown = () => ({ reason: 'Sold', until: null }); }, end: world => { world.circumstances.knownDown = () => null; } },
  { reason: 'parent-down', begin: (world, id) => world.unreachable(id, 1), end: (world, id) => world.down(id) },
  { reason: 'blind', begin: (world, id) => world.unseen(id), end: (world, id) => world.down(id) },
  { reason: 'maintenance', begin: world => { world.circumstances.maintenance = (_facts, now) => ({ name: 'Night', until: now + hour }); }, end: world => { world.circumstances.maintenance = () => null; } },
  { reason: 'snoozed', begin: world => world.work(world.openAlert('Device down'), { snoozedUntil: world.now + 10 * min }), end: world => world.pass(10 * min) },
  { reason: 'acknowledged', ...work({ acknowledgedAt: 1, acknowledgedBy: 'Nino' }, { acknowledgedAt: null, acknowledgedBy: null }) },
];

describe.each(reasons)('suppressed: $reason', ({ reason, begin, end }) => {
  function suppressed(): { readonly world: World; readonly id: number } {
    const world = new World();
    world.add('Parent');
    const id = world.add('PC');
    world.pass(min);
    world.down(id);
    world.turn();
    begin(world, id);
    world.pass(2 * min);
    return { world, id };
  }

  test('the alert stays visible, and its message waits until the reason ends', () => {
    const { world, id } = suppressed();
    const before = { open: world.open().map(alert => alert.suppression?.reason), messages: [...world.messages] };
    end(world, id);
    world.pass(min);
    expect([before, world.messages]).toEqual([{ open: [reason], messages: [] }, ['problem PC is down']]);
  });

  test('nothing is told of what is over when the reason ends', () => {
    const { world, id } = suppressed();
    world.up(id);
    world.pass(min);
    const left = world.open();
    if (left.length > 0) end(world, id);
    world.pass(min);
    expect([left, world.messages]).toEqual([[], []]);
  });

  test('the end of what was told before is told all the same', () => {
    const world = new World();
    world.add('Parent');
    const id = world.add('PC');
    world.pass(min);
    world.down(id);
    world.pass(min);
    begin(world, id);
    world.pass(min);
    world.up(id);
    world.pass(min);
    expect(world.messages).toEqual(['problem PC is down', 'recovery PC is down']);
  });
});

test.each([
  ['known to be down', (world: World) => { world.circumstances.knownDown = id => (id === 1 ? { reason: 'Closed', until: null } : null); }],
  ['in maintenance', (world: World) => { world.circumstances.maintenance = ({ internalId }, now) => (internalId === 1 ? { name: 'Night', until: now + hour } : null); }],
])('a branch whose router is %s is told to nobody', (_name, know) => {
  const world = new World();
  const { router, behind } = branchIn(world);
  know(world);
  world.pass(min);
  world.down(router);
  for (const id of behind) world.unreachable(id, router);
  world.pass(10 * min);
  expect(world.messages).toEqual([]);
});

test('a flapping device is one conversation that ends with its final state', () => {
  const world = new World();
  const id = world.add('PC');
  world.pass(min);
  for (let i = 0; i < 20; i++) {
    world.down(id, 4 * s);
    world.pass(6 * s);
    world.up(id);
    world.pass(6 * s);
  }
  const flapping = { firing: world.firing(), incidents: world.openIncidents().map(({ flapping: flaps }) => flaps) };
  world.pass(15 * min);
  expect([flapping, world.messages.filter(message => !message.startsWith('flapping')), world.openIncidents()]).toEqual([{ firing: ['Device down: PC', 'Device flapping: PC'], incidents: [true] }, ['problem PC is flapping', 'update PC is flapping', 'recovery PC is flapping'], []]);
});

describe('restarts', () => {
  test('nothing ends before everything has been heard of again', () => {
    const world = new World();
    const [one, two] = [world.add('PC 1'), world.add('PC 2')];
    world.pass(min);
    world.down(one);
    world.down(two);
    world.pass(min);
    world.restart(hour);
    const atOnce = world.firing();
    world.up(one);
    world.pass(2 * s);
    const soon = world.firing();
    world.pass(20 * s);
    expect([atOnce, soon, world.firing(), world.messages]).toEqual([
      ['Device down: PC 1', 'Device down: PC 2'], ['Device down: PC 1', 'Device down: PC 2'], ['Device down: PC 2'], ['problem PC 1 is down', 'problem PC 2 is down', 'recovery PC 1 is down'],
    ]);
  });

  test('what was resolved by hand stays so', () => {
    const world = new World();
    const id = world.add('PC');
    world.down(id);
    world.pass(min);
    world.resolve(world.openAlert('Device down'));
    world.restart();
    world.pass(5 * min);
    expect(world.story).toEqual(['+ Device down: PC (critical)', '- Device down: PC resolved']);
  });

  test('what is gone meanwhile ends at once', () => {
    const world = new World();
    const [one, two] = [world.add('PC 1'), world.add('PC 2')];
    world.down(one);
    world.down(two);
    world.pass(min);
    world.remove(one);
    world.rules = world.rules.filter(({ id }) => id !== 'device-down');
    world.restart();
    world.pass(min);
    expect(world.story.slice(2)).toEqual(['- Device down: PC 1 removed', '- Device down: PC 2 rule-changed']);
  });

  test('a rule about silence is not set off by the time in which the console was off', () => {
    const silent = ruleOf(RuleId.parse('silent'), false, RuleInput.parse({ name: 'No CPU', severity: 'low', subject: 'device', condition: { kind: 'compare', metric: 'cpu', op: '>', value: 100, unit: '%' }, noData: 'fire', noDataMs: 5 * min }));
    const world = new World([silent]);
    world.add('PC');
    world.pass(2 * min);
    world.restart(8 * hour);
    world.pass(4 * min);
    const before = [...world.story];
    world.pass(3 * min);
    expect([before, world.story]).toEqual([[], ['+ No CPU: PC (low)']]);
  });

  test('a device that was flapping is so until it has been calm for long enough', () => {
    const world = new World();
    const id = world.add('PC');
    world.pass(min);
    for (const turn of ['down', 'up', 'down', 'up'] as const) {
      if (turn === 'down') world.down(id, 4 * s);
      else world.up(id);
      world.pass(6 * s);
    }
    world.restart();
    world.pass(4 * min);
    const still = world.firing();
    world.pass(4 * min);
    expect([still, world.firing()]).toEqual([['Device flapping: PC'], []]);
  });

  test('a branch is not down because those of its devices were first that are', () => {
    const world = new World();
    const { router, behind: [first = 0, second = 0] } = branchIn(world);
    world.pass(min);
    for (const id of [router, first, second]) world.down(id);
    world.pass(10 * min);
    world.restart();
    for (const id of [router, first, second]) world.alerting.takeState(id, { state: 'down', since: world.now - min, downSince: world.now - min, lastCheckAt: null, failingChecks: 0, behindId: null }, world.now);
    world.pass(min);
    expect(world.firing()).toEqual(['Device down: PC 10', 'Device down: PC 11', 'Device down: Router 1']);
  });

  test('unknown alerts and incidents of before are told to an end', () => {
    const world = new World();
    const id = world.add('PC');
    world.down(id);
    world.pass(min);
    world.states.clear();
    world.restart();
    world.pass(min);
    world.up(id);
    world.pass(min);
    expect([world.story, world.messages]).toEqual([['+ Device down: PC (critical)', '- Device down: PC recovered'], ['problem PC is down', 'recovery PC is down']]);
  });
});

describe('an alert ends with its reason', () => {
  const fires = (): { readonly world: World; readonly id: number } => {
    const world = new World();
    const id = world.add('PC');
    world.add('Other');
    world.down(id);
    world.pass(min);
    return { world, id };
  };
  test.each([
    ['its device is removed', (world: World, id: number) => world.remove(id), 'removed'],
    ['its device is paused', (world: World, id: number) => world.change(id, { enabled: false }), 'paused'],
    ['its rule is switched off', (world: World) => world.setRules(builtInRules.map(rule => ({ ...rule, enabled: false }))), 'rule-changed'],
    ['its rule is removed', (world: World) => world.setRules([]), 'rule-changed'],
  ])('%s', (_name, happen, why) => {
    const { world, id } = fires();
    happen(world, id);
    world.pass(2 * s);
    expect([world.story[1], world.messages.slice(0, 2)]).toEqual([`- Device down: PC ${why}`, ['problem PC is down', 'recovery PC is down']]);
  });

  test('where a more exact rule takes over, the incident goes on', () => {
    const { world, id } = fires();
    world.change(id, { ispLink: true });
    world.pass(min);
    expect([world.story.slice(1), world.messages]).toEqual([['- Device down: PC rule-changed', '+ ISP link down: PC (critical)'], ['problem PC is down']]);
  });

  test('another limit keeps it open', () => {
    const { world } = fires();
    world.setRules(builtInRules.map(rule => ({ ...rule, parameters: rule.parameters.map(parameter => ({ ...parameter, value: parameter.value * 1.5 })) })));
    world.pass(min);
    expect(world.story).toEqual(['+ Device down: PC (critical)']);
  });
});

test('resolved by hand it is raised anew only after it was once over, also when its device was renamed', () => {
  const world = new World();
  const id = world.add('PC');
  world.down(id);
  world.pass(min);
  world.change(id, { tags: ['atm'] });
  world.resolve(world.openAlert('Device down'));
  world.pass(10 * min);
  const lasting = [...world.story];
  world.up(id);
  world.pass(min);
  world.down(id);
  world.pass(min);
  expect([lasting.slice(1), world.story.slice(2), [...world.alerting.boundsOf(world.openAlert('Device down').bound.thing)].filter(({ state }) => state !== null).map(({ state }) => state?.phase)]).toEqual([['- Device down: PC resolved'], ['+ Device down: PC (critical)'], ['firing']]);
});

describe.each([['back', -hour], ['forward', hour]])('a clock that is set %s by an hour', (_name, byMs) => {
  test('neither raises nor ends anything', () => {
    const world = new World();
    const { router } = branchIn(world);
    const [down, link, quiet] = [world.add('PC'), world.add('Link'), world.add('Quiet')];
    world.port(router, 1, { critical: true });
    world.alerting.estate.takeSnmp(quiet, 'ok', true, world.now);
    world.check(quiet, 1, {});
    world.pass(20 * min);
    // Two changes of long ago, and what is just short of being told.
    world.down(link, 4 * s);
    world.pass(4 * s);
    world.up(link);
    world.pass(10 * min);
    world.down(down);
    world.port(router, 1, { operStatus: 'down' });
    world.pass(20 * s);
    world.down(link, 2 * s);
    world.alerting.estate.takeSnmp(quiet, 'no-answer', false, world.now);
    world.check(quiet, 1, { state: 'failing', since: world.now });
    world.pass(2 * s);
    world.up(link);
    world.pass(2 * s);
    const before = [...world.story];
    world.setClock(byMs);
    world.pass(40 * s);
    expect([before, world.story]).toEqual([['+ Device down: PC (critical)', '+ Critical interface down: Router 1 Fa1 (high)'], before]);
  });

  test('delays and hurries nothing', () => {
    const world = new World();
    const id = world.add('PC');
    world.check(id, 1, {});
    world.pass(10 * min);
    world.down(id, 2 * s);
    world.port(id, 1, { critical: true });
    world.pass(2 * s);
    world.setClock(byMs);
    world.pass(4 * s);
    const soon = [...world.story];
    world.pass(4 * s);
    expect([soon, world.story]).toEqual([[], ['+ Device down: PC (critical)']]);
  });
});

type Move = { readonly device: number; readonly to: 'down' | 'up' | 'unreachable' | 'unseen'; readonly passMs: number; readonly restarts: boolean };
const moves = (passMs: readonly number[]) => fc.array(fc.record({ device: fc.integer({ min: 0, max: 5 }), to: fc.constantFrom('down' as const, 'up' as const, 'unreachable' as const, 'unseen' as const), passMs: fc.constantFrom(...passMs), restarts: fc.boolean() }), { maxLength: 25 });

function play(played: readonly Move[], restarts: boolean, rules = builtInRules, flapChanges = 5): World {
  const world = new World(rules, flapChanges);
  const ids = Array.from({ length: 6 }, (_, i) => world.add(`Device ${i}`, { branchNumber: i < 4 ? 1 : 2, branchRouter: i === 0 || i === 4, ispLink: i === 5 }));
  world.pass(min);
  for (const { device, to, passMs, restarts: isRestart } of played) {
    const id = ids[device] ?? 0;
    if (to === 'down') world.down(id);
    else if (to === 'up') world.up(id);
    else if (to === 'unseen') world.unseen(id);
    else if (device !== 0 && device !== 4) world.unreachable(id, device < 4 ? (ids[0] ?? 0) : (ids[4] ?? 0));
    world.pass(passMs);
    if (!restarts || !isRestart) continue;
    world.restart();
    world.pass(20 * s);
  }
  for (const id of ids) world.up(id);
  world.pass(30 * min);
  return world;
}

test('whatever happens and whenever it starts anew, everything that was raised ends once, and whoever was told of trouble is told of its end', () => {
  fc.assert(fc.property(moves([2 * s, 6 * s, 20 * s, 6 * min]), played => {
    const world = play(played, true);
    const raised = world.story.filter(line => line.startsWith('+'));
    const conversations = [...world.conversations.values()];
    expect({
      open: world.firing(), live: [...world.alerting.openAlerts].length, openIncidents: world.openIncidents(), counts: [...world.incidents.values()].filter(({ openAlerts }) => openAlerts !== 0),
      ends: world.story.length - raised.length, alerts: world.alerts.size,
      unended: conversations.filter(kinds => kinds[0] !== 'problem' || kinds.at(-1) !== 'recovery' || kinds.filter(kind => kind === 'problem' || kind === 'recovery').length !== 2),
      late: [...world.alerts.values()].filter(({ raisedAt, clearedAt }) => (clearedAt ?? 0) < raisedAt),
    }).toEqual({ open: [], live: 0, openIncidents: [], counts: [], ends: raised.length, alerts: raised.length, unended: [], late: [] });
  }), { numRuns: 40 });
}, 60_000);

test('at any time an incident has as many open alerts as it says, and is open as long as it has any', () => {
  fc.assert(fc.property(moves([2 * s, 20 * s, 6 * min]), played => {
    const world = new World();
    const ids = Array.from({ length: 6 }, (_, i) => world.add(`Device ${i}`, { branchNumber: 1, branchRouter: i === 0 }));
    for (const { device, to, passMs } of played) {
      const id = ids[device] ?? 0;
      if (to === 'down') world.down(id);
      else if (to === 'up') world.up(id);
      else if (to === 'unreachable' && device > 0) world.unreachable(id, ids[0] ?? 0);
      else world.unseen(id);
      world.pass(passMs);
      const open = Map.groupBy(world.open(), ({ incidentId }) => incidentId);
      const wrong = [...world.incidents.values()].filter(({ id: incident, openAlerts, closedAt }) => openAlerts !== (open.get(incident)?.length ?? 0) || (closedAt === null) !== open.has(incident));
      expect(wrong).toEqual([]);
    }
  }), { numRuns: 40 });
}, 60_000);

test('a restart between two rounds changes no message', () => {
  // What has flapped is not recorded; it is tried above.
  const rules = builtInRules.filter(({ id }) => !id.includes('flapping'));
  fc.assert(fc.property(moves([20 * s, 40 * s, 6 * min]), played => {
    const without = play(played.map(move => ({ ...move, passMs: move.passMs + (move.restarts ? 20 * s : 0) })), false, rules, 1_000);
    // Of different conversations one may come sooner than another.
    expect(play(played, true, rules, 1_000).messages.toSorted()).toEqual(without.messages.toSorted());
  }), { numRuns: 40 });
}, 60_000);
