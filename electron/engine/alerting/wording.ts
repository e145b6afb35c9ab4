/** What was found, in words with its value: "median RTT 231 ms over 1 min, more than 200 ms". English, as all sentences of the engine. */
import type { Aggregate, Condition, SubjectKind } from '../../../shared/model/rule.ts';
import { metricOf, units } from '../../../shared/model/rule.ts';

type Op = Extract<Condition, { kind: 'compare' }>['op'];
type Comparison = { readonly subject: SubjectKind; readonly metric: string; readonly aggregate: Aggregate | undefined; readonly windowMs: number; readonly op: Op; readonly unit: string; readonly number: number; readonly limit: number };

const opWords: Readonly<Record<Op, string>> = { '>': 'more than', '>=': 'at least', '<': 'less than', '<=': 'at most', '=': 'exactly', '!=': 'other than' };

const metricWords: Readonly<Record<string, string>> = {
  'down-for': 'down for', 'rtt': 'RTT', 'loss': 'loss', 'sure-loss': 'loss', 'jitter': 'jitter', 'state-changes': 'changes of state', 'snmp-silent-for': 'SNMP silent for', 'cpu': 'CPU', 'memory': 'memory', 'disk': 'disk', 'temperature': 'temperature',
  'late-for': 'overdue for', 'isp-links': 'internet links', 'isp-links-down': 'internet links down', 'failing-checks': 'failing checks', 'in-rate': 'traffic in', 'out-rate': 'traffic out', 'in-use': 'use in', 'out-use': 'use out',
  'errors': 'errors', 'discards': 'discards', 'status-changes': 'changes of status', 'failing-for': 'failing for', 'elapsed': 'took', 'value': 'value', 'certificate-left': 'certificate valid for', 'down-share': 'of its devices down',
  'devices-down': 'devices down', 'devices': 'devices', 'alerting-late': 'alerts late by', 'checks-late': 'late checks', 'data-age': 'newest result', 'writer-behind': 'writer behind by', 'disk-free': 'disk free',
  'sync-failing-for': 'forwarding failing for', 'notifications-failing-for': 'notifications failing for',
};

export function sayComparison({ subject, metric, aggregate, windowMs, op, unit, number, limit }: Comparison): string[] {
  // How many devices a branch has is why the rule is about it, and not what it found.
  if (subject === 'branch' && metric === 'devices') return [];
  const kind = metricOf(subject, metric);
  const name = metricWords[metric] ?? metric;
  const isTime = kind?.is === 'number' && kind.quantity === 'time' && unit !== 'ms';
  const said = (value: number): string => (isTime ? sayDuration(value) : sayNumber(value, unit, kind?.is === 'number' ? kind.quantity : 'count'));
  const first = metric === 'down-share' ? `${said(number)} ${name}` : `${aggregate === undefined ? '' : `${aggregate} `}${name} ${said(number)}`;
  return [`${first}${windowMs > 0 ? ` over ${sayDuration(windowMs)}` : ''}, ${opWords[op]} ${said(limit)}`];
}

const wordsSaid: Readonly<Record<string, string>> = { 'state': 'is', 'snmp-state': 'SNMP', 'status': 'is', 'router': 'router' };

/** They say of what a rule is, not what it found. */
const narrowing: ReadonlySet<string> = new Set(['up', 'degraded']);

/** Words that only narrow a rule down are not worth telling. */
export const sayWord = (_subject: SubjectKind, metric: string, word: string | null): string[] => (word === null || !Object.hasOwn(wordsSaid, metric) || narrowing.has(word) ? [] : [`${wordsSaid[metric] ?? ''} ${word.replaceAll('-', ' ')}`]);

function sayNumber(baseValue: number, unit: string, quantity: keyof typeof units): string {
  const factors: Readonly<Record<string, number>> = units[quantity];
  const value = baseValue / (factors[unit] ?? 1);
  const digits = Math.abs(value) >= 100 || Number.isInteger(value) ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  const text = String(Number(value.toFixed(digits)));
  return unit === '' ? text : unit === '%' || unit === '/s' || unit === '/min' ? `${text}${unit === '%' ? ' %' : unit}` : `${text} ${unit}`;
}

/** The two largest units of a time: "4 min 12 s". */
export function sayDuration(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  const seconds = Math.round(ms / 1_000);
  const parts = [[Math.floor(seconds / 86_400), 'd'], [Math.floor(seconds / 3_600) % 24, 'h'], [Math.floor(seconds / 60) % 60, 'min'], [seconds % 60, 's']] as const;
  const first = parts.findIndex(([n]) => n > 0);
  return parts.slice(first, first + 2).filter(([n]) => n > 0).map(([n, unit]) => `${n} ${unit}`).join(' ');
}
