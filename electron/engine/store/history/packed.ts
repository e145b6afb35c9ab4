/**
 * Samples and rollups packed into few bytes, losslessly, with a checksum. Times are kept as what they miss of an even step, values as what they miss of a slowly following guess, both
 * as Rice codes; decimal fractions as whole numbers with a scale, and anything else as 64-bit floats.
 */
import { crc32 } from 'node:zlib';
import { bestRice, BitReader, BitWriter, unzigzag, zigzag } from './bits.ts';
import { stepOf, type Figures, type Samples } from './samples.ts';

/** The stored bytes are not those that were written. */
export class DamagedBlock extends Error {}

const version = 1;
const headBytes = 5;
const mostDecimals = 6;
/** In place of a number of decimals. */
const asFloats = 15;
const exactBelow = 2 ** 50;
/** A guess follows a value by a quarter of what it missed. */
const follow = 4;
const maxBits = 56;
/** In place of a Rice parameter: every code is zero, and none follows. */
const allZero = 63;

/** Shared by all that pack: each is done with it before the next begins. */
export const writer = new BitWriter();
let codes = new Float64Array(1_024);

/** Packs samples that are in order of time, the first at or after `from`. */
export function packSamples({ at, outcome, value }: Samples, from: number): Uint8Array {
  const count = at.length;
  const step = stepOf({ at, outcome, value }) ?? 0;
  const measured = measuredOf(value, count);
  const decimals = decimalsOf(measured);
  writer.writeVarint(count);
  writer.writeVarint(step);
  writer.write(decimals, 4);
  if (count > 0) {
    writer.writeVarint((at[0] ?? 0) - from);
    writeRuns(outcome, count);
    writeTimes(at, count, step);
    writeValues(measured, decimals);
  }
  return sealed(writer);
}

/** @throws DamagedBlock */
export function unpackSamples(block: Uint8Array, from: number): Samples {
  const reader = opened(block);
  const count = reader.readVarint();
  const step = reader.readVarint();
  const decimals = reader.read(4);
  const samples: Samples = { at: new Float64Array(count), outcome: new Uint8Array(count), value: new Float64Array(count).fill(Number.NaN) };
  if (count === 0) return samples;
  const first = from + reader.readVarint();
  readRuns(reader, samples.outcome);
  readTimes(reader, samples.at, first, step);
  readValues(reader, samples, decimals);
  return samples;
}

/** Packs the buckets of a day: `null` where there is none. Averages are rounded to the precision of the samples, or a hundredth of it where numbers are small; observed time to the second. */
export function packBuckets(buckets: readonly (Figures | null)[]): Uint8Array {
  const there = buckets.filter(bucket => bucket !== null);
  writer.writeVarint(buckets.length);
  writeRuns(Uint8Array.from(buckets, bucket => (bucket === null ? 0 : 1)), buckets.length);
  for (const column of ['sent', 'lost', 'unseen'] as const) writeGuessed(columnOf(there, bucket => bucket[column]));
  writeGuessed(columnOf(there, ({ observedMs }) => Math.round(observedMs / 1_000)));
  const measured = there.filter(({ avg }) => avg !== null);
  const [min, avg, p95, max] = (['min', 'avg', 'p95', 'max'] as const).map(name => columnOf(measured, bucket => bucket[name] ?? Number.NaN));
  if (!min || !avg || !p95 || !max) throw new Error('four columns are made of four names');
  const exact = decimalsOf(min, max, p95);
  const decimals = exact === asFloats ? asFloats : exact + (largestOf(min, max) * 10 ** exact >= 10_000 ? 0 : 2);
  writer.write(decimals, 4);
  if (decimals === asFloats) for (let i = 0; i < measured.length; i++) for (const column of [min, avg, p95, max]) writer.writeFloat(column[i] ?? 0);
  else {
    const scale = 10 ** decimals;
    let below: Float64Array = noneBelow;
    for (const column of [min, avg, p95, max]) {
      for (let i = 0; i < column.length; i++) column[i] = Math.round((column[i] ?? 0) * scale);
      writeGuessed(below === noneBelow ? column : column.map((each, i) => each - (below[i] ?? 0)));
      below = column;
    }
  }
  return sealed(writer);
}

const noneBelow = new Float64Array(0);

function columnOf(buckets: readonly Figures[], of: (bucket: Figures) => number): Float64Array {
  const column = new Float64Array(buckets.length);
  for (let i = 0; i < buckets.length; i++) {
    const bucket = buckets[i];
    if (bucket) column[i] = of(bucket);
  }
  return column;
}

/** How far a value is from zero at most, where the first column has the lowest and the second the highest. */
function largestOf(low: Float64Array, high: Float64Array): number {
  let largest = 0;
  for (let i = 0; i < low.length; i++) largest = Math.max(largest, -(low[i] ?? 0), high[i] ?? 0);
  return largest;
}

/** @throws DamagedBlock */
export function unpackBuckets(block: Uint8Array): (Figures | null)[] {
  const reader = opened(block);
  const present = new Uint8Array(reader.readVarint());
  readRuns(reader, present);
  const count = present.reduce((sum, is) => sum + is, 0);
  const [sent, lost, unseen, observedS] = [readGuessed(reader, count), readGuessed(reader, count), readGuessed(reader, count), readGuessed(reader, count)];
  let measured = 0;
  for (let i = 0; i < count; i++) if ((sent[i] ?? 0) > (lost[i] ?? 0)) measured++;
  const decimals = reader.read(4);
  const figures = decimals === asFloats ? readFloats(reader, measured) : readWhole(reader, measured, 10 ** decimals);
  let next = 0;
  let nextMeasured = 0;
  return Array.from(present, (is): Figures | null => {
    if (is === 0) return null;
    const i = next++;
    const counts = { sent: sent[i] ?? 0, lost: lost[i] ?? 0, unseen: unseen[i] ?? 0, observedMs: (observedS[i] ?? 0) * 1_000 };
    if (counts.sent <= counts.lost) return { ...counts, min: null, avg: null, max: null, p95: null };
    const m = nextMeasured++;
    return { ...counts, min: figures.min[m] ?? null, avg: figures.avg[m] ?? null, max: figures.max[m] ?? null, p95: figures.p95[m] ?? null };
  });
}

type Columns = Readonly<Record<'min' | 'avg' | 'max' | 'p95', Float64Array>>;

function readFloats(reader: BitReader, count: number): Columns {
  const columns: Columns = { min: new Float64Array(count), avg: new Float64Array(count), p95: new Float64Array(count), max: new Float64Array(count) };
  for (let i = 0; i < count; i++) for (const name of ['min', 'avg', 'p95', 'max'] as const) columns[name][i] = reader.readFloat();
  return columns;
}

function readWhole(reader: BitReader, count: number, scale: number): Columns {
  const min = readGuessed(reader, count);
  const avg = readGuessed(reader, count).map((above, i) => above + (min[i] ?? 0));
  const p95 = readGuessed(reader, count).map((above, i) => above + (avg[i] ?? 0));
  const max = readGuessed(reader, count).map((above, i) => above + (p95[i] ?? 0));
  const divided = (whole: Float64Array): Float64Array => (scale === 1 ? whole : whole.map(each => each / scale));
  return { min: divided(min), avg: divided(avg), p95: divided(p95), max: divided(max) };
}

function measuredOf(value: Float64Array, count: number): Float64Array {
  const measured = new Float64Array(count);
  let next = 0;
  for (let i = 0; i < count; i++) {
    const each = value[i] ?? Number.NaN;
    if (!Number.isNaN(each)) measured[next++] = each;
  }
  return measured.subarray(0, next);
}

/** With how many decimals every value is exact as a whole number. */
function decimalsOf(...columns: readonly Float64Array[]): number {
  if (columns.every(areWhole)) return 0;
  let decimals = 0;
  for (const values of columns) {
    for (const value of values) {
      while (decimals <= mostDecimals && !isExact(value, 10 ** decimals)) decimals++;
      if (decimals > mostDecimals) return asFloats;
    }
  }
  // What the first ones needed must not be too much for the others.
  const scale = 10 ** decimals;
  return decimals === 0 || columns.every(values => values.every(value => isExact(value, scale))) ? decimals : asFloats;
}

/** The usual case, told quickly. A negative zero is no whole number that could be kept as one. */
function areWhole(values: Float64Array): boolean {
  for (const value of values) if ((value | 0) !== value || Object.is(value, -0)) return false;
  return true;
}

function isExact(value: number, scale: number): boolean {
  const whole = Math.round(value * scale);
  return Math.abs(whole) < exactBelow && !Object.is(whole, -0) && Object.is(whole / scale, value);
}

function writeRuns(of: Uint8Array, count: number): void {
  for (let i = 0; i < count; ) {
    let end = i + 1;
    while (end < count && of[end] === of[i]) end++;
    writer.write(of[i] ?? 0, 3);
    writer.writeVarint(end - i);
    i = end;
  }
}

function readRuns(reader: BitReader, into: Uint8Array): void {
  for (let i = 0; i < into.length; ) {
    const value = reader.read(3);
    const end = i + reader.readVarint();
    if (end > into.length || end === i) throw new DamagedBlock('a run is longer than the block');
    into.fill(value, i, end);
    i = end;
  }
}

/** The guess moves with the step and a quarter of what it missed; a sample that is off by more than half a step begins anew. */
const nextTime = (at: number, missed: number, step: number): number => (Math.abs(missed) * 2 > step ? at : at - missed + Math.trunc(missed / follow)) + step;

function writeTimes(at: Float64Array, count: number, step: number): void {
  const room = codesFor(count);
  let guess = (at[0] ?? 0) + step;
  for (let i = 1; i < count; i++) {
    const time = at[i] ?? 0;
    const missed = time - guess;
    room[i - 1] = zigzag(missed);
    guess = nextTime(time, missed, step);
  }
  writeCodes(room, count - 1);
}

function readTimes(reader: BitReader, at: Float64Array, first: number, step: number): void {
  const k = reader.read(6);
  at[0] = first;
  let guess = first + step;
  for (let i = 1; i < at.length; i++) {
    const missed = k === allZero ? 0 : unzigzag(reader.readRice(k));
    const time = guess + missed;
    at[i] = time;
    guess = nextTime(time, missed, step);
  }
}

function writeValues(measured: Float64Array, decimals: number): void {
  if (decimals === asFloats) for (const value of measured) writer.writeFloat(value);
  else writeGuessed(decimals === 0 ? measured : measured.map(value => Math.round(value * 10 ** decimals)));
}

function readValues(reader: BitReader, { outcome, value }: Samples, decimals: number): void {
  const scale = 10 ** decimals;
  let count = 0;
  for (const each of outcome) if (each === 0) count++;
  const values = decimals === asFloats ? Float64Array.from({ length: count }, () => reader.readFloat()) : readGuessed(reader, count);
  let next = 0;
  for (let i = 0; i < outcome.length; i++) if (outcome[i] === 0) value[i] = scale === 1 || decimals === asFloats ? (values[next++] ?? 0) : (values[next++] ?? 0) / scale;
}

function writeGuessed(values: Float64Array): void {
  const count = values.length;
  const first = values[0] ?? 0;
  const room = codesFor(count);
  let guess = first;
  for (let i = 1; i < count; i++) {
    const missed = (values[i] ?? 0) - guess;
    room[i - 1] = zigzag(missed);
    guess += Math.trunc(missed / follow);
  }
  if (count === 0) return;
  writer.writeVarint(zigzag(first));
  writeCodes(room, count - 1);
}

function readGuessed(reader: BitReader, count: number): Float64Array {
  const values = new Float64Array(count);
  if (count === 0) return values;
  let guess = unzigzag(reader.readVarint());
  values[0] = guess;
  const k = reader.read(6);
  for (let i = 1; i < count; i++) {
    const missed = k === allZero ? 0 : unzigzag(reader.readRice(k));
    values[i] = guess + missed;
    guess += Math.trunc(missed / follow);
  }
  return values;
}

function writeCodes(room: Float64Array, count: number): void {
  if (isZero(room, count)) return writer.write(allZero, 6);
  const k = Math.min(maxBits, bestRice(room, count));
  writer.write(k, 6);
  for (let i = 0; i < count; i++) writer.writeRice(room[i] ?? 0, k);
}

function isZero(room: Float64Array, count: number): boolean {
  for (let i = 0; i < count; i++) if (room[i] !== 0) return false;
  return true;
}

function codesFor(count: number): Float64Array {
  if (codes.length < count) codes = new Float64Array(count * 2);
  return codes;
}

/** What was written to it, with its checksum before it. */
export function sealed(written: BitWriter): Uint8Array {
  const block = written.take(headBytes);
  block[0] = version;
  new DataView(block.buffer, block.byteOffset).setUint32(1, crc32(block.subarray(headBytes)));
  return block;
}

/** @throws DamagedBlock */
export function opened(block: Uint8Array): BitReader {
  if (block[0] !== version || block.length < headBytes) throw new DamagedBlock(`a block of an unknown kind (${block[0] ?? 'empty'})`);
  if (new DataView(block.buffer, block.byteOffset).getUint32(1) !== crc32(block.subarray(headBytes))) throw new DamagedBlock('a block whose checksum does not match');
  return new BitReader(block, headBytes);
}
