/** Memory that recvmmsg of Linux fills: a batch of messages, each with its own room for packet, sender and control messages. */
import { NativeMemory } from './native-memory.ts';

/** Messages that one call takes. */
export const batch = 64;
const nameBytes = 32;
const controlBytes = 256;
const vectorBytes = 16;
const headerBytes = 64;

/** An array of struct mmsghdr, and what each of them points at. */
export class ReceiveSlab {
  readonly slotBytes: number;
  readonly memory: NativeMemory;
  /** The address of the first struct mmsghdr. */
  readonly headers: number;
  readonly #headersAt: number;
  readonly #namesAt: number;
  readonly #controlsAt: number;

  constructor(slotBytes: number) {
    this.slotBytes = Math.ceil(slotBytes / 64) * 64;
    const vectorsAt = batch * headerBytes;
    this.#headersAt = 0;
    this.#namesAt = vectorsAt + batch * vectorBytes;
    this.#controlsAt = this.#namesAt + batch * nameBytes;
    this.memory = new NativeMemory(this.#controlsAt + batch * (controlBytes + this.slotBytes));
    this.headers = this.memory.address + this.#headersAt;
    for (let message = 0; message < batch; message++) {
      const vector = vectorsAt + message * vectorBytes;
      this.memory.point(vector, this.memory, this.packetAt(message));
      this.memory.view.setBigUint64(vector + 8, BigInt(this.slotBytes), true);
      const header = this.#headersAt + message * headerBytes;
      this.memory.point(header, this.memory, this.nameAt(message));
      this.memory.point(header + 16, this.memory, vector);
      this.memory.view.setBigUint64(header + 24, 1n, true);
      this.memory.point(header + 32, this.memory, this.#controlsAt + message * controlBytes);
      this.makeRoom(message);
    }
  }

  packetAt(message: number): number {
    return this.#controlsAt + batch * controlBytes + message * this.slotBytes;
  }

  nameAt(message: number): number {
    return this.#namesAt + message * nameBytes;
  }

  lengthOf(message: number): number {
    return Math.min(this.slotBytes, this.memory.view.getUint32(this.#headersAt + message * headerBytes + 56, true));
  }

  flagsOf(message: number): number {
    return this.memory.view.getUint32(this.#headersAt + message * headerBytes + 48, true);
  }

  /** The kernel overwrites the room for sender and control messages with what it used of it. */
  makeRoom(message: number): void {
    const header = this.#headersAt + message * headerBytes;
    this.memory.view.setUint32(header + 8, nameBytes, true);
    this.memory.view.setUint32(header + 40, controlBytes, true);
  }

  /** Where the data of the control message of that kind begins, or null. A struct cmsghdr is length u64, level i32, type i32; aligned to 8. */
  control(message: number, level: number, type: number): number | null {
    const { view } = this.memory;
    const begin = this.#controlsAt + message * controlBytes;
    const end = begin + Math.min(controlBytes, view.getUint32(this.#headersAt + message * headerBytes + 40, true));
    for (let at = begin; at + 16 <= end; ) {
      const length = view.getUint32(at, true);
      if (length < 16) return null;
      if (view.getInt32(at + 8, true) === level && view.getInt32(at + 12, true) === type) return at + 16;
      at += (length + 7) & ~7;
    }
    return null;
  }
}
