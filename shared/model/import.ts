/** What came of reading a CSV inventory: what would be added, and each row that would not, with the reason. */
import { z } from 'zod';
import { DeviceType } from './device.ts';

export const importProblems = [
  'address-missing', 'address-invalid', 'duplicate-in-file', 'already-present', 'formula', 'too-long', 'unknown-type', 'wrong-columns', 'bad-number', 'bad-value',
] as const;

export const ImportFailure = z.object({
  /** 1-based line of the file. */
  line: z.int(),
  problem: z.enum(importProblems),
  /** One English sentence: what is wrong and what to do. */
  message: z.string(),
  /** The row as it stands in the file, shortened. */
  text: z.string(),
});
export type ImportFailure = z.output<typeof ImportFailure>;

export const ImportReport = z.object({
  encoding: z.enum(['utf-8', 'utf-16le', 'utf-16be', 'windows-1251']),
  delimiter: z.enum([',', ';', '\t', '|']),
  /** The file's columns in order; `field` null: not understood and left out. */
  columns: z.array(z.object({ header: z.string(), field: z.string().nullable() })),
  rowCount: z.int(),
  validCount: z.int(),
  failedCount: z.int(),
  /** The first valid rows, for the preview. */
  sample: z.array(z.object({ line: z.int(), name: z.string(), address: z.string(), type: DeviceType, branch: z.string().nullable(), region: z.string().nullable(), snmp: z.boolean() })),
  /** The first failures; `failedCount` counts all. */
  failures: z.array(ImportFailure),
  /** Devices written: 0 for a preview. */
  created: z.int(),
});
export type ImportReport = z.output<typeof ImportReport>;
