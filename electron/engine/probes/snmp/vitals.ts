/**
 * How a device itself is, as its agent tells it: processor, memory, disks and temperature, from whichever MIBs it has. Decides only.
 *
 * The sources stand in the order in which they are believed: what the maker of the device tells of it before what a general MIB does. Each figure is taken from
 * the first source that has it.
 */
import type { Varbind } from 'net-snmp';
import type { SnmpTarget } from '../probe.ts';
import type { NoAnswer } from './bulk-walk.ts';
import { readableText } from './readable-text.ts';
import type { CellsOfRow } from './table-walk.ts';

/** In use, %, of several processors, memories or disks of the fullest; of several sensors the hottest, °C. Null where it is not told. */
export const vitalNames = ['cpu', 'memory', 'disk', 'temperature'] as const;
export type VitalName = (typeof vitalNames)[number];
export type Vitals = Readonly<Record<VitalName, number | null>>;
export const noVitals: Vitals = { cpu: null, memory: null, disk: null, temperature: null };

/** `sources`: those that had any of it, to be asked next time. */
export type VitalsOutcome = { readonly kind: 'vitals'; readonly vitals: Vitals; readonly sources: readonly string[] } | NoAnswer;

export interface VitalsReader {
  /** Reads by SNMP v2c; `timeoutMs` is for each of several questions. `sources`: those to ask; null: all that a device of that kind may have. Settles within half a minute. Never rejects. */
  readVitals(target: SnmpTarget, of: { readonly sysObjectId: string | null; readonly sources: readonly string[] | null }): Promise<VitalsOutcome>;
}

/** Rows by index; an object that is in no table has the index 0. */
type Rows = ReadonlyMap<number, CellsOfRow>;

export type VitalsSource = {
  readonly name: string;
  /** The maker's number, which sysObjectID begins with; null: any agent may have it. */
  readonly maker: string | null;
  readonly tells: readonly VitalName[];
  readonly columns: readonly string[];
  readonly read: (rows: Rows) => Partial<Vitals>;
};

/** Those that may be asked for: of the named ones, or of all. A device that does not say who made it may have any. */
export function sourcesFor(sysObjectId: string | null, names: readonly string[] | null): readonly VitalsSource[] {
  return sources.filter(({ name, maker }) => (names?.includes(name) ?? true) && (maker === null || sysObjectId === null || `${sysObjectId}.`.startsWith(`${maker}.`)));
}

// ---- Reading cells ----

function numberIn(varbind: Varbind | undefined): number | null {
  if (typeof varbind?.value === 'number') return varbind.value;
  // "15 PERCENT"
  const text = textIn(varbind);
  const number = text === null ? Number.NaN : Number.parseFloat(text);
  return Number.isFinite(number) ? number : null;
}
const textIn = (varbind: Varbind | undefined): string | null => (Buffer.isBuffer(varbind?.value) ? readableText(varbind.value) : null);

const scalar = (rows: Rows, column: string): number | null => numberIn(rows.get(0)?.get(column));
const eachNumber = (rows: Rows, column: string): number[] => [...rows.values()].flatMap(row => numberIn(row.get(column)) ?? []);
const tenths = (value: number): number => Math.round(value * 10) / 10;

/** Nothing is in use beyond all of it, whatever an agent's counters say. */
function percent(used: number | null, total: number | null): number | null {
  return used === null || total === null || total <= 0 || used < 0 ? null : tenths(Math.min(100, (used / total) * 100));
}
const isPercent = (value: number): boolean => value >= 0 && value <= 100;
const asPercent = (value: number | null): number | null => (value !== null && isPercent(value) ? tenths(value) : null);
const largest = (values: readonly (number | null)[]): number | null => values.reduce((most, value) => (value !== null && (most === null || value > most) ? value : most), null);
const hottest = (values: readonly number[]): number | null => largest(values.filter(value => value > coldestC && value < hottestC).map(tenths));
/** Outside of these it is a sensor that is broken, or none. */
const coldestC = -60;
const hottestC = 200;

// ---- Cisco ----

const cisco = '1.3.6.1.4.1.9';
const processEntry = '1.3.6.1.4.1.9.9.109.1.1.1.1';
/** cpmCPUTotal5minRev, 1minRev, and what they were called before. */
const processLoads = [8, 7, 5, 4].map(column => `${processEntry}.${column}`);
/** cpmCPUMemoryUsed, cpmCPUMemoryFree. */
const processMemory = { used: `${processEntry}.12`, free: `${processEntry}.13` };

/** The busiest processor, as the first of its averages that it has tells it. */
function ciscoProcess(rows: Rows): Partial<Vitals> {
  const memory = [...rows.values()].map(row => usedOf(numberIn(row.get(processMemory.used)), numberIn(row.get(processMemory.free))));
  const cpu = [...rows.values()].map(row => asPercent(processLoads.reduce<number | null>((load, column) => load ?? numberIn(row.get(column)), null)));
  return { cpu: largest(cpu), memory: largest(memory) };
}

const usedOf = (used: number | null, free: number | null): number | null => (used === null || free === null ? null : percent(used, used + free));

const oldCpu = { fiveMinutes: '1.3.6.1.4.1.9.2.1.58', oneMinute: '1.3.6.1.4.1.9.2.1.57' };

const poolEntry = '1.3.6.1.4.1.9.9.48.1.1.1';
const pool = { name: `${poolEntry}.2`, used: `${poolEntry}.5`, free: `${poolEntry}.6` };

/** The pool that programs run in; others, of buffers and drivers, are full by design. Without a name that says so, the fullest. */
function ciscoMemoryPools(rows: Rows): Partial<Vitals> {
  const pools = [...rows.values()].map(row => ({ name: textIn(row.get(pool.name)), inUse: usedOf(numberIn(row.get(pool.used)), numberIn(row.get(pool.free))) }));
  const programs = pools.filter(({ name }) => /^(processor|system memory)/i.test(name ?? ''));
  return { memory: largest((programs.length > 0 ? programs : pools).map(({ inUse }) => inUse)) };
}

const environmentEntry = '1.3.6.1.4.1.9.9.13.1.3.1';
const environment = { value: `${environmentEntry}.3`, state: `${environmentEntry}.6` };
/** ciscoEnvMonTemperatureState: not present, not functioning. */
const absentStates: readonly (number | null)[] = [5, 6];

/** A sensor that is not there tells 0. */
const ciscoEnvironment = (rows: Rows): Partial<Vitals> => ({
  temperature: hottest([...rows.values()].flatMap(row => (absentStates.includes(numberIn(row.get(environment.state))) ? [] : numberIn(row.get(environment.value)) || []))),
});

// ---- Sensors (ENTITY-SENSOR-MIB, RFC 3433, and Cisco's own of the same columns) ----

const sensorColumns = (entry: string) => ({ type: `${entry}.1`, scale: `${entry}.2`, precision: `${entry}.3`, value: `${entry}.4`, status: `${entry}.5` });
const celsius = 8;
/** Of the scale: 8 thousandths, 9 units, 10 thousands. */
const unitScale = 9;
const working = 1;

/** Digits after the point are in the precision; a negative one tells how exact the value is, and changes nothing. */
function sensors(entry: string, rows: Rows): Partial<Vitals> {
  const column = sensorColumns(entry);
  const values = [...rows.values()].flatMap(row => {
    const [type, scale, precision, value, status] = [column.type, column.scale, column.precision, column.value, column.status].map(each => numberIn(row.get(each)));
    if (type !== celsius || value === null || value === undefined || (status ?? working) !== working) return [];
    return value * 1_000 ** ((scale ?? unitScale) - unitScale) * 10 ** -Math.max(0, precision ?? 0);
  });
  return { temperature: hottest(values) };
}
const sensorSource = (name: string, maker: string | null, entry: string): VitalsSource => ({ name, maker, tells: ['temperature'], columns: Object.values(sensorColumns(entry)), read: rows => sensors(entry, rows) });

// ---- MikroTik ----

const mikrotik = '1.3.6.1.4.1.14988';
const health = '1.3.6.1.4.1.14988.1.1.3';
/** mtxrHlTemperature and mtxrHlProcessorTemperature in tenths; later systems have a table of gauges instead. */
const mikrotikTenths = [`${health}.10`, `${health}.11`];
const gauge = { value: `${health}.100.1.3`, unit: `${health}.100.1.4` };
const gaugeCelsius = 1;

function mikrotikHealth(rows: Rows): Partial<Vitals> {
  const gauges = [...rows.values()].flatMap(row => (numberIn(row.get(gauge.unit)) === gaugeCelsius ? (numberIn(row.get(gauge.value)) ?? []) : []));
  const single = mikrotikTenths.flatMap(column => scalar(rows, column) ?? []).filter(value => value !== 0);
  return { temperature: hottest([...gauges, ...single.map(value => value / 10)]) };
}

// ---- Any agent ----

const ucdMemory = { total: '1.3.6.1.4.1.2021.4.5', free: '1.3.6.1.4.1.2021.4.6', buffers: '1.3.6.1.4.1.2021.4.14', cached: '1.3.6.1.4.1.2021.4.15' };
const ucdIdle = '1.3.6.1.4.1.2021.11.11';

/** What holds copies of files is given up when programs want it. */
function ucdMemoryIn(rows: Rows): Partial<Vitals> {
  const total = scalar(rows, ucdMemory.total);
  const free = scalar(rows, ucdMemory.free);
  if (total === null || free === null) return {};
  return { memory: percent(Math.max(0, total - free - (scalar(rows, ucdMemory.buffers) ?? 0) - (scalar(rows, ucdMemory.cached) ?? 0)), total) };
}

const processorLoad = '1.3.6.1.2.1.25.3.3.1.2';

function hostProcessors(rows: Rows): Partial<Vitals> {
  const loads = eachNumber(rows, processorLoad).filter(isPercent);
  return { cpu: loads.length === 0 ? null : tenths(loads.reduce((sum, load) => sum + load, 0) / loads.length) };
}

const storageEntry = '1.3.6.1.2.1.25.2.3.1';
const storage = { type: `${storageEntry}.2`, name: `${storageEntry}.3`, unitBytes: `${storageEntry}.4`, size: `${storageEntry}.5`, used: `${storageEntry}.6` };
const storageTypes = { ram: '1.3.6.1.2.1.25.2.1.2', fixedDisk: '1.3.6.1.2.1.25.2.1.4' };
/** hrFSTable says which of them can be written to, in rows of its own. */
const fileSystemEntry = '1.3.6.1.2.1.25.3.8.1';
const fileSystem = { access: `${fileSystemEntry}.5`, storageIndex: `${fileSystemEntry}.7` };
const readOnly = 2;
/** Not on any disk, or mounted images. */
const noDisk = /^\/(dev|proc|run|sys|snap|swi|tmp|var\/(run|lock|volatile|lib\/(docker|containers|kubelet|snapd)))(\/|$)/;
const holdsCopies = /^(memory buffers|cached memory)$/i;

type Store = { readonly index: number; readonly type: string | null; readonly name: string; readonly size: number | null; readonly used: number | null };

function hostStorage(rows: Rows): Partial<Vitals> {
  const stores = [...rows].map(([index, row]): Store => {
    const unitBytes = numberIn(row.get(storage.unitBytes)) ?? 1;
    const bytes = (column: string): number | null => {
      const units = numberIn(row.get(column));
      return units === null ? null : unsigned(units) * unitBytes;
    };
    const type = row.get(storage.type)?.value;
    return { index, type: typeof type === 'string' ? type : null, name: textIn(row.get(storage.name)) ?? '', size: bytes(storage.size), used: bytes(storage.used) };
  });
  return { memory: hostMemory(stores), disk: largest(stores.filter(isDisk(rows)).map(({ used, size }) => percent(used, size))) };
}

/** Some agents count copies of files as in use, and some do not. */
function hostMemory(stores: readonly Store[]): number | null {
  const copies = stores.filter(({ type, name }) => type !== storageTypes.fixedDisk && holdsCopies.test(name)).reduce((sum, { used }) => sum + (used ?? 0), 0);
  return largest(stores.filter(({ type }) => type === storageTypes.ram).map(({ used, size }) => percent(used !== null && used > copies ? used - copies : used, size)));
}

/** A disk that can fill up. Where the agent does not say which can be written to, one without a single unit left is taken for an image. */
function isDisk(rows: Rows): (store: Store) => boolean {
  const accessOf = new Map([...rows.values()].flatMap(row => {
    const index = numberIn(row.get(fileSystem.storageIndex));
    return index === null ? [] : [[index, numberIn(row.get(fileSystem.access))] as const];
  }));
  return ({ index, type, name, size, used }) => {
    if (type !== storageTypes.fixedDisk || noDisk.test(mountPoint(name))) return false;
    return accessOf.has(index) ? accessOf.get(index) !== readOnly : used !== size;
  };
}

/** "/dev/ad0s1a: root file system, mounted on: /", "/var, type: ufs, dev: /dev/md0", "/home" */
const mountPoint = (name: string): string => /mounted on:? *(.+)$/.exec(name)?.[1] ?? name.replace(/, type:.*$/, '');

/** Sizes beyond 31 bits of units come as negative numbers. */
const unsigned = (value: number): number => (value < 0 ? value + 2 ** 32 : value);

const lmSensor = '1.3.6.1.4.1.2021.13.16.2.1.3';

const fortinet = { cpu: '1.3.6.1.4.1.12356.101.4.1.3', memory: '1.3.6.1.4.1.12356.101.4.1.4' };
const procurveCpu = '1.3.6.1.4.1.11.2.14.11.5.1.9.6.1';
/** In words: "15 PERCENT". Of a recorder's disks nothing is told: they are always full. */
const hikvision = { cpu: '1.3.6.1.4.1.39165.1.7', memory: '1.3.6.1.4.1.39165.1.11' };

const sources: readonly VitalsSource[] = [
  { name: 'cisco-process', maker: cisco, tells: ['cpu', 'memory'], columns: [...processLoads, processMemory.used, processMemory.free], read: ciscoProcess },
  { name: 'cisco-old-cpu', maker: cisco, tells: ['cpu'], columns: Object.values(oldCpu), read: rows => ({ cpu: asPercent(scalar(rows, oldCpu.fiveMinutes) ?? scalar(rows, oldCpu.oneMinute)) }) },
  { name: 'cisco-memory-pools', maker: cisco, tells: ['memory'], columns: Object.values(pool), read: ciscoMemoryPools },
  { name: 'cisco-environment', maker: cisco, tells: ['temperature'], columns: Object.values(environment), read: ciscoEnvironment },
  sensorSource('cisco-sensors', cisco, '1.3.6.1.4.1.9.9.91.1.1.1.1'),
  { name: 'mikrotik-health', maker: mikrotik, tells: ['temperature'], columns: [...mikrotikTenths, ...Object.values(gauge)], read: mikrotikHealth },
  { name: 'fortinet', maker: '1.3.6.1.4.1.12356', tells: ['cpu', 'memory'], columns: Object.values(fortinet), read: rows => ({ cpu: asPercent(scalar(rows, fortinet.cpu)), memory: asPercent(scalar(rows, fortinet.memory)) }) },
  { name: 'procurve', maker: '1.3.6.1.4.1.11', tells: ['cpu'], columns: [procurveCpu], read: rows => ({ cpu: asPercent(scalar(rows, procurveCpu)) }) },
  { name: 'hikvision', maker: '1.3.6.1.4.1.39165', tells: ['cpu', 'memory'], columns: Object.values(hikvision), read: rows => ({ cpu: asPercent(scalar(rows, hikvision.cpu)), memory: asPercent(scalar(rows, hikvision.memory)) }) },
  { name: 'ucd-memory', maker: null, tells: ['memory'], columns: Object.values(ucdMemory), read: ucdMemoryIn },
  { name: 'host-processors', maker: null, tells: ['cpu'], columns: [processorLoad], read: hostProcessors },
  { name: 'host-storage', maker: null, tells: ['disk', 'memory'], columns: [...Object.values(storage), ...Object.values(fileSystem)], read: hostStorage },
  { name: 'ucd-processor', maker: null, tells: ['cpu'], columns: [ucdIdle], read: rows => {
    const idle = asPercent(scalar(rows, ucdIdle));
    return { cpu: idle === null ? null : tenths(100 - idle) };
  } },
  { name: 'lm-sensors', maker: null, tells: ['temperature'], columns: [lmSensor], read: rows => ({ temperature: hottest(eachNumber(rows, lmSensor).filter(value => value !== 0).map(value => value / 1_000)) }) },
  sensorSource('entity-sensors', null, '1.3.6.1.2.1.99.1.1.1'),
];
