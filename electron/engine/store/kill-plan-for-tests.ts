/** What the store that is killed, and the one that looks for what is left, both know: which sample is which. */

/** Samples of every device, one each simulated minute. */
export const samplePlan = {
  devices: 40,
  at: (tick: number): number => Date.UTC(2026, 0, 5) + tick * 60_000,
  value: (deviceId: number, tick: number): number => 1_000 + ((deviceId * 7_919 + tick * 104_729) % 100_000),
} as const;

/** `pushed`: handed over at a moment of the wall clock; the others: acknowledged, with all before. */
export type Told = { readonly kind: 'pushed'; readonly tick: number; readonly atMs: number } | { readonly kind: 'written'; readonly tick: number } | { readonly kind: 'setting' | 'device' | 'acknowledged'; readonly n: number };

export const uuidOf = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
