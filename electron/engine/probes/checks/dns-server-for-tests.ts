/** A name server of our own on loopback, for tests: answers from a table, and misbehaves as told. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';

/** Type numbers of RFC 1035 and its followers. */
const types = { A: 1, NS: 2, CNAME: 5, SOA: 6, PTR: 12, MX: 15, TXT: 16, AAAA: 28, SRV: 33 } as const;
type Type = keyof typeof types;

/** `data` is the record's content on the wire; without an owner it is of the name asked for. */
type TableEntry = { readonly type: Type; readonly data: Buffer; readonly owner?: string };
/** What to do with a question: records (none: "no data"), an error code of the protocol (3: no such name), silence, or bytes of any kind. */
export type Behaviour = readonly TableEntry[] | number | 'silent' | ((query: Buffer) => Buffer);

export type TestDnsServer = { readonly port: number; readonly address: string; readonly asked: string[]; table: Map<string, Behaviour>; close(): Promise<void> };

export const wire = {
  name: (name: string): Buffer => Buffer.concat([...name.split('.').filter(label => label !== '').map(label => Buffer.concat([Buffer.from([label.length]), Buffer.from(label)])), Buffer.from([0])]),
  address: (address: string): Buffer => Buffer.from(address.split('.').map(Number)),
  number: (value: number, bytes = 2): Buffer => {
    const buffer = Buffer.alloc(bytes);
    buffer.writeUIntBE(value, 0, bytes);
    return buffer;
  },
  text: (...parts: string[]): Buffer => Buffer.concat(parts.map(part => Buffer.concat([Buffer.from([Buffer.byteLength(part)]), Buffer.from(part)]))),
};

/** Names in the table are lower case and without a dot at the end; "name TYPE" goes before "name". Unknown ones do not exist. */
export async function dnsServer(table: Record<string, Behaviour>, address = '127.0.0.1'): Promise<TestDnsServer> {
  const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4');
  const server = { address, port: 0, asked: [] as string[], table: new Map(Object.entries(table)), close: () => new Promise<void>(resolve => void socket.close(() => resolve())) };
  socket.on('message', (query, sender) => {
    const { name, type, end } = questionIn(query);
    server.asked.push(`${name} ${type}`);
    const behaviour = server.table.get(`${name} ${type}`) ?? server.table.get(name) ?? 3;
    if (behaviour === 'silent') return;
    const question = query.subarray(0, end);
    const replyTo = (): Buffer => (typeof behaviour === 'number' ? answer(question, behaviour, []) : typeof behaviour === 'function' ? behaviour(query) : answer(question, 0, behaviour.filter(each => each.type === type || each.type === 'CNAME')));
    const reply = replyTo();
    socket.send(reply, sender.port, sender.address);
  });
  socket.bind(0, address);
  await once(socket, 'listening');
  server.port = socket.address().port;
  return server;
}

function questionIn(query: Buffer): { name: string; type: string; end: number } {
  const labels: string[] = [];
  let at = 12;
  for (let length = query[at] ?? 0; length > 0; length = query[at] ?? 0) {
    labels.push(query.toString('latin1', at + 1, at + 1 + length).toLowerCase());
    at += 1 + length;
  }
  const number = query.readUInt16BE(at + 1);
  return { name: labels.join('.'), type: Object.entries(types).find(([, value]) => value === number)?.[0] ?? String(number), end: at + 5 };
}

/** `question` is the query up to the end of its question. */
function answer(question: Buffer, code: number, records: readonly TableEntry[]): Buffer {
  const reply = Buffer.from(question);
  reply.writeUInt16BE(0x8180 | code, 2);
  reply.writeUInt16BE(records.length, 6);
  reply.writeUInt32BE(0, 8);
  return Buffer.concat([reply, ...records.map(({ type, data, owner }) => Buffer.concat([owner === undefined ? Buffer.from([0xc0, 12]) : wire.name(owner), wire.number(types[type]), wire.number(1), wire.number(60, 4), wire.number(data.length), data]))]);
}
