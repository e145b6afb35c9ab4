/** Whose history there is to choose from, and what each is called. */
import { useTranslation } from 'react-i18next';
import type { Check } from '../../../shared/model/check.ts';
import type { HistoryTarget } from '../../../shared/model/history.ts';
import type { InterfaceRow } from '../../../shared/model/interface.ts';
import { useLive, useQuery } from '../../client/hooks.ts';
import { useDeviceNames } from '../../client/use-device-names.ts';

type Choice = { readonly key: string; readonly label: string; /** Also found by. */ readonly more: string; readonly target: HistoryTarget };

export type TargetNames = {
  /** Devices and branches; null until they are here. */
  readonly devices: readonly Choice[] | null;
  readonly branches: readonly Choice[];
  /** What the chosen device has of its own, its ping first; empty for anything else. */
  readonly parts: readonly Choice[];
  /** The chosen one, as a person calls it. */
  readonly of: string;
  /** An SNMP check reads a value besides taking time. */
  readonly readsValue: boolean;
  /** A device that is asked by SNMP may tell how it is. */
  readonly isAskedBySnmp: boolean;
};

export function useTargetNames(target: HistoryTarget | null): TargetNames {
  const { t } = useTranslation('history');
  const named = useDeviceNames();
  const { rows } = useLive('branches.live', {});
  const deviceId = target && 'deviceId' in target ? target.deviceId : null;
  const device = useQuery('devices.get', deviceId === null ? null : { id: deviceId }).value;
  const interfaces = useQuery('interfaces.list', deviceId === null ? null : { deviceId }).value?.interfaces ?? [];

  const devices = named?.map(({ id, name, address }) => ({ key: id, label: name, more: address, target: { of: 'device', deviceId: id } as const })) ?? null;
  const branches = rows.toSorted((a, b) => a.name.localeCompare(b.name)).map(({ id, name, region }) => ({ key: id, label: name, more: region ?? '', target: { of: 'branch', branchId: id } as const }));
  const parts: Choice[] = deviceId === null ? [] : [
    { key: 'ping', label: t('ping'), more: '', target: { of: 'device', deviceId } },
    ...(device?.checks ?? []).map(check => ({ key: check.id, label: checkName(check, kind => t(`devices:checks.kind.${kind}`)), more: '', target: { of: 'check', deviceId, checkId: check.id } as const })),
    ...interfaces.map(each => ({ key: String(each.ifIndex), label: interfaceName(each), more: '', target: { of: 'interface', deviceId, ifIndex: each.ifIndex } as const })),
  ];
  const checkId = target?.of === 'check' ? target.checkId : null;
  return { devices, branches, parts, of: nameOf(), readsValue: device?.checks.some(check => check.id === checkId && check.kind === 'snmp') ?? false, isAskedBySnmp: device?.hasSnmpCommunity ?? false };

  function nameOf(): string {
    if (target === null) return '';
    if (target.of === 'isp') return target.provider;
    if (target.of === 'branch') return branches.find(each => each.key === target.branchId)?.label ?? '';
    const name = device?.name ?? devices?.find(each => each.key === deviceId)?.label ?? '';
    const part = target.of === 'device' ? undefined : parts.find(each => each.key === (target.of === 'check' ? target.checkId : String(target.ifIndex)));
    return part ? `${name}, ${part.label}` : name;
  }
}

function checkName(check: Check, kindWord: (kind: Check['kind']) => string): string {
  if (check.name !== '') return check.name;
  return check.kind === 'tcp' ? `${kindWord('tcp')} ${check.port}` : kindWord(check.kind);
}

function interfaceName({ name, alias }: InterfaceRow): string {
  return alias === null || alias === '' ? name : `${name} (${alias})`;
}
