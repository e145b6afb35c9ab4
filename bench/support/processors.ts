/** Keeps what is measured and what measures it on processors of their own. Linux. */
import koffi from 'koffi';

const thisThread = 0;
/** A cpu_set_t: a bit a processor. */
const setBytes = 128;

/** Binds the calling thread, and whatever it starts from now on, to the last of its processors or to all the others. With one processor nothing changes. */
export function runOn(which: 'last' | 'others'): void {
  const libc = koffi.load('libc.so.6');
  const get: (thread: number, bytes: number, set: Uint8Array) => number = libc.func('int sched_getaffinity(int, size_t, void*)');
  const put: typeof get = libc.func('int sched_setaffinity(int, size_t, void*)');
  const allowed = new Uint8Array(setBytes);
  if (get(thisThread, setBytes, allowed) !== 0) throw new Error(`the processors cannot be asked for (error ${koffi.errno()})`);
  const mine = Array.from({ length: 8 * setBytes }, (_, i) => i).filter(i => ((allowed[i >> 3] ?? 0) >> (i & 7)) & 1);
  if (mine.length < 2) return;
  const chosen = new Uint8Array(setBytes);
  for (const i of which === 'last' ? mine.slice(-1) : mine.slice(0, -1)) chosen[i >> 3] = (chosen[i >> 3] ?? 0) | (1 << (i & 7));
  if (put(thisThread, setBytes, chosen) !== 0) throw new Error(`the processors cannot be chosen (error ${koffi.errno()})`);
}
