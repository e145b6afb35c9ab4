/** The device form as text fields, and what of it goes to the engine. */
import type { Device, DevicePatch, DeviceType } from '../../../shared/model/device.ts';
import type { Arg } from '../../../shared/rpc/contract.ts';
import type { Api } from '../../../shared/api/index.ts';

/** Empty text means: not given. Intervals are whole or broken seconds. */
export type FormValues = {
  readonly address: string;
  readonly name: string;
  readonly type: DeviceType;
  readonly branch: string;
  readonly region: string;
  readonly vendor: string;
  readonly model: string;
  readonly location: string;
  readonly notes: string;
  readonly intervalS: number | '';
  readonly timeoutS: number | '';
  readonly snmpCommunity: string;
  /** Edit only: take the stored community away. */
  readonly forgetCommunity: boolean;
  readonly snmpPort: number | '';
  readonly enabled: boolean;
};

export const emptyForm: FormValues = {
  address: '', name: '', type: 'other', branch: '', region: '', vendor: '', model: '', location: '', notes: '',
  intervalS: '', timeoutS: '', snmpCommunity: '', forgetCommunity: false, snmpPort: '', enabled: true,
};

const defaultSnmpPort = 161;

export function formOf(device: Device): FormValues {
  return {
    address: device.address,
    name: device.name,
    type: device.type,
    branch: device.branch ?? '',
    region: device.region ?? '',
    vendor: device.vendor ?? '',
    model: device.model ?? '',
    location: device.location ?? '',
    notes: device.notes ?? '',
    intervalS: device.ownIntervalMs === null ? '' : device.ownIntervalMs / 1_000,
    timeoutS: device.ownTimeoutMs === null ? '' : device.ownTimeoutMs / 1_000,
    snmpCommunity: '', // It never comes back out of the engine.
    forgetCommunity: false,
    snmpPort: device.snmpPort === defaultSnmpPort ? '' : device.snmpPort,
    enabled: device.enabled,
  };
}

const orNull = (text: string): string | null => (text.trim() === '' ? null : text.trim());
const toMs = (seconds: number | ''): number | null => (seconds === '' ? null : Math.round(seconds * 1_000));

export function newDeviceOf(form: FormValues, allowSharedAddress: boolean): Arg<Api, 'devices.create'> {
  return {
    address: form.address,
    name: form.name,
    type: form.type,
    branch: orNull(form.branch),
    region: orNull(form.region),
    vendor: orNull(form.vendor),
    model: orNull(form.model),
    location: orNull(form.location),
    notes: orNull(form.notes),
    intervalMs: toMs(form.intervalS),
    timeoutMs: toMs(form.timeoutS),
    enabled: form.enabled,
    snmpCommunity: form.snmpCommunity === '' ? null : form.snmpCommunity,
    snmpPort: form.snmpPort === '' ? defaultSnmpPort : form.snmpPort,
    allowSharedAddress,
  };
}

/** Only what differs from `before`, so that two people editing one device do not undo each other. */
export function patchOf(before: FormValues, after: FormValues): DevicePatch {
  const changed = <K extends keyof FormValues>(field: K): boolean => before[field] !== after[field];
  return {
    // An emptied name becomes the address, as it does for a new device.
    ...(changed('name') && { name: after.name.trim() === '' ? after.address.trim() : after.name }),
    ...(changed('address') && { address: after.address }),
    ...(changed('type') && { type: after.type }),
    ...(changed('branch') && { branch: orNull(after.branch) }),
    ...(changed('region') && { region: orNull(after.region) }),
    ...(changed('vendor') && { vendor: orNull(after.vendor) }),
    ...(changed('model') && { model: orNull(after.model) }),
    ...(changed('location') && { location: orNull(after.location) }),
    ...(changed('notes') && { notes: orNull(after.notes) }),
    ...(changed('intervalS') && { intervalMs: toMs(after.intervalS) }),
    ...(changed('timeoutS') && { timeoutMs: toMs(after.timeoutS) }),
    ...(changed('enabled') && { enabled: after.enabled }),
    ...(changed('snmpPort') && { snmpPort: after.snmpPort === '' ? defaultSnmpPort : after.snmpPort }),
    ...(after.forgetCommunity ? { snmpCommunity: null } : after.snmpCommunity !== '' && { snmpCommunity: after.snmpCommunity }),
  };
}
