/** The interfaces of a device as its agent tells them: IF-MIB's ifTable and ifXTable (RFC 2863). Decodes only. */
import snmp, { type Varbind } from 'net-snmp';
import type { InterfaceRow } from '../../../../shared/model/interface.ts';
import type { SnmpOutcome, SnmpTarget } from '../probe.ts';
import { readableText } from './readable-text.ts';
import type { CellsOfRow } from './table-walk.ts';

/** `bits`: where it wraps. */
export type Counter = { readonly value: bigint; readonly bits: 32 | 64 };

export const counterNames = ['inOctets', 'outOctets', 'inErrors', 'outErrors', 'inDiscards', 'outDiscards'] as const;
export type CounterName = (typeof counterNames)[number];

export type InterfaceReading = {
  readonly ifIndex: number;
  readonly name: string;
  readonly alias: string | null;
  /** ifType, a number of IANAifType; null where it says none. */
  readonly type: number | null;
  readonly adminUp: boolean;
  readonly operStatus: InterfaceRow['operStatus'];
  readonly speedBps: number | null;
  readonly counters: Readonly<Record<CounterName, Counter | null>>;
  /** ifCounterDiscontinuityTime: another value says that the counters began anew. */
  readonly discontinuity: number | null;
  /** When its counters came, ms after the device was asked. */
  readonly afterMs: number;
};

export type InterfacesOutcome =
  /** In order of ifIndex. `upTimeMs`: how long the agent has been running. `whole`: these are all that it has. */
  | { readonly kind: 'interfaces'; readonly interfaces: readonly InterfaceReading[]; readonly upTimeMs: number | null; readonly whole: boolean }
  | Exclude<SnmpOutcome, { readonly kind: 'answer' }>;

export interface InterfaceReader {
  /** Reads every interface by SNMP v2c; `timeoutMs` is for each of several questions. Settles within half a minute. Never rejects. */
  readInterfaces(target: SnmpTarget): Promise<InterfacesOutcome>;
}

const ifEntry = '1.3.6.1.2.1.2.2.1';
const ifXEntry = '1.3.6.1.2.1.31.1.1.1';
const columns = {
  ifDescr: `${ifEntry}.2`, ifType: `${ifEntry}.3`, ifSpeed: `${ifEntry}.5`, ifAdminStatus: `${ifEntry}.7`, ifOperStatus: `${ifEntry}.8`,
  ifInOctets: `${ifEntry}.10`, ifInDiscards: `${ifEntry}.13`, ifInErrors: `${ifEntry}.14`, ifOutOctets: `${ifEntry}.16`, ifOutDiscards: `${ifEntry}.19`, ifOutErrors: `${ifEntry}.20`,
  ifName: `${ifXEntry}.1`, ifHCInOctets: `${ifXEntry}.6`, ifHCOutOctets: `${ifXEntry}.10`, ifHighSpeed: `${ifXEntry}.15`, ifAlias: `${ifXEntry}.18`, ifCounterDiscontinuityTime: `${ifXEntry}.19`,
} as const;

/** Numbers and texts are walked apart: rows of numbers are small and alike. */
export const textColumns: readonly string[] = [columns.ifDescr, columns.ifName, columns.ifAlias];
export const numberColumns: readonly string[] = Object.values(columns).filter(column => !textColumns.includes(column));

/** The row of one interface; null where the ifTable has none. */
export function interfaceIn(ifIndex: number, numbers: CellsOfRow, texts: CellsOfRow, afterMs: number): InterfaceReading | null {
  const number = (column: string): number | null => numberIn(numbers.get(column));
  const text = (column: string): string | null => textIn(texts.get(column));
  const operStatus = number(columns.ifOperStatus);
  const adminStatus = number(columns.ifAdminStatus);
  if (operStatus === null && adminStatus === null && number(columns.ifType) === null && text(columns.ifDescr) === null) return null;
  const counter = (column: string): Counter | null => counterIn(numbers.get(column), 32);
  return {
    ifIndex,
    name: text(columns.ifName) ?? text(columns.ifDescr) ?? `#${ifIndex}`,
    alias: text(columns.ifAlias),
    type: number(columns.ifType),
    adminUp: adminStatus === 1,
    operStatus: operStatuses[operStatus ?? 0] ?? 'unknown',
    speedBps: speedOf(number(columns.ifHighSpeed), number(columns.ifSpeed)),
    counters: {
      inOctets: octets(numbers.get(columns.ifHCInOctets), counter(columns.ifInOctets)),
      outOctets: octets(numbers.get(columns.ifHCOutOctets), counter(columns.ifOutOctets)),
      inErrors: counter(columns.ifInErrors), outErrors: counter(columns.ifOutErrors), inDiscards: counter(columns.ifInDiscards), outDiscards: counter(columns.ifOutDiscards),
    },
    discontinuity: number(columns.ifCounterDiscontinuityTime),
    afterMs,
  };
}

/** ifOperStatus. What a layer below holds down is down. */
const operStatuses: Readonly<Record<number, InterfaceRow['operStatus']>> = { 1: 'up', 2: 'down', 5: 'dormant', 6: 'not-present', 7: 'down' };

/** ifHighSpeed is in Mbit/s, and 0 on slow links; ifSpeed ends at 4.3 Gbit/s. Both are 0 where there is no such thing as a speed. */
const speedOf = (highSpeed: number | null, speed: number | null): number | null => (highSpeed !== null && highSpeed > 0 && highSpeed <= fastestMbps ? highSpeed * 1_000_000 : speed) || null;
/** More than any port has, for years to come: an agent's -1. */
const fastestMbps = 100_000_000;

/** Some agents have the 64-bit counters and never count in them. */
function octets(wide: Varbind | undefined, narrow: Counter | null): Counter | null {
  const counter = counterIn(wide, 64);
  return counter === null || (counter.value === 0n && narrow !== null && narrow.value > 0n) ? narrow : counter;
}

/** The type is the agent's affair: some send gauges for counters. */
function numberIn(varbind: Varbind | undefined): number | null {
  return typeof varbind?.value === 'number' && varbind.value >= 0 ? varbind.value : null;
}

function counterIn(varbind: Varbind | undefined, bits: Counter['bits']): Counter | null {
  const value = varbind?.type === snmp.ObjectType.Counter64 && Buffer.isBuffer(varbind.value) ? BigInt(`0x${varbind.value.toString('hex') || '0'}`) : numberIn(varbind);
  return value === null || value >= 1n << BigInt(bits) ? null : { value: BigInt(value), bits };
}

function textIn(varbind: Varbind | undefined): string | null {
  return varbind?.type === snmp.ObjectType.OctetString && Buffer.isBuffer(varbind.value) ? readableText(varbind.value) : null;
}
