import { expect, test } from 'vitest';
import { Check, CheckInput, checkKinds } from '../../../shared/model/check.ts';
import { checkDefaults, checkDraftOf, checkInputOf, draftTarget, newCheck } from './check-draft.ts';

const id = '3b241101-e2bb-4255-8caf-4136c566a962';
const lived = { id, state: 'ok', since: 1, at: 2, message: null, elapsedMs: 3, heartbeatPath: null };

test('the defaults of the form are those of the contract', () => {
  const http = CheckInput.parse({ kind: 'http', url: 'https:///' });
  const heartbeat = CheckInput.parse({ kind: 'heartbeat' });
  expect([http, heartbeat]).toMatchObject([
    { intervalMs: checkDefaults.intervalS * 1_000, timeoutMs: checkDefaults.timeoutS * 1_000, status: checkDefaults.status, certificateDays: checkDefaults.certificateDays },
    { graceMs: checkDefaults.graceS * 1_000 },
  ]);
});

test('a new check can be saved as it is, but for a DNS check that does not know what to ask', () => {
  const saved = checkKinds.map(kind => [kind, CheckInput.safeParse(checkInputOf(newCheck(kind, 'a'))).success]);
  expect(saved).toEqual([['tcp', true], ['http', true], ['dns', false], ['snmp', true], ['heartbeat', true]]);
});

test('editing nothing changes nothing', () => {
  const stored = [
    { kind: 'tcp', port: 8_443, name: 'Console', intervalMs: 30_000, consequence: 'down', enabled: false },
    { kind: 'http', url: 'https:///login', status: '200-299,401', contains: 'Sign in', redirects: 'refuse', certificate: 'expiry', certificateDays: 7 },
    { kind: 'dns', server: '192.0.2.53', query: 'intra.example', record: 'AAAA', expect: '2001:db8::1' },
    { kind: 'snmp', oid: '1.3.6.1.2.1.1.3.0', compare: '>', value: '100', timeoutMs: 2_500 },
    { kind: 'snmp', oid: '1.3.6.1.2.1.1.5.0', compare: 'present', value: 'kept for later' },
    { kind: 'heartbeat', graceMs: 90_000 },
  ].map(check => ({ id, ...CheckInput.parse(check) }));
  const saved = stored.map(check => CheckInput.parse(checkInputOf(checkDraftOf(Check.parse({ ...check, ...lived })))));
  expect(saved).toEqual(stored);
});

test('an unfinished number reaches the contract, which says what is wrong with it', () => {
  const refused = CheckInput.safeParse(checkInputOf({ ...newCheck('tcp', 'a'), port: '', intervalS: 2 }));
  expect(refused.error?.issues.map(issue => issue.message)).toEqual(['A port is a number from 1 to 65535.', 'The interval of a check must be between 5 s and 24 h.']);
});

test('a check is known by what it asks for', () => {
  const drafts = [newCheck('tcp', 'a'), newCheck('http', 'a'), { ...newCheck('dns', 'a'), query: 'intra.example' }, newCheck('snmp', 'a'), { ...newCheck('snmp', 'a'), compare: '>' as const, value: '100' }, newCheck('heartbeat', 'a')];
  expect(drafts.map(draftTarget)).toEqual(['443', 'https:///', 'A intra.example', '1.3.6.1.2.1.1.3.0', '1.3.6.1.2.1.1.3.0 > 100', '']);
});
