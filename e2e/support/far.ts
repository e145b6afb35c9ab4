/** A network beyond a gateway, in a namespace of its own beside the lab: hosts that answer, until the gateway, the cable or the way beyond it fails. */
import { execFileSync } from 'node:child_process';
import { inLab, whyNoLab } from './lab.ts';

export const gateway = '198.51.100.1';

export type Far = {
  /** Hosts fall silent; the gateway answers. */
  silenceHosts(): void;
  silenceOnly(hosts: readonly string[]): void;
  /** Nothing beyond the cable answers, the gateway neither. */
  silenceAll(): void;
  /** The other end of the cable is switched off. */
  cutCable(): void;
  /** Everything is as it was. */
  mend(): void;
  remove(): void;
};

/** The lab's `out` leads to the gateway 198.51.100.1 and by it to the given hosts. */
export function farNetwork(hosts: readonly string[]): Far {
  if (!inLab) throw new Error(whyNoLab);
  const name = `ward-beyond-${process.pid}`;
  const run = (line: string): void => {
    const [command = '', ...args] = line.split(' ');
    execFileSync(command, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  };
  const beyond = (line: string): void => run(`ip netns exec ${name} ${line}`);
  run(`ip netns add ${name}`);
  try {
    run(`ip link add out type veth peer name in netns ${name}`);
    run('ip address add 198.51.100.2/24 dev out');
    beyond(`ip address add ${gateway}/24 dev in`);
    for (const host of hosts) beyond(`ip address add ${host}/32 dev lo`);
    beyond('ip link set lo up');
    beyond('ip link set in up');
    run('ip link set out up');
    run(`ip route add default via ${gateway}`);
    beyond('nft add table ip far');
    beyond('nft add chain ip far input { type filter hook input priority 0 ; }');
  } catch (error) {
    run(`ip netns delete ${name}`);
    throw error;
  }
  return {
    silenceHosts: () => beyond(`nft add rule ip far input ip daddr != ${gateway} drop`),
    silenceOnly: silent => beyond(`nft add rule ip far input ip daddr { ${silent.join(' , ')} } drop`),
    silenceAll: () => beyond('nft add rule ip far input drop'),
    cutCable: () => beyond('ip link set in down'),
    mend: () => {
      beyond('nft flush chain ip far input');
      beyond('ip link set in up');
    },
    remove: () => run(`ip netns delete ${name}`), // Takes the cable with it.
  };
}
