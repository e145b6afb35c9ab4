/** The rules that ship switched on. Their ids never change; what a user made of them is stored under the same id. */
import type { z } from 'zod';
import { RuleId } from '../../../shared/model/ids.ts';
import { RuleInput, type Condition, type Rule } from '../../../shared/model/rule.ts';
import { ruleOf } from './rule.ts';

type Given = Omit<z.input<typeof RuleInput>, 'condition'> & { readonly id: string; readonly condition: Condition };

const min = 60_000;
const all = (...of: Condition[]): Condition => ({ kind: 'all', of });
const is = (metric: string, ...words: string[]): Condition => ({ kind: 'is', metric, words });
const parameter = (name: string) => ({ parameter: name });
const answers = is('state', 'up', 'degraded');

/** The median of a window of which enough is there to speak of one. */
const latency = (windowMs: number): Condition => all(answers, { kind: 'compare', metric: 'rtt', aggregate: 'median', windowMs, op: '>', value: parameter('limit'), unit: 'ms' });
/**
 * Of a line that loses one ping in a hundred a few in five minutes are above 5 %, somewhere in an estate, all day long. What is beyond chance is told: much of it after five minutes, a little
 * after fifteen. It ends well below the limit: a line that loses 12 % is above and below 10 % every few minutes.
 */
const lossOver = (windowMs: number): Condition => ({ kind: 'compare', metric: 'sure-loss', windowMs, op: '>', value: parameter('limit'), unit: '%' });
const loss = { condition: all(answers, { kind: 'any', of: [lossOver(5 * min), lossOver(15 * min)] }), recovery: { kind: 'compare', metric: 'loss', windowMs: 5 * min, op: '<', value: parameter('end'), unit: '%' } as const };
const flapping: Condition = { kind: 'compare', metric: 'state-changes', windowMs: 5 * min, op: '>=', value: parameter('changes'), unit: '' };
/** Its end is its answer, not a clock that was set back. */
const downFor: Condition = { kind: 'compare', metric: 'down-for', op: '>=', value: parameter('after'), unit: 's' };
const after10s = [{ name: 'after', value: 10, unit: 's' }];
const above = (metric: string): Condition => ({ kind: 'compare', metric, op: '>', value: parameter('limit'), unit: '%' });
const below = (metric: string, unit: string): Condition => ({ kind: 'compare', metric, op: '<', value: parameter('end'), unit });
const ispOnly = { ispLinks: 'only' as const };
const ofConsole = (metric: string, op: '>' | '<', value: number, unit: string): Condition => ({ kind: 'compare', metric, op, value, unit });

/** Of a router with so many links. */
const linksAllDown = (count: number): Condition => all({ kind: 'compare', metric: 'isp-links', op: '=', value: count, unit: '' }, { kind: 'compare', metric: 'isp-links-down', op: '>=', value: count, unit: '' });

/** Of what is not measured any more an alert ends: SNMP was switched off, a check was taken away. */
const untilGoneMs = 3_600_000;

const given: readonly Given[] = [
  { id: 'device-down', name: 'Device down', severity: 'critical', subject: 'device', condition: downFor, recovery: answers, parameters: after10s, yieldsTo: [RuleId.parse('isp-device-down')], description: 'It has not answered for ten seconds, and its silence was confirmed.' },
  { id: 'isp-device-down', name: 'ISP link down', severity: 'critical', subject: 'device', condition: downFor, recovery: answers, parameters: after10s, scope: ispOnly, description: 'A device that is a link to an internet provider has not answered for ten seconds.' },
  { id: 'isp-link-down', name: 'ISP link down (interface)', severity: 'critical', subject: 'interface', condition: all(is('admin', 'up'), is('status', 'down', 'not-present')), forMs: 10_000, scope: ispOnly, description: 'The interface of an internet provider is down by SNMP, and was not switched off.' },
  { id: 'device-flapping', name: 'Device flapping', severity: 'high', subject: 'device', condition: flapping, parameters: [{ name: 'changes', value: 3, unit: '' }], yieldsTo: [RuleId.parse('isp-flapping')], description: 'It went down and came back again and again within five minutes.' },
  { id: 'isp-flapping', name: 'ISP link flapping', severity: 'critical', subject: 'device', condition: flapping, parameters: [{ name: 'changes', value: 2, unit: '' }], scope: ispOnly },
  { id: 'isp-interface-flapping', name: 'ISP link flapping (interface)', severity: 'critical', subject: 'interface', condition: { kind: 'compare', metric: 'status-changes', windowMs: 5 * min, op: '>=', value: parameter('changes'), unit: '' }, parameters: [{ name: 'changes', value: 2, unit: '' }], scope: ispOnly },
  { id: 'high-latency', name: 'High latency', severity: 'medium', subject: 'device', condition: latency(min), parameters: [{ name: 'limit', value: 200, unit: 'ms' }], holdMs: min, yieldsTo: [RuleId.parse('isp-high-latency')] },
  { id: 'isp-high-latency', name: 'ISP link high latency', severity: 'high', subject: 'device', condition: latency(min), parameters: [{ name: 'limit', value: 100, unit: 'ms' }], holdMs: min, scope: ispOnly },
  { id: 'packet-loss', name: 'Packet loss', severity: 'medium', subject: 'device', ...loss, parameters: [{ name: 'limit', value: 10, unit: '%' }, { name: 'end', value: 5, unit: '%' }], holdMs: min, yieldsTo: [RuleId.parse('isp-packet-loss')] },
  { id: 'isp-packet-loss', name: 'ISP link packet loss', severity: 'critical', subject: 'device', ...loss, parameters: [{ name: 'limit', value: 5, unit: '%' }, { name: 'end', value: 3, unit: '%' }], holdMs: min, scope: ispOnly },
  {
    id: 'branch-down', name: 'Branch down', severity: 'critical', subject: 'branch', parameters: [{ name: 'share', value: 80, unit: '%' }],
    condition: all(is('router', 'down'), { kind: 'compare', metric: 'down-share', op: '>=', value: parameter('share'), unit: '%' }, { kind: 'compare', metric: 'devices', op: '>=', value: 2, unit: '' }),
    recovery: { kind: 'any', of: [is('router', 'up', 'none'), { kind: 'compare', metric: 'down-share', op: '<', value: parameter('share'), unit: '%' }] },
    forMs: 0, description: 'Its router and at least four fifths of its devices do not answer: one incident that names them.',
  },
  { id: 'isps-down', name: 'Both internet links down', severity: 'critical', subject: 'device', condition: { kind: 'any', of: [2, 3, 4, 5, 6].map(linksAllDown) }, forMs: 10_000, description: 'Every link of a router to its providers is down.' },
  { id: 'interface-down', name: 'Critical interface down', severity: 'high', subject: 'interface', condition: all(is('critical', 'yes'), is('admin', 'up'), is('status', 'down', 'not-present')), forMs: 10_000, yieldsTo: [RuleId.parse('isp-link-down')] },
  { id: 'interface-errors', name: 'Interface errors', severity: 'medium', subject: 'interface', condition: { kind: 'compare', metric: 'errors', op: '>', value: parameter('limit'), unit: '/s' }, parameters: [{ name: 'limit', value: 1, unit: '/s' }], forMs: 3 * min, holdMs: 3 * min },
  { id: 'interface-discards', name: 'Interface discards', severity: 'low', subject: 'interface', condition: { kind: 'compare', metric: 'discards', op: '>', value: parameter('limit'), unit: '/s' }, parameters: [{ name: 'limit', value: 10, unit: '/s' }], forMs: 3 * min, holdMs: 3 * min },
  { id: 'cpu', name: 'CPU busy', severity: 'medium', subject: 'device', condition: above('cpu'), recovery: below('cpu', '%'), parameters: [{ name: 'limit', value: 90, unit: '%' }, { name: 'end', value: 80, unit: '%' }], forMs: 5 * min },
  { id: 'memory', name: 'Memory nearly full', severity: 'medium', subject: 'device', condition: above('memory'), recovery: below('memory', '%'), parameters: [{ name: 'limit', value: 90, unit: '%' }, { name: 'end', value: 85, unit: '%' }], forMs: 5 * min },
  { id: 'disk', name: 'Disk nearly full', severity: 'high', subject: 'device', condition: above('disk'), recovery: below('disk', '%'), parameters: [{ name: 'limit', value: 90, unit: '%' }, { name: 'end', value: 88, unit: '%' }], forMs: 5 * min },
  { id: 'temperature', name: 'Too hot', severity: 'high', subject: 'device', condition: { kind: 'compare', metric: 'temperature', op: '>', value: parameter('limit'), unit: '°C' }, recovery: below('temperature', '°C'), parameters: [{ name: 'limit', value: 65, unit: '°C' }, { name: 'end', value: 60, unit: '°C' }], forMs: 2 * min },
  { id: 'snmp-silent', name: 'Silent on SNMP', severity: 'low', subject: 'device', condition: all(answers, { kind: 'compare', metric: 'snmp-silent-for', op: '>=', value: parameter('after'), unit: 'min' }), recovery: is('snmp-state', 'ok', 'off'), parameters: [{ name: 'after', value: 5, unit: 'min' }], description: 'It answers pings, and its SNMP agent, which once answered, does not.' },
  { id: 'check-failing', name: 'Check failing', severity: 'high', subject: 'check', condition: { kind: 'compare', metric: 'failing-for', op: '>=', value: parameter('after'), unit: 's' }, recovery: is('state', 'ok'), parameters: [{ name: 'after', value: 60, unit: 's' }] },
  { id: 'certificate', name: 'Certificate expires soon', severity: 'medium', subject: 'check', condition: { kind: 'compare', metric: 'certificate-left', op: '<', value: parameter('left'), unit: 'd' }, parameters: [{ name: 'left', value: 14, unit: 'd' }] },
  { id: 'console-alerting', name: 'Alerts are late', severity: 'critical', subject: 'console', condition: ofConsole('alerting-late', '>', 15, 's') },
  { id: 'console-checks', name: 'Checks are late', severity: 'high', subject: 'console', condition: { kind: 'compare', metric: 'checks-late', windowMs: min, op: '>', value: 0, unit: '' }, forMs: min, holdMs: min },
  { id: 'console-data', name: 'Data are stale', severity: 'critical', subject: 'console', condition: ofConsole('data-age', '>', 60, 's') },
  { id: 'console-writer', name: 'The database is behind', severity: 'high', subject: 'console', condition: ofConsole('writer-behind', '>', 15, 's') },
  { id: 'console-disk', name: 'The disk is nearly full', severity: 'high', subject: 'console', condition: ofConsole('disk-free', '<', 5, '%'), recovery: ofConsole('disk-free', '>', 7, '%') },
  { id: 'console-sync', name: 'Forwarding fails', severity: 'high', subject: 'console', condition: ofConsole('sync-failing-for', '>', 5, 'min') },
  { id: 'console-notifications', name: 'Notifications fail', severity: 'high', subject: 'console', condition: ofConsole('notifications-failing-for', '>', 2, 'min') },
];

export const builtInRules: readonly Rule[] = given.map(({ id, ...input }) => ruleOf(RuleId.parse(id), true, RuleInput.parse({ noData: 'end', noDataMs: untilGoneMs, ...input })));
