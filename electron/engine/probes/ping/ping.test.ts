import { expect, test } from 'vitest';
import { pingCommand, readPingLine } from './ping.ts';
import { type EchoOptions, plainEcho } from '../probe.ts';

const asked = (platform: NodeJS.Platform, address: string, options: EchoOptions = plainEcho): string => {
  const { command, args } = pingCommand(platform, address, 1_500, options);
  return [command, ...args].join(' ');
};

test('each system is asked in its own words, whole seconds where it counts in seconds', () => {
  expect([asked('linux', '127.0.0.1'), asked('linux', '::1'), asked('darwin', '127.0.0.1'), asked('darwin', '::1'), asked('win32', '127.0.0.1'), asked('win32', '::1')]).toEqual([
    'ping -n -c 1 -W 2 -s 56 127.0.0.1', 'ping -n -c 1 -W 2 -s 56 ::1', 'ping -n -c 1 -W 1500 -s 56 127.0.0.1', 'ping6 -n -c 1 -s 56 ::1', 'ping -4 -n 1 -w 1500 -l 56 127.0.0.1', 'ping -6 -n 1 -w 1500 -l 56 ::1',
  ]);
});

test('size, code point and an uncut packet are asked for where the system can say so', () => {
  const special: EchoOptions = { payloadBytes: 1_400, dscp: 46, dontFragment: true };
  expect([asked('linux', '127.0.0.1', special), asked('darwin', '127.0.0.1', special), asked('darwin', '::1', special), asked('win32', '127.0.0.1', special), asked('win32', '::1', special)]).toEqual([
    'ping -n -c 1 -W 2 -s 1400 -Q 184 -M do 127.0.0.1', 'ping -n -c 1 -W 1500 -s 1400 -z 184 -D 127.0.0.1', 'ping6 -n -c 1 -s 1400 -D ::1', 'ping -4 -n 1 -w 1500 -l 1400 -f 127.0.0.1', 'ping -6 -n 1 -w 1500 -l 1400 ::1',
  ]);
});

const notPermitted = 'This computer does not permit sending to that address: a firewall rule or a route of its own forbids it, or it is a broadcast address.';

test.for([
  ['64 bytes from 127.0.0.1: icmp_seq=1 ttl=64 time=0.010 ms', { kind: 'reply', rttUs: 10 }],
  ['64 bytes from 127.0.0.1: icmp_seq=0 ttl=64 time=12.345 ms', { kind: 'reply', rttUs: 12_345 }],
  ['16 bytes from ::1, icmp_seq=0 hlim=64 time=0.102 ms', { kind: 'reply', rttUs: 102 }],
  ['Reply from 127.0.0.1: bytes=32 time<1ms TTL=128', { kind: 'reply', rttUs: 1_000 }],
  ['Antwort von 127.0.0.1: Bytes=32 Zeit=14ms TTL=128', { kind: 'reply', rttUs: 14_000 }],
  ['Ответ от 127.0.0.1: число байт=32 время=3мс TTL=128', { kind: 'reply', rttUs: 3_000 }],
  ['From 198.51.100.2 icmp_seq=1 Destination Net Unreachable', { kind: 'unreachable', reason: 'destination net unreachable', from: '198.51.100.2' }],
  ['Reply from 198.51.100.1: Destination host unreachable.', { kind: 'unreachable', reason: 'destination host unreachable', from: '198.51.100.1' }],
  ['92 bytes from 198.51.100.2: Destination Host Unreachable', { kind: 'unreachable', reason: 'destination host unreachable', from: '198.51.100.2' }],
  ['From 198.51.100.2 icmp_seq=1 Time to live exceeded', { kind: 'hops-exceeded', from: '198.51.100.2' }],
  ['From 2001:db8::2 icmp_seq=1 Time exceeded: Hop limit', { kind: 'hops-exceeded', from: '2001:db8::2' }],
  ['Reply from 198.51.100.1: TTL expired in transit.', { kind: 'hops-exceeded', from: '198.51.100.1' }],
  ['92 bytes from 198.51.100.2: Time to live exceeded', { kind: 'hops-exceeded', from: '198.51.100.2' }],
  ['From 198.51.100.2 icmp_seq=1 Frag needed and DF set (mtu = 1400)', { kind: 'unreachable', reason: 'packet too big for the path', from: '198.51.100.2' }],
  ['From 2001:db8::2 icmp_seq=1 Packet too big: mtu=1400', { kind: 'unreachable', reason: 'packet too big for the path', from: '2001:db8::2' }],
  ['ping: local error: message too long, mtu=1500', { kind: 'unreachable', reason: 'packet too big for the path', from: null }],
  ['ping: sendto: Message too long', { kind: 'unreachable', reason: 'packet too big for the path', from: null }],
  ['Packet needs to be fragmented but DF set.', { kind: 'unreachable', reason: 'packet too big for the path', from: null }],
  ['From 198.51.100.2 icmp_seq=1 Redirect Host(New nexthop: 198.51.100.3)', null],
  ['64 bytes from 127.0.0.99: icmp_seq=1 ttl=64 time=1.58 ms (DIFFERENT ADDRESS!)', { kind: 'stray', from: '127.0.0.99' }],
  ['64 bytes from 2001:db8::99: icmp_seq=1 ttl=64 time=1.58 ms (DIFFERENT ADDRESS!)', { kind: 'stray', from: '2001:db8::99' }],
  ['ping: connect: Network is unreachable', { kind: 'not-sent', reason: 'This computer has no route to that network.' }],
  ['ping: sendto: No route to host', { kind: 'unreachable', reason: 'no route to host', from: null }],
  ['ping: sendto: Host is down', { kind: 'unreachable', reason: 'host is down', from: null }],
  ['ping: sendto: Network is down', { kind: 'not-sent', reason: 'The network interface of this computer that leads there is down.' }],
  ['ping: connect: Cannot assign requested address', { kind: 'not-sent', reason: 'This computer has no address to reach that network from.' }],
  ["ping: sendto: Can't assign requested address", { kind: 'not-sent', reason: 'This computer has no address to reach that network from.' }],
  ['ping: socket: Address family not supported by protocol', { kind: 'not-sent', reason: 'This computer has no address of that family.' }],
  ['ping: sendmsg: Operation not permitted', { kind: 'not-sent', reason: notPermitted }],
  ['ping: Do you want to ping broadcast? Then -b. If not, check your local firewall rules', { kind: 'not-sent', reason: notPermitted }],
  ['ping: connect: Invalid argument', { kind: 'not-sent', reason: 'A route of this computer discards what goes to that address, or the address means something only within one link.' }],
  ['PING: transmit failed. General failure.', { kind: 'not-sent', reason: 'This computer could not send to that address.' }],
  ["ping: invalid argument: '-5'", { kind: 'failed', reason: "ping: '-5'." }],
  ['ping: socket: Permission denied', { kind: 'failed', reason: 'ping: permission denied.' }],
  ['ping: socktype: SOCK_RAW: Operation not permitted', { kind: 'failed', reason: 'ping: operation not permitted.' }],
  ['PING 127.0.0.1 (127.0.0.1) 56(84) bytes of data.', null],
  ['1 packets transmitted, 0 received, 100% packet loss, time 0ms', null],
  ['rtt min/avg/max/mdev = 0.010/0.010/0.010/0.000 ms', null],
  ['Request timed out.', null],
] as const)('"%s" is understood', ([line, said]) => {
  expect(readPingLine(line)).toEqual(said);
});
