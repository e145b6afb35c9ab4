/** The device form as text fields, and what of it goes to the engine. */
import type { Device, DevicePatch, DeviceType } from '../../../shared/model/device.ts';
import type { Arg } from '../../../shared/rpc/contract.ts';
import type { Api } from '../../../shared/api/index.ts';

/** A number field as it is typed: a string while it is empty or unfinished. */
type NumberDraft = number | string;

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
  readonly intervalS: NumberDraft;
  readonly timeoutS: NumberDraft;
  readonly snmpCommunity: string;
  /** Edit only: take the stored community away. */
  readonly forgetCommunity: boolean;
  readonly snmpPort: NumberDraft;
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
const toMs = (seconds: NumberDraft): number | null => (seconds === '' ? null : Math.round(Number(seconds) * 1_000));
const portOf = (port: NumberDraft): number => (port === '' ? defaultSnmpPort : Number(port));

/** What the contract allows, in the form's units. */
export const numberLimits = { intervalS: { min: 1, max: 3_600 }, timeoutS: { min: 0.1, max: 10 }, snmpPort: { min: 1, max: 65_535 } } as const;

/** The number fields whose value the engine would refuse. */
export function outOfBounds(form: FormValues): readonly { readonly contractField: string; readonly min: number; readonly max: number }[] {
  const checks = [
    { contractField: 'intervalMs', draft: form.intervalS, ...numberLimits.intervalS },
    { contractField: 'timeoutMs', draft: form.timeoutS, ...numberLimits.timeoutS },
    { contractField: 'snmpPort', draft: form.snmpPort, ...numberLimits.snmpPort },
  ];
  // `not within` rather than `outside`: what is no number is neither.
  return checks.filter(({ draft, min, max }) => draft !== '' && !(Number(draft) >= min && Number(draft) <= max));
}

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
    snmpPort: portOf(form.snmpPort),
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
    ...(changed('snmpPort') && { snmpPort: portOf(after.snmpPort) }),
    ...(after.forgetCommunity ? { snmpCommunity: null } : after.snmpCommunity !== '' && { snmpCommunity: after.snmpCommunity }),
  };
}
