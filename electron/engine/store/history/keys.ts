/** How time and series become keys: a chunk's is series and hour, a day's is series and UTC day, each packed into one integer so that a series lies together on disk. */

export const fiveMinMs = 300_000;
export const hourMs = 3_600_000;
export const dayMs = 86_400_000;
export const hoursADay = 24;
export const fiveMinsADay = 288;

/** Hours since 1970 fit in twenty bits until 2089, days for much longer. */
const slotsASeries = 2 ** 20;

export const hourOf = (at: number): number => Math.floor(at / hourMs);
export const dayOf = (at: number): number => Math.floor(at / dayMs);
/** Works for hours and days alike. A range may reach further than any clock: it still ends within the series. */
export const keyOf = (seriesId: number, slot: number): number => seriesId * slotsASeries + Math.max(0, Math.min(slotsASeries - 1, slot));
export const slotOf = (key: number): number => key % slotsASeries;
export const seriesOf = (key: number): number => Math.floor(key / slotsASeries);
/** The first and last key a series can have. */
export const keysOf = (seriesId: number): readonly [number, number] => [keyOf(seriesId, 0), keyOf(seriesId, slotsASeries - 1)];
/** A clock that is this far off is no clock. */
export const isStorable = (at: number): boolean => at >= 0 && hourOf(at) < slotsASeries;
