/** Finds out how the bytes of a text file are to be read, and reads them in slices. */
import { isUtf8 } from 'node:buffer';
import type { ImportReport } from '../../../shared/model/import.ts';
import { AppError } from '../../../shared/rpc/contract.ts';

type Encoding = ImportReport['encoding'];

/** What people pick by mistake, by the first bytes, and what to say to them. */
const otherFormats: readonly (readonly [signature: readonly number[], advice: string])[] = [
  [[0x50, 0x4b, 0x03, 0x04], 'This is an Excel workbook or another zip file; save it as CSV first.'],
  [[0xd0, 0xcf, 0x11, 0xe0], 'This is an Excel workbook; save it as CSV first.'],
  [[0x25, 0x50, 0x44, 0x46], 'This is a PDF document; export the inventory as CSV instead.'],
  [[0x1f, 0x8b], 'This is a gzip archive; unpack it and import the CSV file inside.'],
  [[0x53, 0x51, 0x4c, 0x69, 0x74, 0x65, 0x20, 0x66], 'This is an SQLite database; export its devices as CSV first.'],
  [[0x89, 0x50, 0x4e, 0x47], 'This is a picture; choose a CSV file.'],
];

const notText = (): AppError => new AppError('invalid-input', 'This is not a text file; save the inventory as CSV (UTF-8) and import that.');
const startsWith = (bytes: Uint8Array, signature: readonly number[]): boolean => signature.every((byte, at) => bytes[at] === byte);

/**
 * How the file is encoded: by its byte order mark, else by its content. Bytes that are neither UTF-8 nor UTF-16 are taken for Windows-1251,
 * in which every byte means something; the preview shows the choice. Throws `invalid-input` for what is not text at all.
 */
export function detectEncoding(bytes: Uint8Array): Encoding {
  for (const [signature, advice] of otherFormats) if (startsWith(bytes, signature)) throw new AppError('invalid-input', advice);
  if (startsWith(bytes, [0xff, 0xfe])) return 'utf-16le';
  if (startsWith(bytes, [0xfe, 0xff])) return 'utf-16be';
  if (bytes.includes(0)) return utf16ByZeros(bytes);
  return isUtf8(bytes) ? 'utf-8' : 'windows-1251';
}

/** Text has no NULs but in UTF-16, where each comma, digit and line end has one beside it: before it in big endian, after it in little endian. */
function utf16ByZeros(bytes: Uint8Array): Encoding {
  let before = 0;
  let after = 0;
  let lineEnds = 0;
  const end = Math.min(bytes.length, 65_536) & ~1;
  for (let at = 0; at < end; at += 2) {
    const [first = 0, second = 0] = bytes.subarray(at, at + 2);
    if (first === 0 && second !== 0 && second < 0x80) before++;
    if (second === 0 && first !== 0 && first < 0x80) after++;
    if ((first | second) === 0x0a || (first | second) === 0x0d) lineEnds++;
  }
  const enough = lineEnds > 0 ? end / 10 : Number.POSITIVE_INFINITY;
  if (after > enough && before === 0) return 'utf-16le';
  if (before > enough && after === 0) return 'utf-16be';
  throw notText();
}

/** Never in a list of devices, whatever the language: C0 controls but tab and line ends, DEL, and C1, into which Windows-1251 maps its unused byte. */
const controls = /[^\P{Cc}\t\n\f\r]/u;

/**
 * The text in slices of about `sliceBytes` bytes, without its byte order mark and with every line end (CRLF, CR, LF) as LF. No character or
 * line end is split. Throws `invalid-input` when the bytes turn out not to be text.
 */
export function* textSlices(bytes: Uint8Array, encoding: Encoding, sliceBytes: number): Generator<string, void> {
  const decoder = new TextDecoder(encoding, { fatal: true });
  // A CR at the end of a slice waits: its LF may begin the next one.
  let held = '';
  for (let at = 0; at < bytes.length; at += sliceBytes) {
    const last = at + sliceBytes >= bytes.length;
    let text = held + decode(decoder, bytes.subarray(at, at + sliceBytes), !last);
    held = '';
    if (!last && text.endsWith('\r')) [text, held] = [text.slice(0, -1), '\r'];
    if (controls.test(text)) throw notText();
    yield text.replace(/\r\n?/g, '\n');
  }
}

function decode(decoder: TextDecoder, bytes: Uint8Array, stream: boolean): string {
  try {
    return decoder.decode(bytes, { stream });
  } catch {
    // The decoder says only that the bytes are malformed, which is all there is to know.
    throw notText();
  }
}
