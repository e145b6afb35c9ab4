/** What becomes of incidents when what they are about changes under them, or was not recorded. */
import { expect, test } from 'vitest';
import { BranchId } from '../../../shared/model/ids.ts';
import { World } from './world-for-tests.ts';

const s = 1_000;
const min = 60 * s;

test('an incident that goes on under another rule is over when that is', () => {
  const world = new World();
  const id = world.add('PC');
  world.down(id);
  world.pass(min);
  world.change(id, { ispLink: true });
  world.pass(60 * min);
  world.up(id);
  world.pass(min);
  const endings = [...world.alerts.values()].map(({ clearedAt }) => clearedAt ?? 0);
  expect([...world.incidents.values()].map(({ closedAt }) => closedAt)).toEqual([Math.max(...endings)]);
});

test('an alert whose incident was not recorded is told all the same', () => {
  const world = new World();
  const id = world.add('PC');
  world.down(id);
  world.pass(4 * s);
  world.incidents.clear();
  world.restart();
  world.pass(min);
  world.up(id);
  world.pass(min);
  expect([world.messages, world.openIncidents(), [...world.alerts.values()].map(({ incidentId }) => world.incidents.has(incidentId))]).toEqual([['problem PC is down', 'recovery PC is down'], [], [true]]);
});

test('what was told of an incident that is gone is forgotten', () => {
  const world = new World();
  const id = world.add('PC');
  world.down(id);
  world.pass(min);
  world.alerts.clear();
  world.incidents.clear();
  world.states.clear();
  world.remove(id);
  world.alerting.drain();
  world.restart();
  world.pass(min);
  world.restart();
  expect(world.toldOf).toEqual([]);
});

test('a branch that its last device has left is there no more, and nothing is found in it', () => {
  const world = new World();
  const id = world.add('PC', { branchNumber: 1 });
  world.change(id, { branch: 'Branch 2', branchId: BranchId.parse('00000000-0000-4000-8000-000000005002') });
  world.pass(min);
  expect([[...world.alerting.estate.branches].map(({ name }) => name), [...world.alerting.things].flatMap(thing => (thing.kind === 'branch' ? [thing.name] : []))]).toEqual([['Branch 2'], ['Branch 2']]);
});
