/** Whether one SNMP value is there, or compares as it should. */
import type { CheckOf } from '../../../../shared/model/check.ts';
import { quoted, type CheckOutcome, type CheckProbe } from '../checks/check.ts';
import type { SnmpOutcome, SnmpTarget } from '../probe.ts';

/** Integers, counters and time ticks (hundredths of a second) are numbers, whole ones of 64 bits a bigint; octet strings, OIDs and addresses are text. */
export type SnmpValue = bigint | number | string;

export type SnmpValueOutcome =
  | { readonly kind: 'value'; readonly value: SnmpValue }
  /** The agent answered that it has no such value. */
  | { readonly kind: 'absent' }
  | Exclude<SnmpOutcome, { readonly kind: 'answer' }>;

export interface SnmpValueReader {
  /** Reads one value by SNMP v2c. `oid` is dotted, without a dot before it. Settles within the target's timeout plus slack. Never rejects. */
  readValue(target: SnmpTarget, oid: string): Promise<SnmpValueOutcome>;
}

type SnmpCheck = CheckOf<'snmp'>;
type Settled = Omit<CheckOutcome, 'elapsedMs'>;
const failed = (message: string): Settled => ({ kind: 'failed', message });
const unknown = (message: string): Settled => ({ kind: 'unknown', message });

export function snmpProbe(reader: SnmpValueReader): CheckProbe<'snmp'> {
  return async (check, { address, community, snmpPort }, { timeoutMs }) => {
    if (community === null) return { ...unknown('This device has no SNMP community that can be used; enter one.'), elapsedMs: null };
    const began = performance.now();
    const outcome = await reader.readValue({ address, port: snmpPort, community, timeoutMs }, check.oid.replace(/^\./, ''));
    return { ...judge(check, outcome), elapsedMs: Math.round(performance.now() - began) };
  };
}

function judge(check: SnmpCheck, outcome: SnmpValueOutcome): Settled {
  switch (outcome.kind) {
    case 'value':
      return withNumber(judgeValue(check, outcome.value), outcome.value);
    case 'absent':
      return failed(`The device has no value ${check.oid}.`);
    case 'no-answer':
      return failed('No SNMP answer: the community may be wrong, or SNMP is blocked for this computer.');
    case 'refused':
      return failed('The device refuses SNMP: nothing listens on that port.');
    case 'bad-answer':
      return failed(`The SNMP answer could not be read: ${outcome.reason.replace(/\.$/, '')}.`);
    case 'failed':
      return unknown(`SNMP could not be asked: ${outcome.reason.replace(/\.$/, '')}.`);
  }
}

/** Of 64 bits the first 53 are kept. */
function withNumber(settled: Settled, value: SnmpValue): Settled {
  const number = numberIn(value);
  return number === null ? settled : { ...settled, value: Number(number) };
}

/** Numbers compare as numbers, also one that the device sends as text; anything else as text. Pure. */
export function judgeValue({ compare, value: wanted }: Pick<SnmpCheck, 'compare' | 'value'>, value: SnmpValue): Settled {
  const shown = typeof value === 'string' ? quoted(value) : String(value);
  const good: Settled = { kind: 'ok', message: `The value is ${shown}.` };
  if (compare === 'present' || wanted === null) return good;
  const text = String(value).trim();
  if (compare === 'contains') return text.includes(wanted) ? good : failed(`The value is ${shown}, which does not contain ${quoted(wanted)}.`);
  const mine = numberIn(value);
  const theirs = numberIn(wanted);
  if (mine !== null && theirs !== null) return isOrdered(compare, mine < theirs ? -1 : mine > theirs ? 1 : 0) ? good : failed(`The value is ${shown}, not ${words[compare]} ${wanted}.`);
  if (compare !== '=' && compare !== '!=') return failed(`The value is ${shown}, which cannot be compared as a number with ${quoted(wanted)}.`);
  return (text === wanted.trim()) === (compare === '=') ? good : failed(`The value is ${shown}, not ${words[compare]} ${quoted(wanted)}.`);
}

type Ordering = Exclude<SnmpCheck['compare'], 'present' | 'contains'>;

const words: Readonly<Record<Ordering, string>> = { '=': 'equal to', '!=': 'other than', '<': 'less than', '<=': 'at most', '>': 'more than', '>=': 'at least' };

/** `order` is negative, 0 or positive, as for sorting. */
function isOrdered(compare: Ordering, order: number): boolean {
  switch (compare) {
    case '=':
      return order === 0;
    case '!=':
      return order !== 0;
    case '<':
      return order < 0;
    case '<=':
      return order <= 0;
    case '>':
      return order > 0;
    case '>=':
      return order >= 0;
  }
}

function numberIn(value: SnmpValue): bigint | number | null {
  if (typeof value !== 'string') return value;
  const text = value.trim();
  if (/^-?\d{1,40}$/.test(text)) return BigInt(text);
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,3})?$/i.test(text) && text.length <= 60 ? Number(text) : null;
}
