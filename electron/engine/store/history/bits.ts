/** Whole numbers as Rice codes (as in FLAC's residuals, RFC 9639, section 9.2.7): small ones take few bits, large ones are escaped and stay exact up to 2^53. */

/** Longest quotient written as ones; beyond it follow the number's length and the number itself. */
const mostOnes = 22;
const lengthBits = 6;
const partBits = 24;

/** Below this, sums and shifts of whole numbers are a processor's own, several times as quick. */
const quickBelow = 2 ** 30;

export const zigzag = (value: number): number => (value < quickBelow && value > -quickBelow ? (value << 1) ^ (value >> 31) : value < 0 ? -2 * value - 1 : 2 * value);
export const unzigzag = (code: number): number => (code < quickBelow ? (code >>> 1) ^ -(code & 1) : code % 2 === 0 ? code / 2 : -(code + 1) / 2);

export class BitWriter {
  #bytes = new Uint8Array(4_096);
  #length = 0;
  /** The last bits, fewer than eight, that make no byte yet. */
  #rest = 0;
  #restBits = 0;

  /** The lowest `bits` bits of a number; at most 24. */
  write(value: number, bits: number): void {
    let rest = (this.#rest << bits) | value;
    let restBits = this.#restBits + bits;
    if (this.#length + 8 > this.#bytes.length) this.#grow();
    while (restBits >= 8) {
      restBits -= 8;
      this.#bytes[this.#length++] = rest >>> restBits;
    }
    rest &= (1 << restBits) - 1;
    this.#rest = rest;
    this.#restBits = restBits;
  }

  writeRice(value: number, k: number): void {
    if (value < quickBelow && k < partBits) {
      const ones = value >>> k;
      const length = ones + 1 + k;
      if (ones < mostOnes && length <= partBits) return this.write((((1 << (ones + 1)) - 2) << k) | (value & ((1 << k) - 1)), length);
    }
    const low = 2 ** k;
    const ones = Math.floor(value / low);
    if (ones < mostOnes) {
      this.write((1 << (ones + 1)) - 2, ones + 1);
      this.#writeLong(value - ones * low, k);
      return;
    }
    this.write((1 << mostOnes) - 1, mostOnes);
    const bits = bitLength(value);
    this.write(bits, lengthBits);
    this.#writeLong(value, bits);
  }

  /** A number of any length by seven bits a byte, lowest first. */
  writeVarint(value: number): void {
    let left = value;
    while (left > 127) {
      this.write((left % 128) | 128, 8);
      left = Math.floor(left / 128);
    }
    this.write(left, 8);
  }

  writeFloat(value: number): void {
    const view = new DataView(new ArrayBuffer(8));
    view.setFloat64(0, value);
    for (let i = 0; i < 8; i++) this.write(view.getUint8(i), 8);
  }

  /** Everything so far, filled up to whole bytes; the writer begins anew. `head` bytes at the front are left free. */
  take(head: number): Uint8Array {
    if (this.#restBits > 0) this.write(0, 8 - this.#restBits);
    const bytes = new Uint8Array(head + this.#length);
    bytes.set(this.#bytes.subarray(0, this.#length), head);
    this.#length = 0;
    return bytes;
  }

  #writeLong(value: number, bits: number): void {
    if (bits <= partBits) return this.write(value, bits);
    const low = 2 ** partBits;
    this.#writeLong(Math.floor(value / low), bits - partBits);
    this.write(value % low, partBits);
  }

  #grow(): void {
    const bytes = new Uint8Array(this.#bytes.length * 2);
    bytes.set(this.#bytes);
    this.#bytes = bytes;
  }
}

export class BitReader {
  readonly #bytes: Uint8Array;
  #next: number;
  #rest = 0;
  #restBits = 0;

  /** Beyond the end it reads zeros: whoever reads has checked the bytes before. */
  constructor(bytes: Uint8Array, from: number) {
    this.#bytes = bytes;
    this.#next = from;
  }

  read(bits: number): number {
    while (this.#restBits < bits) {
      this.#rest = ((this.#rest & 0xff_ffff) << 8) | (this.#bytes[this.#next++] ?? 0);
      this.#restBits += 8;
    }
    this.#restBits -= bits;
    return (this.#rest >>> this.#restBits) & ((1 << bits) - 1);
  }

  readRice(k: number): number {
    while (this.#restBits < partBits) {
      this.#rest = ((this.#rest & 0xff_ffff) << 8) | (this.#bytes[this.#next++] ?? 0);
      this.#restBits += 8;
    }
    // The ones at the front, counted in one step.
    const ones = Math.min(mostOnes, Math.clz32(~(this.#rest << (32 - this.#restBits))));
    this.#restBits -= Math.min(mostOnes, ones + 1);
    if (ones === mostOnes) return this.#readLong(this.read(lengthBits));
    return k <= partBits ? (ones << k) + this.read(k) : ones * 2 ** k + this.#readLong(k);
  }

  readVarint(): number {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = this.read(8);
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
  }

  readFloat(): number {
    const view = new DataView(new ArrayBuffer(8));
    for (let i = 0; i < 8; i++) view.setUint8(i, this.read(8));
    return view.getFloat64(0);
  }

  #readLong(bits: number): number {
    if (bits <= partBits) return this.read(bits);
    return this.#readLong(bits - partBits) * 2 ** partBits + this.read(partBits);
  }
}

function bitLength(value: number): number {
  return value < 0x8000_0000 ? 32 - Math.clz32(value) : Math.floor(Math.log2(value)) + 1;
}

/** The parameter that makes these codes shortest. */
export function bestRice(codes: Float64Array, count: number): number {
  let sum = 0;
  let largest = 0;
  for (let i = 0; i < count; i++) {
    const code = codes[i] ?? 0;
    sum += code;
    if (code > largest) largest = code;
  }
  const bitsOf = largest < quickBelow ? quickRiceBits : riceBits;
  const most = count === 0 ? 0 : Math.max(0, Math.ceil(Math.log2(sum / count + 1)));
  let best = most;
  let bestBits = Infinity;
  for (let k = most; k >= Math.max(0, most - 5); k--) {
    const bits = bitsOf(codes, count, k);
    if (bits > bestBits) break;
    bestBits = bits;
    best = k;
  }
  return best;
}

function quickRiceBits(codes: Float64Array, count: number, k: number): number {
  let bits = count * (k + 1);
  for (let i = 0; i < count; i++) {
    const ones = (codes[i] ?? 0) >>> k;
    bits += ones < mostOnes ? ones : mostOnes + lengthBits + 32;
  }
  return bits;
}

function riceBits(codes: Float64Array, count: number, k: number): number {
  const low = 2 ** -k;
  let bits = count * (k + 1);
  for (let i = 0; i < count; i++) {
    const ones = Math.floor((codes[i] ?? 0) * low);
    bits += ones < mostOnes ? ones : mostOnes + lengthBits + 32;
  }
  return bits;
}
