/** What a condition can come to by bounds never leaves out what it comes to by values within them. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DeviceId } from '../../../shared/model/ids.ts';
import type { Condition } from '../../../shared/model/rule.ts';
import { compileCondition } from './condition.ts';
import { can, possible, type Span } from './possible.ts';
import { DeviceThing } from './things.ts';

const rule: Parameters<typeof compileCondition>[0] = { subject: 'device', parameters: [] };
const names = ['cpu', 'memory', 'disk'] as const;
const states = ['up', 'down', 'paused'] as const;

/** A value, or none, and the bounds that it lies in. */
const bounded = fc.record({ value: fc.option(fc.integer({ min: 0, max: 6 }), { freq: 3 }), below: fc.integer({ min: 0, max: 3 }), above: fc.integer({ min: 0, max: 3 }), mayMiss: fc.boolean() }).map(({ value, below, above, mayMiss }): { value: number | null; span: Span } => ({
  value, span: { least: (value ?? 3) - below, most: (value ?? 3) + above, mayMiss: mayMiss || value === null },
}));

const { condition } = fc.letrec<{ condition: Condition }>(tie => ({
  condition: fc.oneof({ maxDepth: 3, depthSize: 'small', withCrossShrink: true },
    fc.record({ kind: fc.constant('compare' as const), metric: fc.constantFrom(...names), op: fc.constantFrom('>', '>=', '<', '<=', '=', '!='), value: fc.integer({ min: 0, max: 6 }), unit: fc.constant('%') }),
    fc.record({ kind: fc.constant('is' as const), metric: fc.constant('state'), words: fc.subarray([...states], { minLength: 1 }) }),
    fc.record({ kind: fc.constantFrom('all', 'any'), of: fc.array(tie('condition'), { minLength: 1, maxLength: 3 }) }),
    fc.record({ kind: fc.constant('not' as const), of: tie('condition') })),
}));

test('bounds never rule out what the values within them come to', () => {
  fc.assert(fc.property(condition, fc.tuple(bounded, bounded, bounded), fc.constantFrom(...states), fc.subarray([...states]), (given, values, state, others) => {
    fc.pre(JSON.stringify(given).length < 2_000);
    const device = new DeviceThing({
      id: DeviceId.parse('00000000-0000-4000-8000-000000000001'), internalId: 1, name: 'Device 1', address: '127.0.0.1', type: 'router', branch: null, region: null, tags: [], ispLink: false, simulated: false, branchRouter: false, branchId: null,
      enabled: true, intervalMs: 10_000, timeoutMs: 1_000, samplesPerS: 0.1,
    }, 16);
    const [cpu, memory, disk] = values.map(({ value }) => value);
    device.vitals = { at: 0, cpu: cpu ?? null, memory: memory ?? null, disk: disk ?? null, temperature: null };
    device.reading = { ...device.reading, state };
    const holds = compileCondition(rule, given).holds(device, new Float64Array(), 0);
    const set = possible(rule, given, new Float64Array(), { number: ({ metric }) => values[names.findIndex(name => name === metric)]?.span ?? null, words: () => new Set([state, ...others]) });
    expect(set & (holds === null ? can.miss : holds ? can.hold : can.fail)).not.toBe(0);
  }));
});
