/** What an incident is called, where its fault lies, and what shows that: from its alerts and what stands around them. Pure. */
import type { AlertRow } from '../../../shared/model/alert.ts';
import type { IncidentRow } from '../../../shared/model/incident.ts';
import { severities, type Severity } from '../../../shared/model/rule.ts';
import { ConsoleThing, deviceOf, nameOf, type BranchThing, type DeviceThing, type InterfaceThing, type Thing } from './things.ts';
import { sayDuration } from './wording.ts';

/** An alert with what it is about, as it is now; undefined when that is gone. */
export type Told = { readonly row: AlertRow; readonly thing: Thing | undefined };

export type Around = {
  readonly branchOf: (device: DeviceThing) => BranchThing | undefined;
  readonly behind: (device: DeviceThing) => readonly DeviceThing[];
  readonly branches: () => Iterable<BranchThing>;
  readonly blindness: () => { readonly cause: string; readonly detail: string } | null;
};

type Finding = Pick<IncidentRow, 'kind' | 'title' | 'affected' | 'affectedCount' | 'fault' | 'verdict' | 'evidence'>;

const mostNames = 200;
/** So many branches that fell silent within this time have one cause further up. */
const branchesOfOneCause = 3;
const oneCauseMs = 120_000;

const rank = (severity: Severity): number => severities.indexOf(severity);
export const worst = (alerts: readonly AlertRow[]): Severity => alerts.reduce<Severity>((least, { severity }) => (rank(severity) < rank(least) ? severity : least), 'low');

/** Which kinds of rule tell of what; any other is told by its own name. */
export const isDown = (rule: string): boolean => rule === 'device-down' || rule === 'isp-device-down';
export const isAboutFlapping = (rule: string): boolean => rule === 'device-flapping' || rule === 'isp-flapping' || rule === 'isp-interface-flapping';
const isPortDown = (rule: string): boolean => rule === 'interface-down' || rule === 'isp-link-down';

/** `told`: the alerts that are open, or, of one that is over, all of them; the first is never missing. */
export function findingOf(told: readonly Told[], around: Around, now: number): Finding {
  const branch = told.find(({ row, thing }) => row.rule === 'branch-down' && thing?.kind === 'branch');
  if (branch?.thing?.kind === 'branch') return ofBranch(branch.thing, around, now);
  const isps = told.find(({ row }) => row.rule === 'isps-down');
  const isp = isps ? deviceOf(isps.thing ?? nothing) : null;
  if (isps && isp) return ofLinks(isp, around);
  const lead = [...told].sort((a, b) => Number(isBehind(a)) - Number(isBehind(b)) || Number(!isDown(a.row.rule)) - Number(!isDown(b.row.rule)) || rank(a.row.severity) - rank(b.row.severity) || a.row.raisedAt - b.row.raisedAt)[0];
  if (!lead) throw new Error('an incident has at least one alert');
  const device = lead.thing ? deviceOf(lead.thing) : null;
  const ports = told.flatMap(({ row, thing }) => (isPortDown(row.rule) && thing?.kind === 'interface' ? [thing] : []));
  if (device && ports.length > 1 && !isDown(lead.row.rule)) return ofPorts(device, ports, around);
  if (lead.thing?.kind === 'interface') return ofInterface(lead, lead.thing, around);
  if (device) return ofDevice(lead, device, told, around);
  return ofAnything(lead, around);
}

const nothing: Thing = new ConsoleThing();

/** What it stands behind is told with it, and is the cause; or that it flaps is told, and not each time. */
const isBehind = ({ row }: Told): boolean => row.suppression?.reason === 'parent-down' || row.suppression?.reason === 'flapping';

function ofBranch(branch: BranchThing, around: Around, now: number): Finding {
  const silent = [...branch.devices].filter(({ reading: { state } }) => state === 'down' || state === 'unreachable');
  const routers = silent.filter(({ facts }) => facts.branchRouter);
  const names = [...routers, ...silent.filter(device => !routers.includes(device))].map(({ facts }) => facts.name);
  const others = [...around.branches()].filter(other => other !== branch && other.counts.counted > 0);
  const alike = others.filter(({ counts }) => counts.router === 'down' && counts.downSince !== null && branch.counts.downSince !== null && Math.abs(counts.downSince - branch.counts.downSince) <= oneCauseMs);
  const answering = others.filter(({ counts }) => counts.router !== 'down');
  const evidence = [
    ...routers.map(router => `${router.facts.name} (${router.facts.address}) has not answered for ${sayDuration(Math.max(1_000, now - (router.reading.downSince ?? now)))}.`),
    ...(branch.counts.counted > 0 ? [`${branch.counts.down} of the ${branch.counts.counted} devices of ${branch.name} do not answer.`] : []),
    ...(others.length > 0 ? [`Of ${others.length === 1 ? 'one other branch' : `${others.length} other branches`} ${answering.length} answer.`] : []),
    ...linksSaid(routers),
  ];
  const isWide = alike.length + 1 >= branchesOfOneCause;
  return {
    kind: 'branch', title: `${branch.name} is down`, affected: names.slice(0, mostNames), affectedCount: names.length,
    fault: isWide ? 'wan' : 'branch-router',
    verdict: isWide
      ? `${branch.name} and ${alike.length} other branches fell silent together: the fault lies in the network that leads to them, or with its provider.`
      : `The router of ${branch.name} and ${branch.counts.down === branch.counts.counted ? 'everything' : 'nearly everything'} behind it fell silent: the branch has no power, or has lost its uplink.`,
    evidence,
  };
}

/** What SNMP last said of a router's links before it fell silent. */
const linksSaid = (routers: readonly DeviceThing[]): string[] =>
  routers.flatMap(router => [...router.interfaces.values()].filter(({ reading }) => reading.ispProvider !== null && reading.operStatus === 'down').map(({ reading }) => `Its link ${reading.name} to ${reading.ispProvider} was down when it was last asked.`));

const linksOf = (device: DeviceThing): InterfaceThing[] => [...device.interfaces.values()].filter(({ reading }) => reading.ispProvider !== null && reading.adminUp);

function ofLinks(router: DeviceThing, around: Around): Finding {
  const links = linksOf(router);
  const names = links.map(({ reading }) => `${reading.ispProvider} (${reading.name})`);
  return {
    kind: 'isps', title: `${links.length === 2 ? 'Both' : `All ${links.length}`} internet links of ${router.facts.name} are down`, ...struck(router, around), fault: 'isp',
    verdict: `${listed(names)} are down at once, and ${router.facts.name} still answers: the fault lies with the providers or on the way to both of them.`,
    evidence: [...links.map(({ reading }) => `${reading.name} to ${reading.ispProvider} is ${reading.operStatus} by SNMP.`), `${router.facts.name} answers pings.`],
  };
}

function ofPorts(device: DeviceThing, ports: readonly InterfaceThing[], around: Around): Finding {
  const names = ports.map(({ reading }) => reading.name);
  return {
    kind: 'ports', title: `${ports.length} interfaces of ${device.facts.name} are down`, affected: ports.map(nameOf).slice(0, mostNames), affectedCount: ports.length, fault: 'switch',
    verdict: `${listed(names)} of ${device.facts.name} went down together while it answers: a module, its power, or what they lead to.`,
    evidence: [...ports.map(({ reading }) => `${reading.name} is ${reading.operStatus} by SNMP.`), `${device.facts.name} answers pings.`, ...branchSaid(device, around)].slice(0, 20),
  };
}

function ofInterface({ row }: Told, port: InterfaceThing, around: Around): Finding {
  const { device, reading } = port;
  const isIsp = reading.ispProvider !== null;
  const others = linksOf(device).filter(link => link !== port);
  const up = others.filter(({ reading: other }) => other.operStatus === 'up');
  const isDownNow = isPortDown(row.rule);
  return {
    kind: isIsp ? 'isp' : 'interface',
    title: isDownNow ? `${isIsp ? `Internet link ${reading.ispProvider}` : `Interface ${reading.name}`} of ${device.facts.name} is down` : `${row.ruleName}: ${row.subjectName}`,
    affected: [row.subjectName], affectedCount: 1, fault: isIsp ? 'isp' : device.facts.type === 'switch' ? 'switch' : 'device',
    verdict: !isDownNow
      ? `${row.subjectName}: ${row.value}.`
      : isIsp
        ? `The link of ${device.facts.name} to ${reading.ispProvider} is down${up.length > 0 ? `; it is still reached over ${listed(up.map(({ reading: other }) => other.ispProvider ?? ''))}` : ''}: call ${reading.ispProvider}.`
        : `${reading.name} of ${device.facts.name} is down while the device answers: its cable, its port, or what it leads to.`,
    evidence: [
      `${reading.name}${reading.alias === null ? '' : ` (${reading.alias})`} is ${reading.operStatus} by SNMP.`,
      ...others.map(({ reading: other }) => `${other.name} to ${other.ispProvider} is ${other.operStatus}.`),
      ...(device.reading.state === 'up' || device.reading.state === 'degraded' ? [`${device.facts.name} answers pings.`] : []),
      ...branchSaid(device, around),
    ],
  };
}

function ofDevice({ row, thing }: Told, device: DeviceThing, told: readonly Told[], around: Around): Finding {
  const { name, type, branchRouter, ispLink } = device.facts;
  const behind = around.behind(device);
  const down = isDown(row.rule);
  const fault = down && (branchRouter || type === 'router') ? (ispLink && !branchRouter ? 'isp' : 'branch-router') : type === 'switch' ? 'switch' : ispLink ? 'isp' : 'device';
  const flaps = told.some(each => (isDown(each.row.rule) && each.row.flapping) || isAboutFlapping(each.row.rule));
  const title = flaps ? `${name} is flapping` : down ? `${name} is down` : `${row.ruleName}: ${row.subjectName}`;
  return {
    kind: thing?.kind === 'check' ? 'check' : 'device', title, ...struck(device, around), fault,
    verdict: down ? `${name} does not answer${behind.length > 0 ? `, and with it ${behind.length === 1 ? 'one device that stands' : `${behind.length} devices that stand`} behind it` : ''}: ${whereDown(device, around)}` : `${row.subjectName}: ${row.value}.`,
    evidence: [...told.filter(each => each.row !== row || !down).map(each => `${each.row.ruleName}: ${each.row.value}.`), ...parentsSaid(device, around), ...branchSaid(device, around)].slice(0, 20),
  };
}

function whereDown(device: DeviceThing, around: Around): string {
  const branch = around.branchOf(device);
  if (!branch) return 'the fault lies with itself or its cable.';
  if (device.facts.branchRouter) return `the router of ${branch.name}, its power or its uplink.`;
  if (branch.counts.counted > 1 && branch.counts.down === branch.counts.counted) return `nothing of ${branch.name} answers, so the branch has no power, or has lost its uplink.`;
  return branch.counts.router === 'up' ? `the router of ${branch.name} answers, so the fault lies with itself, its cable or its port.` : 'the fault lies with itself, its cable or its port.';
}

function ofAnything({ row }: Told, around: Around): Finding {
  const blind = around.blindness();
  if (row.subject.kind !== 'console') return { kind: row.subject.kind === 'branch' ? 'branch' : 'device', title: `${row.ruleName}: ${row.subjectName}`, affected: [row.subjectName], affectedCount: 1, fault: row.subject.kind === 'branch' ? 'branch-router' : 'device', verdict: `${row.subjectName}: ${row.value}.`, evidence: [] };
  const fault = row.rule === 'console-data' && blind ? (blind.cause === 'gateway' ? 'gateway' : blind.cause === 'everything' ? 'wan' : 'me') : 'console';
  return {
    kind: 'console', title: `${row.ruleName} on this console`, affected: [row.subjectName], affectedCount: 1, fault,
    verdict: fault === 'console' ? `This console has trouble of its own: ${row.value}.` : `This console cannot see its devices: ${blind?.detail ?? ''}`,
    evidence: [row.value, ...(blind ? [blind.detail] : [])],
  };
}

/** Itself, and what stands behind it. */
function struck(device: DeviceThing, around: Around): Pick<Finding, 'affected' | 'affectedCount'> {
  const names = [device, ...around.behind(device)].map(({ facts }) => facts.name);
  return { affected: names.slice(0, mostNames), affectedCount: names.length };
}

function parentsSaid(device: DeviceThing, around: Around): string[] {
  const branch = around.branchOf(device);
  const routers = branch && !device.facts.branchRouter ? branch.routers.filter(({ reading: { state } }) => state === 'up' || state === 'degraded') : [];
  return routers.map(({ facts }) => `${facts.name}, the router of its branch, answers.`);
}

function branchSaid(device: DeviceThing, around: Around): string[] {
  const branch = around.branchOf(device);
  if (!branch || branch.counts.counted < 2) return [];
  return [`${branch.counts.counted - branch.counts.down} of the ${branch.counts.counted} devices of ${branch.name} answer.`];
}

function listed(names: readonly string[]): string {
  const shown = names.length > 6 ? [...names.slice(0, 5), `${names.length - 5} more`] : names;
  return shown.length < 2 ? (shown[0] ?? '') : `${shown.slice(0, -1).join(', ')} and ${shown.at(-1) ?? ''}`;
}
