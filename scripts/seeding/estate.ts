/** The estate of a seeded folder, and what befell it: devices, internet links, outages, and when the console did not see. The same for the same arguments. */
import { demoFleet } from '../../electron/engine/probes/demo-fleet.ts';
import type { DeviceRecord } from '../../electron/engine/store/devices.ts';
import type { BlindCause } from '../../shared/model/observation.ts';
import { bell, exponential, randomOf, uuidOf, type Random } from './chance.ts';

export type Span = { readonly from: number; readonly to: number };
/** `seen: false`: devices were pinged and nothing could be said; otherwise the console was not running at all. */
export type Blind = Span & { readonly cause: BlindCause; readonly running: boolean; readonly detail: string };

export type SeededDevice = {
  readonly record: Omit<DeviceRecord, 'id'>;
  /** In order, apart from each other. */
  readonly downs: readonly Span[];
  /** The router that it stands behind was down. */
  readonly unreachable: readonly Span[];
  readonly links: readonly SeededLink[];
};
export type SeededLink = { readonly ifIndex: number; readonly name: string; readonly alias: string; readonly provider: string; readonly downs: readonly Span[] };
export type Estate = { readonly devices: readonly SeededDevice[]; readonly blinds: readonly Blind[] };

const minuteMs = 60_000;
const dayMs = 86_400_000;
/** Of the devices that are no branch's only way: so many have been switched off for long. */
const goneShare = 0.36;
const providers = [{ ifIndex: 4, name: 'FastEthernet3', alias: 'Magti_Internet', provider: 'Magti' }, { ifIndex: 5, name: 'FastEthernet4', alias: 'Silknet_Internet', provider: 'Silknet' }] as const;

export function estateOf(count: number, from: number, until: number, seed: number): Estate {
  const blinds = blindTimes(from, until, randomOf(seed, 'blind'));
  const closed = blinds.filter(({ running }) => !running);
  const fleet = demoFleet(count, seed);
  const routersOf = new Map<string | null, number>();
  for (const { branch, type } of fleet) if (type === 'router') routersOf.set(branch, (routersOf.get(branch) ?? 0) + 1);
  /** Of branches with one router, when that was down. */
  const cutOff = new Map<string | null, readonly Span[]>();
  const devices = fleet.map((device): SeededDevice => {
    const random = randomOf(seed, device.address);
    const isOnlyRouter = device.type === 'router' && routersOf.get(device.branch) === 1;
    const goneAt = !isOnlyRouter && random() < goneShare ? Math.max(from, until - (2 + random() * 300) * dayMs) : null;
    const unreachable = isOnlyRouter ? [] : (cutOff.get(device.branch) ?? []);
    const own = outages(random, from, until, (6 + exponential(random, 20)) * dayMs, 9 * minuteMs);
    const before = own.filter(({ to }) => goneAt === null || to + minuteMs < goneAt);
    const downs = noticed([...before, ...(goneAt === null ? [] : [{ from: goneAt, to: until }])], closed, until).filter(down => !unreachable.some(cut => cut.from <= down.to && down.from <= cut.to && down.to < until));
    if (isOnlyRouter) cutOff.set(device.branch, downs);
    const { checks: _checks, snmpCommunity: _community, ...given } = device;
    return {
      record: { ...given, publicId: uuidOf(seed, `device ${device.address}`), ispLink: device.type === 'router' && isBranchGateway(device.address), simulated: false, parentIds: [], createdAt: from, updatedAt: from },
      downs, unreachable,
      links: isBranchGateway(device.address) ? providers.map(link => ({ ...link, downs: noticed(outages(random, from, until, (10 + exponential(random, 25)) * dayMs, 15 * minuteMs), closed, until) })) : [],
    };
  });
  return { devices, blinds };
}

/** The first router of a branch, through which it reaches the internet twice. */
const isBranchGateway = (address: string): boolean => address.endsWith('.5');

/** One after the other, to whole seconds, with medians of `usualMs`. */
function outages(random: Random, from: number, until: number, everyMs: number, usualMs: number): Span[] {
  const spans: Span[] = [];
  for (let at = from + exponential(random, everyMs); at < until; ) {
    const lastsMs = Math.min(2 * dayMs, Math.max(30_000, usualMs * Math.exp(1.2 * bell(random))));
    if (at + lastsMs < until - minuteMs) spans.push({ from: Math.floor(at / 1_000) * 1_000, to: Math.floor((at + lastsMs) / 1_000) * 1_000 });
    at += lastsMs + minuteMs + exponential(random, everyMs);
  }
  return spans;
}

/** What began or ended while the console was closed was noticed when it ran again. What lasts until `until` lasts on. */
function noticed(spans: readonly Span[], closed: readonly Span[], until: number): Span[] {
  const seenAt = (at: number): number => closed.find(({ from, to }) => from <= at && at < to)?.to ?? at;
  return spans.map(({ from, to }) => ({ from: Math.floor(seenAt(from)), to: to === until ? until : seenAt(to) })).filter(({ from, to }) => from < to);
}

function blindTimes(from: number, until: number, random: Random): Blind[] {
  const kinds = [
    { cause: 'not-running', running: false, detail: 'The console was not running.' },
    { cause: 'slept', running: false, detail: 'This computer was suspended.' },
    { cause: 'vpn', running: true, detail: 'The tunnel wg0 is gone.' },
  ] as const;
  const spans = outages(random, from, until, 30 * dayMs, 20 * minuteMs);
  return spans.map(span => ({ ...span, ...(kinds[Math.floor(random() * kinds.length)] ?? kinds[0]) }));
}
