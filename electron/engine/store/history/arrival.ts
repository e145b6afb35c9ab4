/** Samples of many series as one tick brought them, packed in order of arrival: some six bytes each, where a row for each would take twenty and a page for every few. Lossless, with a checksum. */
import { unzigzag, zigzag } from './bits.ts';
import { opened, sealed, writer } from './packed.ts';
import { outcomes } from './samples.ts';

/** `value` is null unless it was measured. */
export type Arrived = { readonly seriesId: number; readonly at: number; readonly outcome: number; readonly value: number | null };

/** In a sample's lowest two bits. */
const kinds = { other: 0, whole: 1, float: 2 } as const;
const wholeBelow = 2 ** 49;

export function packArrived(samples: readonly Arrived[]): Uint8Array {
  writer.writeVarint(samples.length);
  let [seriesBefore, atBefore] = [0, 0];
  for (const { seriesId, at, outcome, value } of samples) {
    writer.writeVarint(zigzag(seriesId - seriesBefore));
    writer.writeVarint(zigzag(at - atBefore));
    if (outcome !== outcomes.measured || value === null) writer.writeVarint(outcome * 4 + kinds.other);
    else if (Number.isInteger(value) && Math.abs(value) < wholeBelow && !Object.is(value, -0)) writer.writeVarint(zigzag(value) * 4 + kinds.whole);
    else {
      writer.writeVarint(kinds.float);
      writer.writeFloat(value);
    }
    [seriesBefore, atBefore] = [seriesId, at];
  }
  return sealed(writer);
}

/** @throws DamagedBlock */
export function unpackArrived(block: Uint8Array): Arrived[] {
  const reader = opened(block);
  const count = reader.readVarint();
  const samples: Arrived[] = [];
  let [seriesId, at] = [0, 0];
  for (let i = 0; i < count; i++) {
    seriesId += unzigzag(reader.readVarint());
    at += unzigzag(reader.readVarint());
    const code = reader.readVarint();
    const kind = code % 4;
    const rest = Math.floor(code / 4);
    if (kind === kinds.other) samples.push({ seriesId, at, outcome: rest, value: null });
    else samples.push({ seriesId, at, outcome: outcomes.measured, value: kind === kinds.whole ? unzigzag(rest) : reader.readFloat() });
  }
  return samples;
}
