/** Why an alert's actions wait, if they do. Pure. */
import type { AlertRow, Suppression } from '../../../shared/model/alert.ts';
import { deviceOf, type BranchThing, type DeviceFacts, type DeviceThing, type Thing } from './things.ts';

/** What the rest of the console knows of its devices and of itself. */
export type Circumstances = {
  /** Somebody said that it is down, and until when that holds. */
  readonly knownDown: (internalId: number) => { readonly reason: string; readonly until: number | null } | null;
  /** The maintenance window that it lies in. */
  readonly maintenance: (device: DeviceFacts, now: number) => { readonly name: string; readonly until: number } | null;
  /** What this console cannot see, and why. */
  readonly blindness: () => { readonly cause: string; readonly detail: string; readonly since: number; readonly devices: number } | null;
};

export type Surroundings = { readonly circumstances: Circumstances; /** By internal id. */ readonly device: (internalId: number) => DeviceThing | undefined; /** The device flaps, by an alert of its own. */ readonly flaps: (device: DeviceThing) => boolean };

/** `isAboutFlapping`: the alert tells the flapping itself. */
export function suppressionOf(alert: AlertRow, thing: Thing, isAboutFlapping: boolean, { circumstances, device: find, flaps }: Surroundings, now: number): Suppression | null {
  const device = deviceOf(thing);
  if (device) {
    const known = circumstances.knownDown(device.facts.internalId);
    if (known) return { reason: 'known-down', until: known.until, detail: known.reason };
    const { state, behindId } = device.reading;
    if (state === 'unreachable') return { reason: 'parent-down', until: null, detail: behindId === null ? 'what it stands behind' : (find(behindId)?.facts.name ?? 'what it stands behind') };
    if (state === 'not-observed') return { reason: 'blind', until: null, detail: circumstances.blindness()?.detail ?? 'This console cannot see it.' };
    const window = circumstances.maintenance(device.facts, now);
    if (window) return { reason: 'maintenance', until: window.until, detail: window.name };
  } else if (thing.kind === 'branch') {
    const expected = ofBranch(thing, circumstances, now);
    if (expected) return expected;
  }
  if (alert.snoozedUntil !== null && alert.snoozedUntil > now) return { reason: 'snoozed', until: alert.snoozedUntil, detail: alert.note ?? '' };
  if (alert.acknowledgedAt !== null) return { reason: 'acknowledged', until: null, detail: alert.acknowledgedBy ?? '' };
  if (alert.flapping || (device && !isAboutFlapping && flaps(device))) return { reason: 'flapping', until: null, detail: '' };
  return null;
}

/** A branch waits when its routers do, which take the rest with them; where it has none, or they answer, when all of its devices do. */
function ofBranch({ counts, routers, devices }: BranchThing, circumstances: Circumstances, now: number): Suppression | null {
  let first: Suppression | null = null;
  for (const { facts } of counts.router === 'down' ? routers : devices) {
    const known = circumstances.knownDown(facts.internalId);
    const window = known ? null : circumstances.maintenance(facts, now);
    if (known) first ??= { reason: 'known-down', until: known.until, detail: known.reason };
    else if (window) first ??= { reason: 'maintenance', until: window.until, detail: window.name };
    else return null;
  }
  return first;
}

export const sameSuppression = (a: Suppression | null, b: Suppression | null): boolean => a === b || (a !== null && b !== null && a.reason === b.reason && a.until === b.until && a.detail === b.detail);

export const saySuppression: Readonly<Record<Suppression['reason'], (detail: string) => string>> = {
  'known-down': detail => `Known to be down: ${detail}`,
  'parent-down': detail => `It stands behind ${detail}, which is down.`,
  'blind': detail => `This console cannot see it: ${detail}`,
  'maintenance': detail => `In maintenance: ${detail}.`,
  'snoozed': () => 'Snoozed.',
  'acknowledged': detail => `Acknowledged${detail === '' ? '' : ` by ${detail}`}.`,
  'flapping': () => 'It is flapping; its final state will be told.',
};
