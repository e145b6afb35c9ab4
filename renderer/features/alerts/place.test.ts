import { expect, test } from 'vitest';
import { AlertId, IncidentId } from '../../../shared/model/ids.ts';
import { addressOf, placeOf } from './place.ts';
import { idOf } from './sample.ts';

test('an address and a place are the same thing', () => {
  const addresses = ['/alerts', '/alerts?view=alerts', '/alerts?view=handover', `/alerts?incident=${idOf(1)}`, `/alerts?alert=${idOf(2)}`];
  const places = addresses.map(address => placeOf(new URLSearchParams(address.split('?')[1])));
  expect(places).toEqual([
    { view: 'incidents', open: null }, { view: 'alerts', open: null }, { view: 'handover' }, { view: 'incidents', open: IncidentId.parse(idOf(1)) }, { view: 'alerts', open: AlertId.parse(idOf(2)) },
  ]);
  expect(places.map(addressOf)).toEqual(addresses);
});

test('what makes no sense in an address is left out', () => {
  expect(['view=board', 'incident=7', 'alert='].map(text => placeOf(new URLSearchParams(text)))).toEqual(Array(3).fill({ view: 'incidents', open: null }));
});
