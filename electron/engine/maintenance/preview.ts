/** What a window would come to, before it is saved. */
import type { MaintenanceInput, MaintenancePreview } from '../../../shared/model/maintenance.ts';
import type { Placed } from '../../../shared/model/scope.ts';
import { warningsOf } from './check.ts';
import { matcherOf } from './covers.ts';
import { occurrences } from './occurrences.ts';
import { horizonMs, type WindowTimes } from './times.ts';

type OtherWindow = { readonly window: MaintenanceInput; readonly times: WindowTimes | null; readonly covers: (device: Placed) => boolean };

const previewed = 10;

/** Of `others` one of the same name is taken for the one that is being changed. */
export function previewOf(window: MaintenanceInput, times: WindowTimes, { now, devices, others }: { readonly now: number; readonly devices: Iterable<Placed>; readonly others: readonly OtherWindow[] }): MaintenancePreview {
  const covered = [...devices].filter(matcherOf(window.scope));
  const beside = others.flatMap(other => (other.times && other.window.enabled && other.window.name !== window.name && covered.some(other.covers) ? [{ name: other.window.name, times: other.times }] : []));
  return {
    occurrences: occurrences(times, now, now + horizonMs, previewed),
    devices: covered.length,
    warnings: warningsOf(window, times, { now, covered: covered.length, others: beside }),
  };
}
