/** The drill's estate: branches that take part in the day, and as many others as a bank has, a third of whose devices have been dead for long. All names and addresses are made up. */
import { demoFleet } from '../../electron/engine/probes/demo-fleet.ts';
import { chance } from '../../electron/engine/probes/seeded.ts';
import type { NewDevice } from '../../shared/model/device.ts';

type Type = NewDevice['type'];
export type DrillDevice = {
  readonly name: string; readonly address: string; readonly type: Type; readonly branch: string; readonly region: string;
  readonly branchRouter: boolean;
  readonly ispLink: boolean;
  /** Its agent answers. */
  readonly snmp: boolean;
  /** Down since before the day, and known to be. */
  readonly dead: boolean;
  /** What it stands behind besides the router of its branch, by name. */
  readonly behind: string | null;
  readonly probesPerInterval: number | null;
};

/** A branch that takes part: its router, and what else is there, by what it is called. */
export type Part = { readonly name: string; readonly region: string; readonly has: readonly (readonly [call: string, type: Type, more?: { readonly dead?: true; readonly behind?: string; readonly ispLink?: true; readonly probesPerInterval?: number }])[] };

const network = '127.40';
const seed = 20_265;
/** As in the demo's plan of addresses. */
const firstOctet: Readonly<Record<Type, number>> = { 'router': 6, 'switch': 11, 'access-point': 31, 'nvr': 61, 'atm': 81, 'paybox': 101, 'access-control': 141, 'server': 201, 'printer': 161, 'ups': 171, 'other': 181 };

function partOf({ name, region, has }: Part, index: number): DrillDevice[] {
  const taken = new Map<Type, number>();
  const prefix = `${network}.${index + 1}`;
  const common = { branch: name, region };
  const router: DrillDevice = { ...common, name: `${name} router`, address: `${prefix}.5`, type: 'router', branchRouter: true, ispLink: true, snmp: true, dead: false, behind: null, probesPerInterval: null };
  return [router, ...has.map(([call, type, { dead = false, behind, ispLink = false, probesPerInterval = null } = {}]): DrillDevice => {
    const nth = taken.get(type) ?? 0;
    taken.set(type, nth + 1);
    return { ...common, name: `${name} ${call}`, address: `${prefix}.${firstOctet[type] + nth}`, type, branchRouter: false, ispLink, snmp: type === 'switch' && !dead, dead, behind: behind === undefined ? null : `${name} ${behind}`, probesPerInterval };
  })];
}

/** Exactly `count` devices, the parts among them; `deadShare` of all have been dead for long. The same for the same arguments. */
export function estateOf(parts: readonly Part[], count: number, deadShare: number): DrillDevice[] {
  const cast = parts.flatMap(partOf);
  if (cast.length > count) throw new Error(`the parts of the drill are ${cast.length} devices, more than ${count}`);
  const others = cast.length === count ? [] : demoFleet(count - cast.length, seed).map((device): DrillDevice => {
    const isGateway = device.address.endsWith('.5');
    return { name: device.name, address: device.address, type: device.type, branch: device.branch ?? '', region: device.region ?? '', branchRouter: isGateway, ispLink: isGateway, snmp: isGateway || device.type === 'switch', dead: false, behind: null, probesPerInterval: null };
  });
  const deadThere = cast.filter(({ dead }) => dead).length;
  // What leads to a whole branch is not left dead; anything else is.
  const mortal = others.filter(({ branchRouter }) => !branchRouter).toSorted((a, b) => chance(seed, a.address) - chance(seed, b.address));
  const dead = new Set(mortal.slice(0, Math.max(0, Math.round(count * deadShare) - deadThere)));
  return [...cast, ...others.map(device => (dead.has(device) ? { ...device, dead: true } : device))];
}
