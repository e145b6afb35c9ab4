/** What the alerts page shows, as it stands in the address: which view, and what is open in the drawer. */
import { AlertId, IncidentId } from '../../../shared/model/ids.ts';

export const alertViews = ['incidents', 'alerts', 'handover'] as const;
export type AlertViewName = (typeof alertViews)[number];

/** `open` null: nothing. */
type AlertPlace = { readonly view: 'incidents'; readonly open: IncidentId | null } | { readonly view: 'alerts'; readonly open: AlertId | null } | { readonly view: 'handover' };

/** Reads an address that anybody may have typed: what makes no sense is left out. */
export function placeOf(parameters: URLSearchParams): AlertPlace {
  const alert = AlertId.safeParse(parameters.get('alert')).data;
  if (alert !== undefined) return { view: 'alerts', open: alert };
  const incident = IncidentId.safeParse(parameters.get('incident')).data;
  if (incident !== undefined) return { view: 'incidents', open: incident };
  switch (parameters.get('view')) {
    case 'alerts':
      return { view: 'alerts', open: null };
    case 'handover':
      return { view: 'handover' };
    default:
      return { view: 'incidents', open: null };
  }
}

/** The address of a place, from its # on. */
export function addressOf(place: AlertPlace): string {
  switch (place.view) {
    case 'incidents':
      return place.open === null ? '/alerts' : `/alerts?incident=${place.open}`;
    case 'alerts':
      return place.open === null ? '/alerts?view=alerts' : `/alerts?alert=${place.open}`;
    case 'handover':
      return '/alerts?view=handover';
    default:
      return place satisfies never;
  }
}
