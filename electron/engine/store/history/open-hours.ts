/** The samples of hours that are not folded yet, in memory: some three bytes each, in blocks that are used again. The disk has them too, in order of arrival. */
import { unzigzag, zigzag } from './bits.ts';
import { hourMs, hourOf, keyOf, seriesOf, slotOf } from './keys.ts';
import { inOrder, noSamples, outcomes, type Samples } from './samples.ts';

const blockBytes = 256;
const blocksASegment = 4_096;
/** What follows in a sample's second number: the kind in its lowest two bits. */
const kinds = { other: 0, whole: 1, float: 2 } as const;
const wholeBelow = 2 ** 49;
const mostSampleBytes = 24;

type Stream = { readonly key: number; first: number; last: number; used: number; count: number; at: number; gap: number; value: number };

export class OpenHours {
  readonly #streams = new Map<number, Stream>();
  readonly #blocks = new Blocks();
  readonly #scratch = new Uint8Array(mostSampleBytes);
  readonly #view = new DataView(this.#scratch.buffer);
  /** How many hours are open for how many series. */
  readonly #hours = new Map<number, number>();

  append(seriesId: number, at: number, outcome: number, value: number): void {
    const key = keyOf(seriesId, hourOf(at));
    const stream = this.#streams.get(key) ?? this.#begin(key);
    const gap = at - stream.at;
    let length = this.#put(0, zigzag(gap - stream.gap));
    if (outcome !== outcomes.measured) length = this.#put(length, outcome * 4 + kinds.other);
    else if (Number.isInteger(value) && Math.abs(value) < wholeBelow && !Object.is(value, -0)) {
      length = this.#put(length, zigzag(value - stream.value) * 4 + kinds.whole);
      stream.value = value;
    } else {
      length = this.#put(length, kinds.float);
      this.#view.setFloat64(length, value);
      length += 8;
    }
    stream.at = at;
    stream.gap = gap;
    stream.count++;
    this.#append(stream, length);
  }

  /** In order of time; empty when there is nothing. */
  samples(key: number): Samples {
    const stream = this.#streams.get(key);
    return stream ? inOrder(this.#decode(stream)) : noSamples;
  }

  /** The keys of all that is open. */
  keys(): IterableIterator<number> {
    return this.#streams.keys();
  }

  has(key: number): boolean {
    return this.#streams.has(key);
  }

  /** The hours of which something is open, in no order. */
  hours(): number[] {
    return [...this.#hours.keys()];
  }

  drop(key: number): void {
    const stream = this.#streams.get(key);
    if (!stream) return;
    this.#streams.delete(key);
    this.#blocks.free(stream.first, stream.last);
    const hour = slotOf(key);
    const left = (this.#hours.get(hour) ?? 1) - 1;
    if (left > 0) this.#hours.set(hour, left);
    else this.#hours.delete(hour);
  }

  dropSeries(seriesIds: ReadonlySet<number>): void {
    for (const key of [...this.#streams.keys()]) if (seriesIds.has(seriesOf(key))) this.drop(key);
  }

  #begin(key: number): Stream {
    const block = this.#blocks.take();
    const hour = slotOf(key);
    const stream: Stream = { key, first: block, last: block, used: 0, count: 0, at: hour * hourMs, gap: 0, value: 0 };
    this.#streams.set(key, stream);
    this.#hours.set(hour, (this.#hours.get(hour) ?? 0) + 1);
    return stream;
  }

  #put(from: number, value: number): number {
    let at = from;
    let left = value;
    while (left > 127) {
      this.#scratch[at++] = (left % 128) | 128;
      left = Math.floor(left / 128);
    }
    this.#scratch[at++] = left;
    return at;
  }

  #append(stream: Stream, length: number): void {
    for (let done = 0; done < length; ) {
      if (stream.used === blockBytes) {
        stream.last = this.#blocks.takeAfter(stream.last);
        stream.used = 0;
      }
      const part = Math.min(length - done, blockBytes - stream.used);
      const { bytes, from } = this.#blocks.place(stream.last);
      for (let i = 0; i < part; i++) bytes[from + stream.used + i] = this.#scratch[done + i] ?? 0;
      stream.used += part;
      done += part;
    }
  }

  #decode(stream: Stream): Samples {
    const bytes = this.#blocks.joined(stream.first, stream.last, stream.used);
    const view = new DataView(bytes.buffer);
    const samples: Samples = { at: new Float64Array(stream.count), outcome: new Uint8Array(stream.count), value: new Float64Array(stream.count).fill(Number.NaN) };
    let next = 0;
    const take = (): number => {
      let value = 0;
      for (let scale = 1; ; scale *= 128) {
        const byte = bytes[next++] ?? 0;
        value += (byte & 127) * scale;
        if (byte < 128) return value;
      }
    };
    let at = slotOf(stream.key) * hourMs;
    let gap = 0;
    let whole = 0;
    for (let i = 0; i < stream.count; i++) {
      gap += unzigzag(take());
      at += gap;
      samples.at[i] = at;
      const code = take();
      const kind = code % 4;
      if (kind === kinds.other) samples.outcome[i] = Math.floor(code / 4);
      else if (kind === kinds.whole) {
        whole += unzigzag(Math.floor(code / 4));
        samples.value[i] = whole;
      } else {
        samples.value[i] = view.getFloat64(next);
        next += 8;
      }
    }
    return samples;
  }
}

/** Memory in equal blocks, chained; grows by a megabyte and keeps what it has. */
class Blocks {
  readonly #segments: { readonly bytes: Uint8Array; readonly next: Int32Array }[] = [];
  #free = -1;

  take(): number {
    if (this.#free < 0) this.#grow();
    const block = this.#free;
    this.#free = this.#next(block);
    this.#link(block, -1);
    return block;
  }

  takeAfter(last: number): number {
    const block = this.take();
    this.#link(last, block);
    return block;
  }

  free(first: number, last: number): void {
    this.#link(last, this.#free);
    this.#free = first;
  }

  place(block: number): { readonly bytes: Uint8Array; readonly from: number } {
    return { bytes: this.#segment(block).bytes, from: (block % blocksASegment) * blockBytes };
  }

  /** The chain as one piece; of its last block `used` bytes. */
  joined(first: number, last: number, used: number): Uint8Array {
    const parts: Uint8Array[] = [];
    for (let block = first; ; block = this.#next(block)) {
      const { bytes, from } = this.place(block);
      parts.push(bytes.subarray(from, from + (block === last ? used : blockBytes)));
      if (block === last) break;
    }
    const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of parts) {
      whole.set(part, at);
      at += part.length;
    }
    return whole;
  }

  #grow(): void {
    const from = this.#segments.length * blocksASegment;
    const next = Int32Array.from({ length: blocksASegment }, (_, i) => (i + 1 < blocksASegment ? from + i + 1 : -1));
    this.#segments.push({ bytes: new Uint8Array(blocksASegment * blockBytes), next });
    this.#free = from;
  }

  #segment(block: number): { readonly bytes: Uint8Array; readonly next: Int32Array } {
    const segment = this.#segments[Math.floor(block / blocksASegment)];
    if (!segment) throw new Error(`no block ${block}`);
    return segment;
  }

  #next(block: number): number {
    return this.#segment(block).next[block % blocksASegment] ?? -1;
  }

  #link(block: number, next: number): void {
    this.#segment(block).next[block % blocksASegment] = next;
  }
}
