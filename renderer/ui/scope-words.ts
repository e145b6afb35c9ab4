/** A scope in words: "Routers in Kvareli, Telavi; ISP links only". */
import type { Scope } from '../../shared/model/scope.ts';
import type { Words } from './shown-state.ts';

/** More names than that are counted. */
const mostNames = 3;

/** `t` of any namespace; `nameOf` a device's name, undefined where it is not known. */
export function scopeWords(scope: Scope, t: Words, nameOf: (deviceId: string) => string | undefined): string {
  const listed = (names: readonly string[]): string => (names.length > mostNames ? t('scope:andMore', { names: names.slice(0, mostNames - 1).join(', '), count: names.length - mostNames + 1 }) : names.join(', '));
  const parts = [
    ...(scope.types.length > 0 ? [listed(scope.types.map(type => t(`common:type.${type}`)))] : []),
    ...(scope.deviceIds.length > 0 ? [devices(scope.deviceIds, t, nameOf, listed)] : []),
    ...(scope.branches.length > 0 ? [t('scope:words.branches', { count: scope.branches.length, names: listed(scope.branches) })] : []),
    ...(scope.regions.length > 0 ? [t('scope:words.regions', { count: scope.regions.length, names: listed(scope.regions) })] : []),
    ...(scope.tags.length > 0 ? [t('scope:words.tags', { names: listed(scope.tags) })] : []),
    ...(scope.interfaces.length > 0 ? [t('scope:words.interfaces', { names: listed(scope.interfaces) })] : []),
    ...(scope.ispLinks === 'any' ? [] : [t(`scope:words.ispLinks.${scope.ispLinks}`)]),
  ];
  return parts.length === 0 ? t('scope:everything') : parts.join('; ');
}

/** Names where all of them are known, else how many there are. */
function devices(ids: readonly string[], t: Words, nameOf: (deviceId: string) => string | undefined, listed: (names: readonly string[]) => string): string {
  const names = ids.flatMap(id => nameOf(id) ?? []);
  return names.length === ids.length ? listed(names) : t('scope:words.devices', { count: ids.length });
}
