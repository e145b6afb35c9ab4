/** Whether a minute of damaged, forged and random ICMP confuses a probe, by either kind of socket. In a network namespace of its own, for which it has to be root on Linux. */
import { openLab } from '../electron/engine/probes/ping/lab.ts';
import { z } from 'zod';
import { report } from './support/figure.ts';

const attackMs = 30_000;
const backends = ['icmp-dgram', 'icmp-raw'] as const;
const Confusion = z.object({ packets: z.number(), pings: z.number(), confused: z.array(z.string()), oddities: z.number() });

const lab = openLab('fuzz');
if (typeof lab === 'string') process.stderr.write(`Skipped: ${lab}\n`);
else {
  try {
    lab.openToAll();
    let [packets, pings] = [0, 0];
    const confused: string[] = [];
    for (const [seed, backend] of backends.entries()) {
      const printed = await lab.print(`
        import { attack } from ${JSON.stringify(new URL('../electron/engine/probes/ping/hostile.ts', import.meta.url).href)};
        console.log(JSON.stringify(await attack(await openPinger({ only: '${backend}' }), new forging.Forger(), ${attackMs}, ${seed + 1})));`, attackMs + 20_000);
      const seen = Confusion.parse(printed);
      packets += seen.packets;
      pings += seen.pings;
      confused.push(...seen.confused.map(each => `${backend}, ${each}`));
    }
    report({ name: 'icmp_fuzz_packets', value: packets, unit: `packets, ${confused.length} outcomes confused of ${pings}` }, { atLeast: 100_000 });
    if (confused.length > 0) {
      process.stderr.write(`icmp_fuzz_packets: ${confused.length} outcomes were confused, such as ${confused.slice(0, 5).join('; ')}.\n`);
      process.exitCode = 1;
    }
  } finally {
    lab.remove();
  }
}
