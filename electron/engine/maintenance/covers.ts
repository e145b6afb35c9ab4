/** Whom a window covers. */
import type { Occurrence } from '../../../shared/model/maintenance.ts';
import { inScope, type Placed, type Scope } from '../../../shared/model/scope.ts';

/** Devices: the public id to the one that rows are joined by. */
export type Members = ReadonlyMap<string, number>;

/** The window that a device lies in; of several the one that lasts longest. */
export type Cover = { readonly window: string; readonly until: number };

/** The same as inScope; a long list of devices is looked up instead of walked for each. */
export function matcherOf(scope: Scope): (device: Placed) => boolean {
  const listed: ReadonlySet<string> = new Set(scope.deviceIds);
  const rest: Scope = { ...scope, deviceIds: [] };
  return device => (listed.size === 0 || listed.has(device.id)) && inScope(rest, device);
}

export function isEverything({ regions, branches, types, tags, deviceIds, ispLinks }: Scope): boolean {
  return [regions, branches, types, tags, deviceIds].every(dimension => dimension.length === 0) && ispLinks === 'any';
}

type On = { readonly stored: { readonly window: { readonly name: string } }; readonly active: Occurrence | null; readonly members: Members };

/** What covers each device that is covered, by its public id. */
export function coversOf(on: readonly On[]): ReadonlyMap<string, Cover> {
  const covers = new Map<string, Cover>();
  for (const { stored, active, members } of [...on].sort((a, b) => (a.active?.to ?? 0) - (b.active?.to ?? 0))) {
    if (!active) continue;
    const cover = { window: stored.window.name, until: active.to };
    for (const id of members.keys()) covers.set(id, cover);
  }
  return covers;
}

/** Those of `of` that are not there. */
export const missingFrom = (there: Members, of: Members): number[] => [...of].flatMap(([id, deviceId]) => (there.has(id) ? [] : [deviceId]));
