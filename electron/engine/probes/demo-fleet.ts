/** The devices of the demo: a bank of many branches that exists nowhere. */
import { NewDevice } from '../../../shared/model/device.ts';
import { chance } from './seeded.ts';

type Kind = NewDevice['type'];
type Branch = { readonly name: string; readonly region: string; readonly network: string; readonly weight: number; readonly taken: Map<Kind, number>; size: number };

/** How many of each there are in an estate of 875, what they are called, and which last octets are theirs. */
const kinds: readonly { readonly type: Kind; readonly label: string; readonly share: number; readonly octets: readonly [number, number] }[] = [
  { type: 'router', label: 'router', share: 229, octets: [5, 10] },
  { type: 'paybox', label: 'paybox', share: 178, octets: [101, 139] },
  { type: 'switch', label: 'switch', share: 134, octets: [11, 29] },
  { type: 'access-point', label: 'access point', share: 116, octets: [31, 59] },
  { type: 'nvr', label: 'video recorder', share: 106, octets: [61, 79] },
  { type: 'atm', label: 'ATM', share: 87, octets: [81, 99] },
  { type: 'access-control', label: 'door control', share: 22, octets: [141, 159] },
  { type: 'server', label: 'server', share: 3, octets: [201, 219] },
];
const estate = { devices: 875, branches: 128 };
const largestBranch = 31;

const regions = ['Upper Selva', 'Lower Selva', 'Kastria', 'Marenne', 'North Tavia', 'South Tavia', 'Orvale', 'Silver Shore', 'Highmoor', 'Velden Plain'];
const beginnings = ['Al', 'Bra', 'Cor', 'Da', 'El', 'Fen', 'Gar', 'Hal', 'Is', 'Jor', 'Kel', 'Lor', 'Mar', 'Nor', 'Or', 'Pel', 'Quin', 'Ros', 'Sel', 'Tor', 'Ul', 'Var', 'Wes', 'Yar', 'Zel', 'Bel', 'Cal', 'Dor', 'Fal', 'Gri', 'Hel', 'Kor', 'Lin', 'Mel', 'Nel', 'Per', 'Ran', 'San', 'Tal', 'Ven'];
const endings = ['avento', 'berra', 'cova', 'dane', 'edra', 'fiora', 'gasta', 'havia', 'inova', 'jara', 'kesta', 'lund', 'mira', 'nessa', 'oria', 'pava', 'quessa', 'rinde', 'sova', 'tanna', 'uvia', 'vessa', 'wick', 'xara', 'yenna', 'zora', 'bridge', 'croft', 'dova', 'elle', 'ford', 'gate', 'holm', 'ista', 'kirra', 'loma', 'moor', 'nova', 'ostra', 'port'];

/**
 * Exactly `count` devices (1 to 10,000): branches of uneven size in ten regions, each with its router at `.5`, in the
 * proportions of a real estate. Addresses are `127.<10 + region>.<branch>.<role>`; addresses and names are unique. The same for the same arguments.
 */
export function demoFleet(count: number, seed: number): NewDevice[] {
  const amounts = share(count);
  const routers = amounts.get('router') ?? 1;
  const branches = makeBranches(Math.min(routers, Math.max(1, Math.round((count * estate.branches) / estate.devices))), seed);
  const choose = chooser(branches);
  const devices = branches.map(branch => place(branch, 'router'));
  for (const { type } of kinds) {
    const amount = (amounts.get(type) ?? 0) - (type === 'router' ? branches.length : 0);
    for (let i = 0; i < amount; i++) devices.push(place(choose(type, chance(seed, `${type} ${i}`)), type));
  }
  return devices;
}

/** Splits `count` by the shares of the kinds; what rounding leaves goes to the largest remainders. */
function share(count: number): Map<Kind, number> {
  const exact = kinds.map(({ type, share: part }) => ({ type, value: (count * part) / estate.devices }));
  const amounts = new Map(exact.map(({ type, value }) => [type, Math.floor(value)]));
  const left = count - [...amounts.values()].reduce((sum, amount) => sum + amount, 0);
  const byRemainder = exact.toSorted((a, b) => (b.value % 1) - (a.value % 1));
  for (const { type } of byRemainder.slice(0, left)) amounts.set(type, (amounts.get(type) ?? 0) + 1);
  return amounts;
}

function makeBranches(amount: number, seed: number): Branch[] {
  const names = beginnings.flatMap(beginning => endings.map(ending => beginning + ending)).toSorted((a, b) => chance(seed, a) - chance(seed, b));
  return Array.from({ length: amount }, (_, i) => {
    const region = i % regions.length;
    const site = Math.floor(i / regions.length) + 1;
    // Many small branches, few large ones.
    const weight = 0.25 + chance(seed, `size ${i}`) ** 3;
    return { name: names[i] ?? `Branch ${i + 1}`, region: regions[region] ?? '', network: `127.${10 + region}.${site}`, weight, taken: new Map(), size: 0 };
  });
}

/** Chooses by weight: `position` (0 to 1) falls on a line of all branches, each as long as its weight. A full branch passes the device on to the next. */
function chooser(branches: readonly Branch[]): (type: Kind, position: number) => Branch {
  let length = 0;
  const ends = branches.map(branch => (length += branch.weight));
  return (type, position) => {
    const first = ends.findIndex(end => end >= position * length);
    for (let step = 0; step < branches.length; step++) {
      const branch = branches[(first + step) % branches.length];
      if (branch && hasRoom(branch, type)) return branch;
    }
    throw new Error(`The demo fleet has no room for another ${type}.`);
  };
}

/** A device with nothing but defaults. */
const unset = NewDevice.parse({ address: '127.0.0.1' });

const octetsOf = (type: Kind): readonly [number, number] => kindOf(type).octets;

function kindOf(type: Kind): (typeof kinds)[number] {
  const kind = kinds.find(k => k.type === type);
  if (!kind) throw new Error(`The demo fleet has no ${type}.`);
  return kind;
}

function hasRoom(branch: Branch, type: Kind): boolean {
  const [first, last] = octetsOf(type);
  return branch.size < largestBranch && (branch.taken.get(type) ?? 0) <= last - first;
}

function place(branch: Branch, type: Kind): NewDevice {
  const number = (branch.taken.get(type) ?? 0) + 1;
  branch.taken.set(type, number);
  branch.size++;
  return {
    ...unset, name: `${branch.name} ${kindOf(type).label} ${number}`, address: `${branch.network}.${octetsOf(type)[0] + number - 1}`, type, branch: branch.name, region: branch.region,
    branchRouter: type === 'router',
  };
}
