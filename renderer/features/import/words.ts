/** The engine's words for an import, as keys of the "import" texts. */
import type { ImportReport } from '../../../shared/model/import.ts';

type Encoding = ImportReport['encoding'];
type Delimiter = ImportReport['delimiter'];

/** Encodings are names, the same in every language. */
export const encodingNames: Readonly<Record<Encoding, string>> = { 'utf-8': 'UTF-8', 'utf-16le': 'UTF-16 LE', 'utf-16be': 'UTF-16 BE', 'windows-1251': 'Windows-1251' };

export const delimiterKeys = { ',': 'delimiter.comma', ';': 'delimiter.semicolon', '\t': 'delimiter.tab', '|': 'delimiter.bar' } as const satisfies Record<Delimiter, string>;
