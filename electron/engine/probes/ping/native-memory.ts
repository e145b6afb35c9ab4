/** Memory that native code reads and writes. */
import koffi from 'koffi';

/**
 * One ArrayBuffer of ours, with its address taken once: Electron forbids buffers over foreign memory, and a small
 * typed array may live inside the moving heap. Keep it as long as native code may write to it.
 */
export class NativeMemory {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  /** Exact as a number: user space ends far below 2^53. */
  readonly address: number;

  constructor(size: number) {
    const memory = new ArrayBuffer(size);
    this.bytes = new Uint8Array(memory);
    this.view = new DataView(memory);
    this.address = Number(koffi.address(this.bytes));
  }

  /** Writes the address of byte `target` at `at`, as a pointer. */
  point(at: number, target: NativeMemory, offset: number): void {
    this.view.setBigUint64(at, BigInt(target.address + offset), true);
  }
}
