/** Certificates made on the spot (RFC 5280), for tests: of any dates and names, signed by themselves or by an authority made here. */
import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { isIP } from 'node:net';

export type TestCertificate = { readonly cert: string; readonly key: string; readonly name: string; readonly privateKey: KeyObject };

type Wish = { readonly name: string; readonly hosts?: readonly string[]; readonly from?: Date; readonly to?: Date; readonly by?: TestCertificate; readonly authority?: boolean };

const dayMs = 86_400_000;

export function certificateFor({ name, hosts = [], from = new Date(Date.now() - dayMs), to = new Date(Date.now() + 61.5 * dayMs), by, authority = false }: Wish): TestCertificate {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const extensions = [...(hosts.length > 0 ? [extension('551d11', sequence(...hosts.map(alternativeName)))] : []), ...(authority ? [extension('551d13', sequence(Buffer.from([0x01, 1, 0xff])), true)] : [])];
  const body = sequence(
    tlv(0xa0, tlv(0x02, Buffer.from([2]))),
    tlv(0x02, Buffer.from([1, ...Buffer.from(name).subarray(0, 8)])),
    ecdsaWithSha256,
    nameOf(by?.name ?? name),
    sequence(time(from), time(to)),
    nameOf(name),
    publicKey.export({ type: 'spki', format: 'der' }),
    ...(extensions.length > 0 ? [tlv(0xa3, sequence(...extensions))] : []),
  );
  const signature = sign('sha256', body, by?.privateKey ?? privateKey);
  const der = sequence(body, ecdsaWithSha256, tlv(0x03, Buffer.from([0]), signature));
  return { name, privateKey, key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(), cert: `-----BEGIN CERTIFICATE-----\n${der.toString('base64').replace(/.{64}(?=.)/g, '$&\n')}\n-----END CERTIFICATE-----\n` };
}

function tlv(tag: number, ...parts: readonly Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  return Buffer.concat([Buffer.from(body.length < 128 ? [tag, body.length] : [tag, 0x82, body.length >> 8, body.length & 0xff]), body]);
}

const sequence = (...parts: readonly Buffer[]): Buffer => tlv(0x30, ...parts);
const objectId = (hex: string): Buffer => tlv(0x06, Buffer.from(hex, 'hex'));
const ecdsaWithSha256 = sequence(objectId('2a8648ce3d040302'));
const nameOf = (name: string): Buffer => sequence(tlv(0x31, sequence(objectId('550403'), tlv(0x0c, Buffer.from(name)))));
/** UTCTime: good for the years 1950 to 2049. */
const time = (date: Date): Buffer => tlv(0x17, Buffer.from(`${date.toISOString().replaceAll(/[-:T]/g, '').slice(2, 14)}Z`));
const extension = (hex: string, value: Buffer, critical = false): Buffer => sequence(objectId(hex), ...(critical ? [Buffer.from([0x01, 1, 0xff])] : []), tlv(0x04, value));
const alternativeName = (host: string): Buffer => (isIP(host) === 4 ? tlv(0x87, Buffer.from(host.split('.').map(Number))) : isIP(host) === 6 ? tlv(0x87, Buffer.from([...new Uint8Array(15), 1])) : tlv(0x82, Buffer.from(host)));
