/** What a rule, a maintenance window or a recipient is about: the devices that fit every dimension that is given. An empty scope is everything. */
import { z } from 'zod';
import { DeviceType } from './device.ts';
import { DeviceId } from './ids.ts';
import { Tag } from './tag.ts';

const names = (what: string) => z.array(z.string({ error: `${what} are texts.` }).trim().min(1, `${what} cannot be empty.`).max(120), { error: `${what} are a list of texts.` }).max(500, `At most 500 ${what.toLowerCase()} can be listed.`).default([]);

export const Scope = z.strictObject({
  /** By name, in any case. */
  regions: names('Regions'),
  branches: names('Branches'),
  types: z.array(DeviceType, { error: 'Device types are a list.' }).default([]),
  tags: z.array(Tag, { error: 'Tags are a list.' }).max(100).default([]),
  deviceIds: z.array(DeviceId, { error: 'Devices are a list of their ids.' }).max(5_000, 'At most 5000 devices can be listed.').default([]),
  /** `only`: devices and interfaces that are marked as links to an internet provider. */
  ispLinks: z.enum(['any', 'only', 'not'], { error: 'ISP links are "any", "only" or "not".' }).default('any'),
  /** Patterns of interfaces, matched with name and alias in any case; `*` stands for anything: "Fa0/*", "*_Internet". */
  interfaces: names('Interface patterns'),
}, { error: issue => (issue.code === 'unrecognized_keys' ? `A scope has no "${String(issue.keys[0]).slice(0, 60)}".` : 'A scope is an object of its dimensions.') });
export type Scope = z.output<typeof Scope>;

export const everything: Scope = { regions: [], branches: [], types: [], tags: [], deviceIds: [], ispLinks: 'any', interfaces: [] };

/** What of a device a scope looks at. */
export type Placed = { readonly id: string; readonly type: string; readonly branch: string | null; readonly region: string | null; readonly tags: readonly string[]; readonly ispLink: boolean };

/** Whether a device lies in a scope. Interfaces are looked at elsewhere. `ispLink` of an interface: its own. */
export function inScope(scope: Scope, device: Placed): boolean {
  return (
    anyOf(scope.regions, device.region) &&
    anyOf(scope.branches, device.branch) &&
    (scope.types.length === 0 || scope.types.some(type => type === device.type)) &&
    (scope.tags.length === 0 || scope.tags.some(tag => device.tags.includes(tag))) &&
    anyOf(scope.deviceIds, device.id) &&
    (scope.ispLinks === 'any' || (scope.ispLinks === 'only') === device.ispLink)
  );
}

const anyOf = (wanted: readonly string[], name: string | null): boolean => wanted.length === 0 || (name !== null && setOf(wanted).has(name.toLowerCase()));

/** Thousands of devices are looked for in the same list, again and again: it is not walked for each. Lists are never changed in their place. */
const sets = new WeakMap<readonly string[], ReadonlySet<string>>();

function setOf(list: readonly string[]): ReadonlySet<string> {
  const known = sets.get(list);
  if (known) return known;
  const made = new Set(list.map(each => each.toLowerCase()));
  sets.set(list, made);
  return made;
}

/** Whether an interface fits one of the scope's patterns; without patterns every one does. */
export function fitsPattern(scope: Pick<Scope, 'interfaces'>, { name, alias }: { readonly name: string; readonly alias: string | null }): boolean {
  return scope.interfaces.length === 0 || scope.interfaces.some(pattern => fitsGlob(pattern, name) || (alias !== null && fitsGlob(pattern, alias)));
}

/** In any case; `*` stands for anything. Each part is looked for once, from where the last one ended, so that no pattern takes long. */
function fitsGlob(pattern: string, text: string): boolean {
  const [first = '', ...rest] = pattern.toLowerCase().split('*');
  const wanted = text.toLowerCase();
  const last = rest.pop();
  if (last === undefined) return wanted === first;
  if (!wanted.startsWith(first) || !wanted.endsWith(last) || wanted.length < first.length + last.length) return false;
  let at = first.length;
  for (const part of rest) {
    const found = wanted.indexOf(part, at);
    if (found < 0 || found + part.length > wanted.length - last.length) return false;
    at = found + part.length;
  }
  return true;
}
