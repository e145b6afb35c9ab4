/** Whose internet link an interface is, told from the alias that its router was given: "Magti_Internet". Pure. */
import type { InterfaceReading } from '../probes/snmp/if-table.ts';

/** IANAifType: softwareLoopback. */
export const loopbackType = 24;
/** propVirtual, tunnel, l2vlan, l3ipvlan: they lie upon a link, and often carry its alias. */
const virtualTypes: readonly number[] = [loopbackType, 53, 131, 135, 136];
/** Some agents call VLANs Ethernet. */
const vlanName = /^vl(an)?[ ._-]?\d/i;

/** The word before "Internet". */
const pattern = /(?:^|[^\p{L}\p{N}.&-])([\p{L}\p{N}][\p{L}\p{N}.&-]*)[_ ]+internet(?![\p{L}\p{N}])/iu;
/** They say where a line leads, and are nobody's name. */
const noName = /^(no|to|the|for|from|via|wan|lan|uplink|guest)$/i;
const longestName = 80;

export function providerOf({ alias, name, type }: Pick<InterfaceReading, 'alias' | 'name' | 'type'>): string | null {
  if (alias === null || (type !== null && virtualTypes.includes(type)) || vlanName.test(name)) return null;
  const word = pattern.exec(alias)?.[1];
  return word === undefined || noName.test(word) ? null : word.slice(0, longestName);
}
