/** The contract between the engine and whoever watches it. */
import { alerts } from './alerts.ts';
import { branches } from './branches.ts';
import { devices } from './devices.ts';
import { history } from './history.ts';
import { interfaces } from './interfaces.ts';
import { maintenance } from './maintenance.ts';
import { notifications } from './notifications.ts';
import { rules } from './rules.ts';
import { settings } from './settings.ts';
import { storage } from './storage.ts';
import { system } from './system.ts';

export const api = { ...devices, ...branches, ...alerts, ...rules, ...maintenance, ...notifications, ...history, ...interfaces, ...storage, ...settings, ...system };
export type Api = typeof api;

/** Raised when an operation is removed or changes its meaning; adding one does not raise it. */
export const contractVersion = 3;

/** FNV-1a (32 bit) over the sorted operation names and kinds, as eight hex digits. */
export function contractHash(): string {
  const listing = Object.entries(api).map(([name, op]) => `${name}:${op.kind}`).sort().join('\n');
  let hash = 0x811c9dc5;
  for (let i = 0; i < listing.length; i++) hash = Math.imul(hash ^ listing.charCodeAt(i), 0x01000193) >>> 0;
  return hash.toString(16).padStart(8, '0');
}
