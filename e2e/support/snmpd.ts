/** A real SNMP agent on loopback, for as long as a test needs it. */
import { spawn, type ChildProcess } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const program = ['/usr/sbin/snmpd', '/usr/local/sbin/snmpd', '/opt/homebrew/sbin/snmpd'].find(existsSync);
export const hasSnmpd = program !== undefined;

export type Snmpd = { readonly address: string; readonly port: number; readonly community: string; readonly sysName: string; stop(): Promise<void> };

/** Resolves once the agent answers. */
export async function startSnmpd(address: string, port: number): Promise<Snmpd> {
  if (!program) throw new Error('snmpd is not installed (Debian: apt-get install snmpd)');
  const folder = mkdtempSync(join(tmpdir(), 'ward-snmpd-'));
  const community = 'ward-e2e';
  const sysName = 'kvareli-rtr-01';
  const config = join(folder, 'snmpd.conf');
  writeFileSync(config, `rocommunity ${community}\nsysName ${sysName}\nsysDescr Ward Console test agent\n`);
  const child = spawn(program, ['-f', '-Lo', '-C', '-c', config, '-p', join(folder, 'pid'), `udp:${address}:${port}`], {
    env: { ...process.env, SNMP_PERSISTENT_DIR: folder }, stdio: 'ignore',
  });
  const stop = async (): Promise<void> => {
    await ended(child);
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await answers(address, port, community, child);
  } catch (error) {
    await stop();
    throw error;
  }
  return { address, port, community, sysName, stop };
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  await once(child, 'exit');
}

/** Asks for sysName.0 (a fixed v2c GET, RFC 3416) until something comes back. */
async function answers(address: string, port: number, community: string, child: ChildProcess): Promise<void> {
  const oid = Buffer.from([0x30, 0x0c, 0x06, 0x08, 0x2b, 6, 1, 2, 1, 1, 5, 0, 0x05, 0x00]);
  const bindings = Buffer.concat([Buffer.from([0x30, oid.length]), oid]);
  const pduBody = Buffer.concat([Buffer.from([2, 1, 1, 2, 1, 0, 2, 1, 0]), bindings]);
  const pdu = Buffer.concat([Buffer.from([0xa0, pduBody.length]), pduBody]);
  const body = Buffer.concat([Buffer.from([2, 1, 1, 4, community.length]), Buffer.from(community), pdu]);
  const message = Buffer.concat([Buffer.from([0x30, body.length]), body]);
  const socket = createSocket('udp4');
  const ask = setInterval(() => socket.send(message, port, address), 100);
  try {
    await Promise.race([
      once(socket, 'message', { signal: AbortSignal.timeout(10_000) }),
      once(child, 'exit').then(([code]) => {
        throw new Error(`snmpd ended (${String(code)}) before it answered`);
      }),
    ]);
  } finally {
    clearInterval(ask);
    socket.close();
  }
}
