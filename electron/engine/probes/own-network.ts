/** This computer's own network, as its system tells it: which interfaces are up, and by which of them, and which gateway, an address is reached. */
import { readFileSync } from 'node:fs';
import { networkInterfaces, type NetworkInterfaceInfo } from 'node:os';
import { formatIpAddress, parseIpAddress } from './ip-address.ts';

export type Route = { readonly family: 4 | 6; readonly prefix: Uint8Array; readonly bits: number; readonly interface: string; readonly gateway: string | null; readonly metric: number };
export type Interface = { readonly name: string; readonly addresses: readonly { readonly family: 4 | 6; readonly address: Uint8Array; readonly bits: number }[] };

/** `routes` null: this system's table cannot be read here; what is not on a neighbouring network then goes by "any" interface. */
export type NetworkView = { readonly interfaces: readonly Interface[]; readonly routes: readonly Route[] | null };

/** The way that packets to an address leave this computer. `gateway` null: the address is on a neighbouring network, or the way is not known further. */
export type Way = { readonly interface: string; readonly gateway: string | null };

export interface OwnNetwork {
  /** The network as it is now. The same object as before while nothing has changed. */
  look(): NetworkView;
}

/** Reads the system's tables: on Linux interfaces and main routing tables of both families, elsewhere the interfaces. */
export function ownNetwork(): OwnNetwork {
  let seen = '';
  let view: NetworkView = { interfaces: [], routes: null };
  return {
    look() {
      const interfaces = networkInterfaces();
      const tables = process.platform === 'linux' ? [tableOf('/proc/net/route'), tableOf('/proc/net/ipv6_route')] as const : null;
      const routes = tables && [...tables[0].flatMap(fourRoute), ...tables[1].flatMap(sixRoute)];
      const unnumbered = routes ? upWithoutAddress(routes, interfaces) : [];
      // Use counts change with every packet; they are left out before the tables are compared.
      const now = JSON.stringify([interfaces, tables, unnumbered]);
      if (now !== seen) {
        seen = now;
        view = { interfaces: [...interfacesOf(interfaces), ...unnumbered.map(name => ({ name, addresses: [] }))], routes };
      }
      return view;
    },
  };
}

/** By which way an address is reached; null when there is none. Longest prefix first, then the lowest metric, among interfaces that are up. */
export function wayTo(view: NetworkView, address: string): Way | null {
  const target = parseIpAddress(address);
  if (!target) return null;
  const { family, bytes } = target;
  const own = view.interfaces.find(each => each.addresses.some(mine => mine.family === family && (matches(bytes, mine.address, 8 * bytes.length) || (each.name === loopbackName(view) && isLoopback(family, bytes)))));
  if (own) return { interface: loopbackName(view) ?? own.name, gateway: null };
  if (view.routes === null) {
    const neighbour = view.interfaces.find(each => each.addresses.some(mine => mine.family === family && matches(bytes, mine.address, mine.bits)));
    if (neighbour) return { interface: neighbour.name, gateway: null };
    return view.interfaces.some(each => each.name !== loopbackName(view) && each.addresses.some(mine => mine.family === family)) ? { interface: 'any', gateway: null } : null;
  }
  const up = new Set(view.interfaces.map(each => each.name));
  let best: Route | null = null;
  for (const route of view.routes) {
    if (route.family !== family || !up.has(route.interface) || !matches(bytes, route.prefix, route.bits)) continue;
    if (!best || route.bits > best.bits || (route.bits === best.bits && route.metric < best.metric)) best = route;
  }
  return best && { interface: best.interface, gateway: best.gateway };
}

/** Whether an interface of that name is a tunnel: names that Linux, macOS and the usual VPN programs give. */
export const isTunnel = (name: string): boolean => /^(tun|tap|wg|ppp|utun|ipsec|vpn|nordlynx|tailscale|zt|gpd|cscotun|xfrm|vti|gre|sit|l2tp)|vpn|wireguard|anyconnect|forti|globalprotect/i.test(name);

function matches(bytes: Uint8Array, prefix: Uint8Array, bits: number): boolean {
  const whole = bits >> 3;
  for (let i = 0; i < whole; i++) if (bytes[i] !== prefix[i]) return false;
  const rest = bits & 7;
  return rest === 0 || (((bytes[whole] ?? 0) ^ (prefix[whole] ?? 0)) & (0xff << (8 - rest))) === 0;
}

const isLoopback = (family: 4 | 6, bytes: Uint8Array): boolean => (family === 4 ? bytes[0] === 127 : bytes.every((byte, i) => byte === (i === 15 ? 1 : 0)));

const loopbackName = (view: NetworkView): string | null => view.interfaces.find(each => each.addresses.some(({ family, address }) => isLoopback(family, address)))?.name ?? null;

function interfacesOf(found: NodeJS.Dict<NetworkInterfaceInfo[]>): Interface[] {
  return Object.entries(found).map(([name, addresses = []]) => ({
    name,
    addresses: addresses.flatMap(({ address, cidr }) => {
      const parsed = parseIpAddress(address);
      return parsed ? [{ family: parsed.family, address: parsed.bytes, bits: Number(cidr?.split('/')[1] ?? (parsed.family === 4 ? 32 : 128)) }] : [];
    }),
  }));
}

/** Interfaces that routes lead by, that are up, and that have no address of their own: Node lists none of those. */
function upWithoutAddress(routes: readonly Route[], listed: NodeJS.Dict<unknown>): string[] {
  return [...new Set(routes.map(route => route.interface))].filter(name => {
    if (listed[name] !== undefined) return false;
    try {
      // Tunnels say "unknown" while they are up.
      return /^(up|unknown)/.test(readFileSync(`/sys/class/net/${name}/operstate`, 'utf8'));
    } catch {
      return false; // It went in this moment.
    }
  });
}

/** The lines of a table of the Linux kernel, without the columns that count use. */
function tableOf(file: string): string[][] {
  try {
    const useColumns = file.endsWith('ipv6_route') ? [6, 7] : [4, 5];
    return readFileSync(file, 'utf8').split('\n').map(line => line.trim().split(/\s+/).map((field, i) => (useColumns.includes(i) ? '' : field)));
  } catch {
    return []; // A kernel without IPv6 has no such table.
  }
}

const routeUp = 1;
const routeHasGateway = 2;
const routeRejects = 0x200;

/** proc_pid_net(5): Iface Destination Gateway Flags RefCnt Use Metric Mask …, addresses as little-endian words in hex. */
function fourRoute(fields: readonly string[]): Route[] {
  const [name, destination = '', gateway = '', flagText = '', , , metric, mask = ''] = fields;
  const flags = Number.parseInt(flagText, 16);
  if (!name || !/^[0-9A-F]{8}$/i.test(destination) || !(flags & routeUp) || flags & routeRejects) return [];
  const bits = [...littleEndian(mask)].reduce((sum, byte) => sum + byte.toString(2).replaceAll('0', '').length, 0);
  return [{ family: 4, prefix: littleEndian(destination), bits, interface: name, gateway: flags & routeHasGateway ? formatIpAddress(littleEndian(gateway)) : null, metric: Number(metric) }];
}

/** Destination, its length, source, its length, next hop, metric, reference count, use count, flags, interface; all in hex. */
function sixRoute(fields: readonly string[]): Route[] {
  const [destination = '', length = '', , , hop = '', metric = '', , , flagText = '', name] = fields;
  const flags = Number.parseInt(flagText, 16);
  if (!name || destination.length !== 32 || !(flags & routeUp) || flags & routeRejects) return [];
  return [{
    family: 6, prefix: Uint8Array.from(Buffer.from(destination, 'hex')), bits: Number.parseInt(length, 16), interface: name,
    gateway: flags & routeHasGateway ? formatIpAddress(Uint8Array.from(Buffer.from(hop, 'hex'))) : null, metric: Number.parseInt(metric, 16),
  }];
}

const littleEndian = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex').reverse());
