/** Why this computer sends nothing to an address, in sentences for its operator: the same whichever backend was refused. */

const notPermitted = 'This computer does not permit sending to that address: a firewall rule or a route of its own forbids it, or it is a broadcast address.';

/** By the name of the kernel's error on sending. */
export const notSentBecause = {
  ENETUNREACH: 'This computer has no route to that network.',
  ENETDOWN: 'The network interface of this computer that leads there is down.',
  EADDRNOTAVAIL: 'This computer has no address to reach that network from.',
  EAFNOSUPPORT: 'This computer has no address of that family.',
  EPERM: notPermitted,
  EACCES: notPermitted,
  // The layout of what we send is always the same, so the kernel can only mean the address.
  EINVAL: 'A route of this computer discards what goes to that address, or the address means something only within one link.',
} as const;

export const notAnAddress = (text: string): string => `"${text}" is not an IP address.`;
