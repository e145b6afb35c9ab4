/** Uptime of many devices in one go is that of each. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { deviceStates } from '../../../../shared/model/device.ts';
import { writeStateChanges } from '../alerts.ts';
import { writeJournal } from '../journal.ts';
import { databaseWith } from './history-for-tests.ts';
import { uptimeOf, uptimesOf } from './timeline.ts';

const devices = 3;
const span = fc.tuple(fc.nat(1_000), fc.nat(200));
const change = fc.record({ deviceId: fc.integer({ min: 1, max: devices }), at: fc.nat(1_000), state: fc.constantFrom(...deviceStates) });
const covered = fc.record({ kind: fc.constantFrom('blind', 'maintenance'), span, lasts: fc.boolean(), deviceIds: fc.option(fc.uniqueArray(fc.integer({ min: 1, max: devices }), { minLength: 1 })) });

test('a report of all devices says of each what it would say of it alone', () => {
  fc.assert(fc.property(fc.array(change, { maxLength: 20 }), fc.array(covered, { maxLength: 8 }), span, fc.nat(1_200), (changes, stretches, [from, length], now) => {
    const db = databaseWith(devices);
    writeStateChanges(db, changes.toSorted((a, b) => a.at - b.at).map(each => ({ ...each, since: each.at, downSince: null })));
    writeJournal(db, stretches.map(({ kind, span: [began, lasted], lasts, deviceIds }, i) => ({
      row: { id: `j${i}`, kind, cause: kind === 'blind' ? 'vpn' : null, from: began, to: lasts ? null : began + lasted, devices: deviceIds?.length ?? null, detail: 'A test.' }, deviceIds,
    })));
    const range = { from, to: from + length + 1, now };
    const groups = [[1], [2, 3], []];
    expect(uptimesOf(db, groups, range)).toEqual(groups.map(ids => uptimeOf(db, ids, range)));
    db.close();
  }), { numRuns: 200 });
});
