import { describe, expect, test } from 'vitest';
import { api } from '../../../shared/api/index.ts';
import { DeviceId } from '../../../shared/model/ids.ts';
import { checkInputOf, newCheck } from './check-draft.ts';
import { emptyForm, newDeviceOf, nothingDecides, numberLimits, outOfBounds, patchOf, type FormValues } from './form-values.ts';

describe('the device form', () => {
  test('an address alone makes a device with every default', () => {
    const parsed = api['devices.create'].input.parse(newDeviceOf({ ...emptyForm, address: ' 192.0.2.5 ' }, false));
    expect(parsed).toEqual({
      name: '', address: '192.0.2.5', type: 'other', branch: null, region: null, vendor: null, model: null, location: null, notes: null, intervalMs: null, timeoutMs: null, enabled: true,
      snmpCommunity: null, snmpPort: 161, pingEnabled: true, probesPerInterval: null, payloadBytes: null, dscp: null, dontFragment: false, canary: false, branchRouter: false, parentIds: [],
      parentsNeeded: 'any', checks: [], tags: [], allowSharedAddress: false,
    });
  });

  test('seconds become milliseconds', () => {
    const { intervalMs, timeoutMs } = newDeviceOf({ ...emptyForm, intervalS: 30, timeoutS: 0.3 }, false);
    expect({ intervalMs, timeoutMs }).toEqual({ intervalMs: 30_000, timeoutMs: 300 });
  });

  test('a number that the engine would refuse is named, and an empty or allowed one is not', () => {
    const refused = outOfBounds({ ...emptyForm, intervalS: 0.5, timeoutS: '-', snmpPort: 65_536, probesPerInterval: 11, payloadBytes: 7, dscp: 0 }).map(each => each.contractField);
    expect([refused, outOfBounds(emptyForm), outOfBounds({ ...emptyForm, intervalS: 1.5, timeoutS: '0.30', snmpPort: 161 })]).toEqual([['intervalMs', 'timeoutMs', 'snmpPort', 'probesPerInterval', 'payloadBytes'], [], []]);
  });

  test('the bounds of the form are those of the contract', () => {
    const accepted = (end: 'min' | 'max', off: number): boolean => {
      const atEnd: Partial<FormValues> = Object.fromEntries(Object.entries(numberLimits).map(([field, limits]) => [field, limits[end] + off]));
      const parsed = api['devices.create'].input.safeParse(newDeviceOf({ ...emptyForm, address: '192.0.2.5', ...atEnd }, false));
      return parsed.success || parsed.error.issues.length < Object.keys(numberLimits).length;
    };
    expect([accepted('min', 0), accepted('max', 0), accepted('min', -1), accepted('max', 1)]).toEqual([true, true, false, false]);
  });

  test('what answers no ping needs a further check that is switched on and has consequences', () => {
    const tcp = newCheck('tcp', 'a');
    const lists = [[], [{ ...tcp, enabled: false }], [{ ...tcp, consequence: 'nothing' as const }], [{ ...tcp, enabled: false }, { ...tcp, consequence: 'down' as const }]];
    expect([nothingDecides(emptyForm), ...lists.map(checks => nothingDecides({ pingEnabled: false, checks }))]).toEqual([false, true, true, true, false]);
  });

  test('an edit sends only what was changed', () => {
    const before = { ...emptyForm, address: '192.0.2.5', name: 'Edge', branch: 'North', intervalS: 30 };
    expect([patchOf(before, before), patchOf(before, { ...before, branch: ' ', intervalS: '' }), patchOf(before, { ...before, name: '' })]).toEqual([{}, { branch: null, intervalMs: null }, { name: '192.0.2.5' }]);
  });

  test('an edit sends a list as a whole, and only where it holds something else', () => {
    const parent = DeviceId.parse('3b241101-e2bb-4255-8caf-4136c566a962');
    const before = { ...emptyForm, parentIds: [parent], checks: [newCheck('tcp', 'a')] };
    const after = { ...before, parentIds: [parent], checks: [...before.checks, newCheck('heartbeat', 'b')], canary: true, probesPerInterval: 3 };
    expect(patchOf(before, after)).toEqual({ canary: true, probesPerInterval: 3, checks: [checkInputOf(newCheck('tcp', 'a')), checkInputOf(newCheck('heartbeat', 'b'))] });
  });

  test('whether it is an ISP link is left to the engine until somebody says so', () => {
    const made = [emptyForm, { ...emptyForm, ispLink: false }].map(form => 'ispLink' in newDeviceOf(form, false));
    const before = { ...emptyForm, ispLink: true, tags: ['core'] };
    expect([made, patchOf(before, { ...before, ispLink: false, tags: ['core', 'vip'] }), patchOf(before, { ...before })]).toEqual([[false, true], { ispLink: false, tags: ['core', 'vip'] }, {}]);
  });

  test('a stored community is kept, replaced or removed, but never emptied by accident', () => {
    const patches = [patchOf(emptyForm, emptyForm), patchOf(emptyForm, { ...emptyForm, snmpCommunity: 'new' }), patchOf(emptyForm, { ...emptyForm, snmpCommunity: 'new', forgetCommunity: true })];
    expect(patches).toEqual([{}, { snmpCommunity: 'new' }, { snmpCommunity: null }]);
  });
});
