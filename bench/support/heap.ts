/** How much a program really holds. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void; // Put there by the flag.
/** What one collection finds free, the next may find to have held more. */
const collections = 3;

/** In the course of these, what starting took is let go; a figure that held it would hide as much growth. */
const firstHours = 12;

/** Lets hours pass and weighs what is held after each: the least of the first ones, and the last. */
export async function heldOver(hours: number, passHour: () => Promise<void>): Promise<{ readonly firstBytes: number; readonly lastBytes: number }> {
  const heldBytes: number[] = [];
  for (let hour = 1; hour <= hours; hour++) {
    await passHour();
    heldBytes.push(heapBytes());
  }
  return { firstBytes: Math.min(...heldBytes.slice(0, firstHours)), lastBytes: heldBytes.at(-1) ?? Number.NaN };
}

/** Bytes of this thread's heap, and of what it holds outside, once everything that can go has gone. */
function heapBytes(): number {
  for (let i = 0; i < collections; i++) collectGarbage();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
