import { describe, expect, test } from 'vitest';
import { api } from '../../../shared/api/index.ts';
import { emptyForm, newDeviceOf, numberLimits, outOfBounds, patchOf } from './form-values.ts';

describe('the device form', () => {
  test('an address alone makes a device with every default', () => {
    const parsed = api['devices.create'].input.parse(newDeviceOf({ ...emptyForm, address: ' 192.0.2.5 ' }, false));
    expect(parsed).toEqual({
      name: '', address: '192.0.2.5', type: 'other', branch: null, region: null, vendor: null, model: null, location: null, notes: null, intervalMs: null, timeoutMs: null, enabled: true,
      snmpCommunity: null, snmpPort: 161, allowSharedAddress: false,
    });
  });

  test('seconds become milliseconds', () => {
    const { intervalMs, timeoutMs } = newDeviceOf({ ...emptyForm, intervalS: 30, timeoutS: 0.3 }, false);
    expect({ intervalMs, timeoutMs }).toEqual({ intervalMs: 30_000, timeoutMs: 300 });
  });

  test('a number that the engine would refuse is named, and an empty or allowed one is not', () => {
    const refused = outOfBounds({ ...emptyForm, intervalS: 0.5, timeoutS: '-', snmpPort: 65_536 }).map(each => each.contractField);
    expect([refused, outOfBounds(emptyForm), outOfBounds({ ...emptyForm, intervalS: 1.5, timeoutS: '0.30', snmpPort: 161 })]).toEqual([['intervalMs', 'timeoutMs', 'snmpPort'], [], []]);
  });

  test('the bounds of the form are those of the contract', () => {
    const accepted = (end: 'min' | 'max', off: number): boolean => {
      const form = { ...emptyForm, address: '192.0.2.5', intervalS: numberLimits.intervalS[end] + off, timeoutS: numberLimits.timeoutS[end] + off, snmpPort: numberLimits.snmpPort[end] + off };
      const parsed = api['devices.create'].input.safeParse(newDeviceOf(form, false));
      return parsed.success || parsed.error.issues.length < 3;
    };
    expect([accepted('min', 0), accepted('max', 0), accepted('min', -1), accepted('max', 1)]).toEqual([true, true, false, false]);
  });

  test('an edit sends only what was changed', () => {
    const before = { ...emptyForm, address: '192.0.2.5', name: 'Edge', branch: 'North', intervalS: 30 };
    expect([patchOf(before, before), patchOf(before, { ...before, branch: ' ', intervalS: '' }), patchOf(before, { ...before, name: '' })]).toEqual([{}, { branch: null, intervalMs: null }, { name: '192.0.2.5' }]);
  });

  test('a stored community is kept, replaced or removed, but never emptied by accident', () => {
    const patches = [patchOf(emptyForm, emptyForm), patchOf(emptyForm, { ...emptyForm, snmpCommunity: 'new' }), patchOf(emptyForm, { ...emptyForm, snmpCommunity: 'new', forgetCommunity: true })];
    expect(patches).toEqual([{}, { snmpCommunity: 'new' }, { snmpCommunity: null }]);
  });
});
