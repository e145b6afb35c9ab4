/** Asks one check once, and comes back with an outcome whatever its probe does. */
import type { CheckInput } from '../../../../shared/model/check.ts';
import type { Clock, Stop } from '../../clock.ts';
import { messageOf } from '../../log.ts';
import type { CheckOutcome, CheckProbes, CheckTarget, Patience } from '../../probes/checks/check.ts';

export type CheckProbers = CheckProbes & {
  /** Of a simulated device, whatever the kind of the check. */
  simulated(address: string, now: number): CheckOutcome;
};

/** A probe may come to its end this much later than its timeout; then it is told to stop, and after as long again it is given up. */
const slackMs = 1_000;

export type Question = { readonly check: CheckInput; readonly target: CheckTarget; readonly simulated: boolean };

/** Never rejects: a probe that throws, rejects or never comes to an end is `unknown` with the reason, and its bug is told to `onBug`. `asking` ends it early. */
export function askOnce(clock: Clock, probers: CheckProbers, question: Question, asking: AbortController, onBug: (error: unknown) => void): Promise<CheckOutcome> {
  return new Promise(resolve => {
    let settled = false;
    let stop: Stop = clock.after(question.check.timeoutMs + slackMs, () => {
      asking.abort();
      stop = clock.after(slackMs, () => fault(new Error(`the ${question.check.kind} check did not come to an end`)));
    });
    const settle = (outcome: CheckOutcome): void => {
      settled = true;
      stop();
      resolve(outcome);
    };
    const fault = (error: unknown): void => {
      if (settled) return; // Given up before.
      onBug(error);
      settle({ kind: 'unknown', elapsedMs: null, message: `This check met a fault of the console: ${messageOf(error).replace(/\.$/, '')}.` });
    };
    probe(clock, probers, question, { timeoutMs: question.check.timeoutMs, signal: asking.signal }).then(settle, fault);
  });
}

/** What a probe throws at once becomes a rejection here. */
async function probe(clock: Clock, probers: CheckProbers, { check, target, simulated }: Question, patience: Patience): Promise<CheckOutcome> {
  if (simulated) return probers.simulated(target.address, clock.now());
  switch (check.kind) {
    case 'tcp':
      return probers.tcp(check, target, patience);
    case 'http':
      return probers.http(check, target, patience);
    case 'dns':
      return probers.dns(check, target, patience);
    case 'snmp':
      return probers.snmp(check, target, patience);
    case 'heartbeat':
      throw new Error('a heartbeat is the device\'s own call');
  }
}
