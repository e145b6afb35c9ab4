/** The device form as text fields, and what of it goes to the engine. */
import type { Device, DeviceType } from '../../../shared/model/device.ts';
import type { AppError, Arg } from '../../../shared/rpc/contract.ts';
import type { Api } from '../../../shared/api/index.ts';
import type { DeviceId } from '../../../shared/model/ids.ts';
import { checkDraftOf, checkInputOf, type CheckDraft } from './check-draft.ts';

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
  readonly pingEnabled: boolean;
  readonly probesPerInterval: NumberDraft;
  readonly payloadBytes: NumberDraft;
  readonly dscp: NumberDraft;
  readonly dontFragment: boolean;
  readonly canary: boolean;
  readonly branchRouter: boolean;
  readonly tags: readonly string[];
  /** null: a new device of which nothing was said; the engine decides. */
  readonly ispLink: boolean | null;
  readonly parentIds: readonly DeviceId[];
  readonly parentsNeeded: Device['parentsNeeded'];
  readonly checks: readonly CheckDraft[];
};

export const emptyForm: FormValues = {
  address: '', name: '', type: 'other', branch: '', region: '', vendor: '', model: '', location: '', notes: '',
  intervalS: '', timeoutS: '', snmpCommunity: '', forgetCommunity: false, snmpPort: '', enabled: true,
  pingEnabled: true, probesPerInterval: '', payloadBytes: '', dscp: '', dontFragment: false, canary: false, branchRouter: false, tags: [], ispLink: null, parentIds: [], parentsNeeded: 'any', checks: [],
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
    pingEnabled: device.pingEnabled,
    probesPerInterval: device.ownProbesPerInterval ?? '',
    payloadBytes: device.ownPayloadBytes ?? '',
    dscp: device.ownDscp ?? '',
    dontFragment: device.dontFragment,
    canary: device.canary,
    branchRouter: device.branchRouter,
    tags: device.tags,
    ispLink: device.ispLink,
    parentIds: device.parentIds,
    parentsNeeded: device.parentsNeeded,
    checks: device.checks.map(checkDraftOf),
  };
}

type Patch = Arg<Api, 'devices.update'>['patch'];

const orNull = (text: string): string | null => (text.trim() === '' ? null : text.trim());
const toMs = (seconds: NumberDraft): number | null => (seconds === '' ? null : Math.round(Number(seconds) * 1_000));
const numberOrNull = (draft: NumberDraft): number | null => (draft === '' ? null : Number(draft));
const portOf = (port: NumberDraft): number => (port === '' ? defaultSnmpPort : Number(port));

/** What the contract allows, in the form's units. */
export const numberLimits = {
  intervalS: { min: 1, max: 3_600 }, timeoutS: { min: 0.1, max: 10 }, snmpPort: { min: 1, max: 65_535 }, probesPerInterval: { min: 1, max: 10 }, payloadBytes: { min: 8, max: 65_000 }, dscp: { min: 0, max: 63 },
} as const;
export type NumberField = keyof typeof numberLimits;

/** The number fields whose value the engine would refuse. */
export function outOfBounds(form: FormValues): readonly { readonly contractField: string; readonly min: number; readonly max: number }[] {
  const checks = [
    { contractField: 'intervalMs', draft: form.intervalS, ...numberLimits.intervalS },
    { contractField: 'timeoutMs', draft: form.timeoutS, ...numberLimits.timeoutS },
    ...(['snmpPort', 'probesPerInterval', 'payloadBytes', 'dscp'] as const).map(field => ({ contractField: field, draft: form[field], ...numberLimits[field] })),
  ];
  // `not within` rather than `outside`: what is no number is neither.
  return checks.filter(({ draft, min, max }) => draft !== '' && !(Number(draft) >= min && Number(draft) <= max));
}

/** Neither a ping nor a further check says how the device is: it could never be anything but unknown. The engine refuses it too. */
export function nothingDecides(form: Pick<FormValues, 'pingEnabled' | 'checks'>): boolean {
  return !form.pingEnabled && !form.checks.some(check => check.enabled && check.consequence !== 'nothing');
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
    pingEnabled: form.pingEnabled,
    probesPerInterval: numberOrNull(form.probesPerInterval),
    payloadBytes: numberOrNull(form.payloadBytes),
    dscp: numberOrNull(form.dscp),
    dontFragment: form.dontFragment,
    canary: form.canary,
    branchRouter: form.branchRouter,
    tags: [...form.tags],
    ...(form.ispLink === null ? {} : { ispLink: form.ispLink }),
    parentIds: [...form.parentIds],
    parentsNeeded: form.parentsNeeded,
    checks: form.checks.map(checkInputOf),
    allowSharedAddress,
  };
}

/** Only what differs from `before`, so that two people editing one device do not undo each other. */
export function patchOf(before: FormValues, after: FormValues): Patch {
  // Lists are compared as what they hold.
  const changed = <K extends keyof FormValues>(field: K): boolean => JSON.stringify(before[field]) !== JSON.stringify(after[field]);
  const changedNumber = (field: 'probesPerInterval' | 'payloadBytes' | 'dscp') => changed(field) && { [field]: numberOrNull(after[field]) };
  const changedChoice = (field: 'pingEnabled' | 'dontFragment' | 'canary' | 'branchRouter' | 'parentsNeeded') => changed(field) && { [field]: after[field] };
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
    ...changedNumber('probesPerInterval'),
    ...changedNumber('payloadBytes'),
    ...changedNumber('dscp'),
    ...changedChoice('pingEnabled'),
    ...changedChoice('dontFragment'),
    ...changedChoice('canary'),
    ...changedChoice('branchRouter'),
    ...changedChoice('parentsNeeded'),
    ...(changed('tags') && { tags: [...after.tags] }),
    ...(changed('ispLink') && after.ispLink !== null && { ispLink: after.ispLink }),
    ...(changed('parentIds') && { parentIds: [...after.parentIds] }),
    ...(changed('checks') && { checks: after.checks.map(checkInputOf) }),
    ...(changed('snmpPort') && { snmpPort: portOf(after.snmpPort) }),
    ...(after.forgetCommunity ? { snmpCommunity: null } : after.snmpCommunity !== '' && { snmpCommunity: after.snmpCommunity }),
  };
}

/** Whether another device has the address, which can be accepted: the refusal names that device. Other conflicts, such as devices that stand behind each other, cannot. */
export function isAddressTaken(error: AppError | null): boolean {
  return error?.code === 'conflict' && typeof error.detail === 'object' && error.detail !== null && 'deviceId' in error.detail;
}
