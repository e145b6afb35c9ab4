import { describe, expect, test } from 'vitest';
import { api } from '../../../shared/api/index.ts';
import { emptyForm, newDeviceOf, patchOf } from './form-values.ts';

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

  test('an edit sends only what was changed', () => {
    const before = { ...emptyForm, address: '192.0.2.5', name: 'Edge', branch: 'North', intervalS: 30 };
    expect([patchOf(before, before), patchOf(before, { ...before, branch: ' ', intervalS: '' }), patchOf(before, { ...before, name: '' })]).toEqual([{}, { branch: null, intervalMs: null }, { name: '192.0.2.5' }]);
  });

  test('a stored community is kept, replaced or removed, but never emptied by accident', () => {
    const patches = [patchOf(emptyForm, emptyForm), patchOf(emptyForm, { ...emptyForm, snmpCommunity: 'new' }), patchOf(emptyForm, { ...emptyForm, snmpCommunity: 'new', forgetCommunity: true })];
    expect(patches).toEqual([{}, { snmpCommunity: 'new' }, { snmpCommunity: null }]);
  });
});
