/** An SNMP agent on loopback that answers GetBulk from a list of objects, and lies where a test wants it to. For tests. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';

// ---- Just enough BER (X.690) ----

export function tlv(tag: number, ...parts: readonly Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  const length = body.length < 128 ? [body.length] : [0x82, body.length >> 8, body.length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...length]), body]);
}

/** The shortest bytes of a number that is not negative, with a zero before them where the first would make it negative. */
function unsigned(value: bigint): Buffer {
  const hex = value.toString(16);
  const bytes = Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex');
  return (bytes[0] ?? 0) & 0x80 ? Buffer.concat([Buffer.from([0]), bytes]) : bytes;
}

export const integer = (value: number): Buffer => tlv(0x02, unsigned(BigInt(value)));
/** One that may be negative. */
export function signed(value: number): Buffer {
  const body = Buffer.alloc(4);
  body.writeInt32BE(value);
  return tlv(0x02, body);
}
export const counter32 = (value: number): Buffer => tlv(0x41, unsigned(BigInt(value)));
export const gauge = (value: number): Buffer => tlv(0x42, unsigned(BigInt(value)));
export const ticks = (hundredths: number): Buffer => tlv(0x43, unsigned(BigInt(hundredths)));
export const counter64 = (value: bigint): Buffer => tlv(0x46, unsigned(value));
export const text = (value: string): Buffer => tlv(0x04, Buffer.from(value));
const endOfMibView = Buffer.from([0x82, 0]);

function oidBytes(oid: string): Buffer {
  const [first = 0, second = 0, ...rest] = oid.split('.').map(Number);
  const parts = rest.map(part => {
    const bytes = [part % 128];
    for (let left = Math.floor(part / 128); left > 0; left = Math.floor(left / 128)) bytes.unshift(0x80 | left % 128);
    return bytes;
  });
  return tlv(0x06, Buffer.from([first * 40 + second, ...parts.flat()]));
}

export const objectId = oidBytes;

function oidOf(body: Buffer): string {
  const parts = [Math.floor((body[0] ?? 0) / 40), (body[0] ?? 0) % 40];
  let part = 0;
  for (const byte of body.subarray(1)) {
    part = part * 128 + (byte & 0x7f);
    if (byte & 0x80) continue;
    parts.push(part);
    part = 0;
  }
  return parts.join('.');
}

/** The values within a constructed one. */
function within(body: Buffer): Buffer[] {
  const values: Buffer[] = [];
  for (let at = 0; at < body.length;) {
    const short = body[at + 1] ?? 0;
    const lengthBytes = short & 0x80 ? short & 0x7f : 0;
    const length = lengthBytes > 0 ? body.readUIntBE(at + 2, lengthBytes) : short;
    const start = at + 2 + lengthBytes;
    values.push(body.subarray(start, start + length));
    at = start + length;
  }
  return values;
}

const numberOf = (body: Buffer | undefined): number => Number.parseInt(body?.toString('hex') ?? '0', 16);

// ---- The agent ----

export type Objects = ReadonlyMap<string, Buffer>;
type Binding = readonly [oid: string, value: Buffer];

export type Lies = {
  /** What comes after an object, instead of what does. */
  readonly next?: (oid: string, honest: Binding) => Binding;
  /** Called for each question; true: no answer. */
  readonly isLost?: (question: number) => boolean;
  /** So many bindings at most; more are answered with tooBig. */
  readonly mostBindings?: number;
  /** All bindings of an answer, to be changed. */
  readonly answer?: (bindings: readonly Binding[]) => readonly Binding[];
};

export type TestAgent = { readonly address: string; readonly port: number; objects: Objects; lies: Lies; readonly asked: { readonly repetitions: number; readonly bytes: number }[]; close(): Promise<void> };

export async function agentWith(objects: Objects, lies: Lies = {}): Promise<TestAgent> {
  const socket = createSocket('udp4');
  socket.bind(0, '127.0.0.51');
  await once(socket, 'listening');
  const agent: TestAgent = { address: '127.0.0.51', port: socket.address().port, objects, lies, asked: [], close: () => new Promise(resolve => void socket.close(resolve)) };
  let questions = 0;
  socket.on('message', (message, sender) => {
    if (agent.lies.isLost?.(questions++)) return;
    const { answer, repetitions } = answerTo(message, agent);
    agent.asked.push({ repetitions, bytes: answer.length });
    socket.send(answer, sender.port, sender.address);
  });
  return agent;
}

function answerTo(message: Buffer, { objects, lies }: TestAgent): { readonly answer: Buffer; readonly repetitions: number } {
  const [, community = Buffer.alloc(0), pdu = Buffer.alloc(0)] = within(within(message)[0] ?? message);
  const [id = Buffer.alloc(0), nonRepeaters, maxRepetitions, list = Buffer.alloc(0)] = within(pdu);
  const asked = within(list).map(binding => oidOf(within(binding)[0] ?? Buffer.alloc(0)));
  const bindings: Binding[] = [];
  const next = (oid: string): string => {
    const found = firstAfter(oid, sortedOf(objects));
    const honest: Binding = found === undefined ? [oid, endOfMibView] : [found, objects.get(found) ?? endOfMibView];
    const [told, value] = lies.next?.(oid, honest) ?? honest;
    bindings.push([told, value]);
    return told;
  };
  const once = numberOf(nonRepeaters);
  const repetitions = numberOf(maxRepetitions);
  asked.slice(0, once).forEach(next);
  let row = asked.slice(once);
  for (let i = 0; i < repetitions; i++) row = row.map(next);
  const isTooBig = bindings.length > (lies.mostBindings ?? Infinity);
  const told = isTooBig ? [] : (lies.answer?.(bindings) ?? bindings);
  const body = tlv(0xa2, tlv(0x02, id), integer(isTooBig ? 1 : 0), integer(0), tlv(0x30, ...told.map(([oid, value]) => tlv(0x30, oidBytes(oid), value))));
  return { answer: tlv(0x30, integer(1), tlv(0x04, community), body), repetitions };
}

const sortedOids = new WeakMap<Objects, readonly string[]>();

function sortedOf(objects: Objects): readonly string[] {
  const sorted = sortedOids.get(objects) ?? [...objects.keys()].toSorted(inOrder);
  sortedOids.set(objects, sorted);
  return sorted;
}

function firstAfter(oid: string, sorted: readonly string[]): string | undefined {
  let from = 0;
  let to = sorted.length;
  while (from < to) {
    const middle = (from + to) >> 1;
    if (inOrder(sorted[middle] ?? oid, oid) > 0) to = middle;
    else from = middle + 1;
  }
  return sorted[from];
}

function inOrder(a: string, b: string): number {
  const [mine, theirs] = [a.split('.').map(Number), b.split('.').map(Number)];
  const differs = mine.findIndex((part, i) => part !== theirs[i]);
  if (differs === -1) return mine.length - theirs.length;
  return (mine[differs] ?? -1) - (theirs[differs] ?? -1);
}

// ---- What it tells of interfaces ----

export const ifEntry = '1.3.6.1.2.1.2.2.1';
export const ifXEntry = '1.3.6.1.2.1.31.1.1.1';

export type ToldInterface = { readonly descr?: string; readonly name?: string; readonly alias?: string; readonly type?: number; readonly speed?: number; readonly highSpeed?: number; readonly admin?: number; readonly oper?: number; readonly octets32?: number; readonly octets64?: bigint; readonly discontinuity?: number };

/** The objects of an agent that has been running for 90 s and has these interfaces, by ifIndex. */
export function interfaceObjects(interfaces: Readonly<Record<number, ToldInterface>>): Map<string, Buffer> {
  const objects = new Map<string, Buffer>([['1.3.6.1.2.1.1.3.0', ticks(9_000)]]);
  for (const [ifIndex, told] of Object.entries(interfaces)) {
    const add = (entry: string, column: number, value: Buffer | null): void => void (value && objects.set(`${entry}.${column}.${ifIndex}`, value));
    add(ifEntry, 2, text(told.descr ?? `FastEthernet${ifIndex}`));
    add(ifEntry, 3, integer(told.type ?? 6));
    add(ifEntry, 5, gauge(told.speed ?? 100_000_000));
    add(ifEntry, 7, integer(told.admin ?? 1));
    add(ifEntry, 8, integer(told.oper ?? 1));
    for (const [column, value] of [[10, told.octets32 ?? 1_000], [13, 1], [14, 2], [16, told.octets32 ?? 2_000], [19, 3], [20, 4]] as const) add(ifEntry, column, counter32(value));
    add(ifXEntry, 1, told.name === undefined ? null : text(told.name));
    for (const column of [6, 10]) add(ifXEntry, column, told.octets64 === undefined ? null : counter64(told.octets64));
    add(ifXEntry, 15, told.highSpeed === undefined ? null : gauge(told.highSpeed));
    add(ifXEntry, 18, told.alias === undefined ? null : text(told.alias));
    add(ifXEntry, 19, told.discontinuity === undefined ? null : ticks(told.discontinuity));
  }
  return objects;
}
