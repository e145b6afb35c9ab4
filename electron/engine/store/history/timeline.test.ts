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
const blind = fc.record({ span, lasts: fc.boolean(), deviceIds: fc.option(fc.uniqueArray(fc.integer({ min: 1, max: devices }), { minLength: 1 })) });

test('a report of all devices says of each what it would say of it alone', () => {
  fc.assert(fc.property(fc.array(change, { maxLength: 20 }), fc.array(blind, { maxLength: 6 }), span, fc.nat(1_200), (changes, blinds, [from, length], now) => {
    const db = databaseWith(devices);
    writeStateChanges(db, changes.toSorted((a, b) => a.at - b.at).map(each => ({ ...each, since: each.at, downSince: null })));
    writeJournal(db, blinds.map(({ span: [began, lasted], lasts, deviceIds }, i) => ({
      row: { id: `j${i}`, kind: 'blind', cause: 'vpn', from: began, to: lasts ? null : began + lasted, devices: deviceIds?.length ?? null, detail: 'It was blind.' }, deviceIds,
    })));
    const range = { from, to: from + length + 1, now };
    const groups = [[1], [2, 3], []];
    expect(uptimesOf(db, groups, range)).toEqual(groups.map(ids => uptimeOf(db, ids, range)));
    db.close();
  }), { numRuns: 200 });
});
