import { expect, test } from 'vitest';
import { DevicePatch, NewDevice } from '../../shared/model/device.ts';
import { SettingsPatch } from '../../shared/model/settings.ts';
import { asStored, patched, readSettings } from './settings.ts';

const polling = {
  intervalMs: 10_000, timeoutMs: 1_000, snmpIntervalMs: 60_000, probesPerInterval: 2, payloadBytes: 56, dscp: 0, recoveryReplies: 2, mostProbesPerS: 3_000, mostProbesPerBranchPerS: 50,
};

test('nothing stored gives every default and no problem', () => {
  expect(readSettings({})).toEqual({ values: { polling, alerting: { gatherMs: 10_000, flapChanges: 6 }, heartbeat: { enabled: false, address: '0.0.0.0', port: 8_428 }, history: { rawDays: 30, fiveMinDays: 180, hourDays: 1_095, maxSizeMb: null, dailyRunAt: '03:00' }, backup: { enabled: false, folder: '', keep: 7 }, demo: { enabled: false, devices: 875 }, station: { name: '' } }, problems: [] });
});

test('a group that cannot be read has its defaults and says so; the others are as stored', () => {
  const { values, problems } = readSettings({ polling: '{"intervalMs":"soon"}', station: 'not json', demo: '{"enabled":true}' });
  expect(values).toMatchObject({ polling: { intervalMs: 10_000 }, station: { name: '' }, demo: { enabled: true, devices: 875 } });
  expect(problems.map(problem => problem.group)).toEqual(['polling', 'station']);
});

test('a patch changes its fields and leaves the others, and is read back as written', () => {
  const { values } = readSettings({ polling: '{"timeoutMs":2000}' });
  const next = patched(values, { polling: { intervalMs: 30_000 } });
  expect(next.polling).toEqual({ ...polling, intervalMs: 30_000, timeoutMs: 2_000 });
  expect(readSettings(asStored(next)).values).toEqual(next);
});

/** The first problem with what a user gave. */
const refusal = (schema: typeof SettingsPatch | typeof DevicePatch | typeof NewDevice, given: unknown): string | undefined => schema.safeParse(given).error?.issues[0]?.message;

test.each([
  [{ mostProbesPerS: 0 }, 'The most probes a second must be between 1 and 20000.'],
  [{ mostProbesPerBranchPerS: 20_001 }, 'The most probes a second to one branch must be between 1 and 20000.'],
  [{ intervalMs: '5' }, 'The interval must be between 1 s and 1 h.'],
  [{ timeoutMs: 1.5 }, 'The timeout must be between 0.1 s and 10 s.'],
  [{ snmpIntervalMs: 1e300 }, 'The interval of SNMP must be between 10 s and 24 h.'],
  [{ probesPerInterval: null }, 'One sample is 1 to 10 probes.'],
  [{ payloadBytes: 7 }, 'The payload must be between 8 and 65000 bytes.'],
  [{ dscp: 64 }, 'A DSCP value is a number from 0 to 63.'],
  [{ recoveryReplies: 0 }, 'The answers until a device is up again must be between 1 and 20.'],
  [{ burst: 3 }, 'There is no setting "burst".'],
  ['fast', 'The settings of a group are an object of their fields.'],
])('polling settings %j are refused in a sentence', (polling, sentence) => expect(refusal(SettingsPatch, { polling })).toBe(sentence));

test.each([
  [{ heartbeat: { port: 0 } }, 'A port is a number from 1 to 65535.'],
  [{ heartbeat: { address: 'here' } }, 'The address to listen on must be an IPv4 or IPv6 address of this computer, or 0.0.0.0 for all.'],
  [{ heartbeat: { address: 5 } }, 'The address to listen on must be an IPv4 or IPv6 address of this computer, or 0.0.0.0 for all.'],
  [{ heartbeat: { enabled: 'yes' } }, 'Whether it is switched on is true or false.'],
  [{ heartbeat: { host: '0.0.0.0' } }, 'There is no setting "host".'],
  [{ demo: { enabled: 1 } }, 'Whether it is switched on is true or false.'],
  [{ demo: { devices: 0 } }, 'The demo fleet has 1 to 10000 devices.'],
  [{ station: { name: 'x'.repeat(81) } }, 'The name of this console is a text of at most 80 characters.'],
  [{ station: { name: null } }, 'The name of this console is a text of at most 80 characters.'],
  [{ colours: {} }, 'There is no setting "colours".'],
])('settings %j are refused in a sentence', (patch, sentence) => expect(refusal(SettingsPatch, patch)).toBe(sentence));

test.each([
  [{ enabled: 'no' }, 'Whether it is switched on is true or false.'],
  [{ pingEnabled: 1 }, 'Whether it is pinged is true or false.'],
  [{ dontFragment: 1 }, 'Whether its probes may not be fragmented is true or false.'],
  [{ canary: 1 }, 'Whether it is a canary is true or false.'],
  [{ branchRouter: 'x' }, 'Whether it is the router of its branch is true or false.'],
  [{ parentIds: 'x' }, 'What a device stands behind is a list of the ids of devices.'],
  [{ parentIds: ['x'] }, 'What a device stands behind is a list of the ids of devices.'],
  [{ parentsNeeded: 'some' }, 'How many of its parents a device needs is "any" or "all".'],
  [{ type: 'toaster' }, 'A device is of one of these types: router, switch, access-point, nvr, atm, paybox, access-control, server, printer, ups, other.'],
  [{ name: 5 }, 'This must be a text of at most 200 characters.'],
  [{ snmpCommunity: '' }, 'An SNMP community is a text of 1 to 255 characters.'],
  [{ checks: 'x' }, 'The further checks of a device are a list.'],
  [{ checks: ['x'] }, 'A check is of one of these kinds: tcp, http, dns, snmp, heartbeat.'],
  [{ checks: [{ kind: 'smtp' }] }, 'A check is of one of these kinds: tcp, http, dns, snmp, heartbeat.'],
  [{ checks: [{ kind: 'tcp', port: 7, enabled: 'x' }] }, 'Whether a check is switched on is true or false.'],
  [{ checks: [{ kind: 'tcp', port: 7, consequence: 'x' }] }, 'A failing check makes its device "down" or "degraded", or "nothing".'],
  [{ checks: [{ kind: 'tcp', port: 7, id: 'x' }] }, 'That is not the id of a check; leave it out for a new one.'],
  [{ checks: [{ kind: 'http' }] }, 'A web check needs an address, for example https:///login for the device itself.'],
  [{ checks: [{ kind: 'http', url: 'https:///', redirects: 'x' }] }, 'Redirects are one of: follow, refuse.'],
  [{ checks: [{ kind: 'http', url: 'https:///', certificate: 'x' }] }, 'What is looked at in a certificate is one of: name, expiry, ignore.'],
  [{ checks: [{ kind: 'http', url: 'https:///', status: 5 }] }, 'Write the accepted status codes as 200-299,401.'],
  [{ checks: [{ kind: 'dns' }] }, 'A DNS check needs a name to ask for.'],
  [{ checks: [{ kind: 'dns', query: 'a.example', record: 'X' }] }, 'A DNS check asks for one of: A, AAAA, CNAME, MX, NS, PTR, SOA, SRV, TXT.'],
  [{ checks: [{ kind: 'snmp' }] }, 'Write the OID as numbers, for example 1.3.6.1.2.1.1.3.0.'],
  [{ checks: [{ kind: 'snmp', oid: '1.3', compare: '~' }] }, 'An SNMP value is compared by one of: present, =, !=, <, <=, >, >=, contains.'],
])('a device %j is refused in a sentence', (given, sentence) =>
  expect([refusal(DevicePatch, given), refusal(NewDevice, { address: '192.0.2.5', ...given })]).toEqual([sentence, sentence]));
