/** Makes single addresses of 127.0.0.0/8 fall silent and answer again, inside the network namespace that the test run made for itself. */
import { execFileSync } from 'node:child_process';

/** Set by the test run where it could make a namespace (root on Linux). Elsewhere no address can be cut off without touching the host. */
export const inLab = process.env['WARD_LAB'] === '1';
export const whyNoLab = 'needs a network namespace of its own: run the tests as root on Linux';

const nft = (...words: string[]): void => void execFileSync('nft', words, { stdio: ['ignore', 'ignore', 'pipe'] });

let prepared = false;

function prepare(): void {
  if (prepared) return;
  if (!inLab) throw new Error(whyNoLab);
  nft('add table inet ward_lab');
  nft('add chain inet ward_lab input { type filter hook input priority 0 ; }');
  nft('add set inet ward_lab silent { type ipv4_addr ; }');
  nft('flush chain inet ward_lab input');
  nft('add rule inet ward_lab input ip daddr @silent drop');
  prepared = true;
}

/** From now on nothing that is sent to the address arrives. */
export function cutOff(address: string): void {
  prepare();
  nft(`add element inet ward_lab silent { ${address} }`);
}

export function bringBack(address: string): void {
  prepare();
  nft(`delete element inet ward_lab silent { ${address} }`);
}
