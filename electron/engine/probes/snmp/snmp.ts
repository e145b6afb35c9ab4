/** Asks a host for its system group, one value, its interfaces, or how it is, by SNMP v2c (RFC 3416, RFC 3418, RFC 2863). */
import snmp, { type Session, type Varbind } from 'net-snmp';
import { formatIpAddress, parseIpAddress } from '../ip-address.ts';
import { notSentBecause } from '../ping/not-sent.ts';
import type { SnmpOutcome, SnmpProber, SnmpTarget } from '../probe.ts';
import type { BulkOutcome, NoAnswer } from './bulk-walk.ts';
import type { InterfaceReader, InterfacesOutcome } from './if-table.ts';
import { walkInterfaces } from './if-walk.ts';
import { longestText, readableText } from './readable-text.ts';
import { MalformedMessage, SnmpSockets } from './snmp-sockets.ts';
import type { SnmpValueOutcome, SnmpValueReader } from './snmp-value.ts';
import type { VitalsOutcome, VitalsReader } from './vitals.ts';
import { walkVitals } from './vitals-walk.ts';

const system = { sysDescr: '1.3.6.1.2.1.1.1.0', sysObjectId: '1.3.6.1.2.1.1.2.0', sysUpTime: '1.3.6.1.2.1.1.3.0', sysName: '1.3.6.1.2.1.1.5.0' } as const;
const attempts = 2;
/** The library's own timers settle in time; this is for the day they do not. */
const slackMs = 100;

/** Opens the sockets that all exchanges share. @throws Error when the host has no UDP socket left. */
export async function openSnmpProber(): Promise<SnmpProber & SnmpValueReader & InterfaceReader & VitalsReader> {
  return new NetSnmpProber(await SnmpSockets.open());
}

class NetSnmpProber implements SnmpProber, SnmpValueReader, InterfaceReader, VitalsReader {
  readonly #sockets: SnmpSockets;
  /** Ends each exchange under way. */
  readonly #underWay = new Set<(outcome: NoAnswer) => void>();
  #closed = false;

  constructor(sockets: SnmpSockets) {
    this.#sockets = sockets;
  }

  readSystem(target: SnmpTarget): Promise<SnmpOutcome> {
    return this.#get(target, Object.values(system), answer);
  }

  readValue(target: SnmpTarget, oid: string): Promise<SnmpValueOutcome> {
    return this.#get(target, [oid], ([varbind]) => valueIn(varbind));
  }

  readInterfaces(target: SnmpTarget): Promise<InterfacesOutcome> {
    return walkInterfaces((oids, repetitions) => this.#getBulk(target, oids, repetitions), () => performance.now());
  }

  readVitals(target: SnmpTarget, of: Parameters<VitalsReader['readVitals']>[1]): Promise<VitalsOutcome> {
    return walkVitals((oids, repetitions) => this.#getBulk(target, oids, repetitions), () => performance.now(), of);
  }

  #get<T>(target: SnmpTarget, oids: readonly string[], read: (varbinds: readonly Varbind[]) => T): Promise<T | NoAnswer> {
    return this.#ask<T>(target, false, (session, settle) => session.get(oids, (error, varbinds) => settle(error ? outcomeOfError(error) : read(varbinds ?? []))));
  }

  #getBulk(target: SnmpTarget, oids: readonly string[], repetitions: number): Promise<BulkOutcome> {
    return this.#ask<BulkOutcome>(target, true, (session, settle) => session.getBulk(oids, 1, repetitions, (error, varbinds) => {
      if (error) settle(error instanceof snmp.RequestFailedError && error.status === snmp.ErrorStatus.TooBig ? { kind: 'too-big' } : outcomeOfError(error));
      else settle(bulkIn(varbinds ?? []));
    }));
  }

  /** Settles with what `send` makes of the answer. */
  #ask<T>(target: SnmpTarget, isWalk: boolean, send: (session: Session, settle: (outcome: T | NoAnswer) => void) => void): Promise<T | NoAnswer> {
    const address = parseIpAddress(target.address);
    if (this.#closed) return Promise.resolve(closedOutcome);
    if (!address) return Promise.resolve({ kind: 'failed', reason: `"${target.address}" is not an IP address.` });
    return new Promise(resolve => {
      const deadline = setTimeout(() => settle({ kind: 'no-answer' }), target.timeoutMs + slackMs);
      let close: (() => void) | null = null;
      const settle = (outcome: T | NoAnswer): void => {
        if (!this.#underWay.delete(settle)) return;
        clearTimeout(deadline);
        close?.();
        resolve(outcome);
      };
      this.#underWay.add(settle);
      const to = { family: address.family, address: formatIpAddress(address.bytes), port: target.port };
      const failed = (error: Error): void => settle(outcomeOfError(error));
      try {
        const socket = this.#sockets.exchange(to, failed);
        // Two attempts share the time; an answer to the first still counts during the second.
        const session = snmp.createSession(to.address, target.community, {
          version: snmp.Version2c, port: to.port, timeout: Math.max(1, Math.floor(target.timeoutMs / attempts)), retries: attempts - 1,
          // A walk judges by itself whether a table goes forward; the library would not tell a table's end from a mismatch.
          reportOidMismatchErrors: !isWalk, backwardsGetNexts: isWalk,
          dgramModule: { createSocket: () => socket },
        });
        close = () => void session.close();
        session.on('error', error => failed(new MalformedMessage(error.message)));
        send(session, settle);
      } catch (error) {
        failed(error instanceof Error ? error : new Error(String(error)));
      }
    });
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    for (const settle of this.#underWay) settle(closedOutcome);
    await this.#sockets.close();
  }
}

const closedOutcome: NoAnswer = { kind: 'failed', reason: 'The SNMP prober was closed.' };

/** Objects that the agent does not have, or has with a type of its own, are null. */
function answer(varbinds: readonly Varbind[]): SnmpOutcome {
  const valueOf = (oid: string, type: number): unknown => varbinds.find(varbind => varbind.oid === oid && varbind.type === type)?.value;
  const text = (oid: string): string | null => {
    const value = valueOf(oid, snmp.ObjectType.OctetString);
    return Buffer.isBuffer(value) ? readableText(value) : null;
  };
  const objectId = valueOf(system.sysObjectId, snmp.ObjectType.OID);
  const hundredths = valueOf(system.sysUpTime, snmp.ObjectType.TimeTicks);
  return {
    kind: 'answer',
    sysName: text(system.sysName),
    sysDescr: text(system.sysDescr),
    sysObjectId: typeof objectId === 'string' ? objectId : null,
    sysUpTimeMs: typeof hundredths === 'number' ? hundredths * 10 : null,
  };
}

/** The library answers with a varbind for what is asked for once, and a list for each of the others. */
function bulkIn([once, ...repeated]: readonly (Varbind | readonly Varbind[])[]): BulkOutcome {
  return { kind: 'values', once: once && 'oid' in once ? once : undefined, repeated: repeated.map(each => ('oid' in each ? [each] : each)) };
}

/** Bytes of no readable text are shown in hexadecimal: physical addresses, say. */
function valueIn(varbind: Varbind | undefined): SnmpValueOutcome {
  const { ObjectType } = snmp;
  if (!varbind || [ObjectType.NoSuchObject, ObjectType.NoSuchInstance, ObjectType.EndOfMibView].includes(varbind.type)) return { kind: 'absent' };
  const { type, value } = varbind;
  if (typeof value === 'number' || typeof value === 'string') return { kind: 'value', value };
  if (!Buffer.isBuffer(value)) return { kind: 'bad-answer', reason: `The value has a type that cannot be compared (${type}).` };
  if (type === ObjectType.Counter64) return { kind: 'value', value: BigInt(`0x${value.toString('hex') || '0'}`) };
  // A floating-point number has no type of its own: agents wrap it (RFC 6340 tells how this came about).
  if (type === ObjectType.Opaque && value.length === 7 && value.subarray(0, 3).equals(opaqueFloat)) return { kind: 'value', value: Number(value.readFloatBE(3).toPrecision(7)) };
  const text = isText(value) ? readableText(value) ?? '' : null;
  return { kind: 'value', value: text ?? `0x${value.subarray(0, longestText).toString('hex')}` };
}

const opaqueFloat = Buffer.from([0x9f, 0x78, 0x04]);

/** Controls other than line ends, tabs and padding make it no text. */
const isText = (bytes: Buffer): boolean => !/[^\P{Cc}\r\n\t\0]/u.test(bytes.toString('latin1').replace(/[\x80-\x9f]/g, ''));

const refusals = ['ECONNREFUSED', 'ECONNRESET'];
const unreachables = ['EHOSTUNREACH', 'EHOSTDOWN'];

function outcomeOfError(error: Error): NoAnswer {
  if (error instanceof snmp.RequestTimedOutError) return { kind: 'no-answer' };
  if (error instanceof snmp.RequestFailedError) return { kind: 'bad-answer', reason: `The agent answered with an error: ${error.message}.` };
  if (error instanceof snmp.ResponseInvalidError || error instanceof MalformedMessage) return { kind: 'bad-answer', reason: `The answer is not a valid SNMP reply: ${error.message}.` };
  const code = 'code' in error ? String(error.code) : '';
  if (refusals.includes(code)) return { kind: 'refused' };
  if (unreachables.includes(code)) return { kind: 'no-answer' };
  const ours: Readonly<Record<string, string>> = notSentBecause;
  return { kind: 'failed', reason: ours[code]?.replace(/\.$/, '') ?? error.message };
}
