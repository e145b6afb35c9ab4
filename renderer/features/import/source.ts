/** The bytes to import, of a chosen file or of pasted text, and the form they travel in. */

/** Where the bytes come from. `name` is null for pasted text. */
export type ImportSource = { readonly name: string | null; readonly bytes: Blob };

/** Larger files are refused before they are read; the contract takes 48 million base64 digits, which is 36 MB. */
export const maxImportBytes = 30_000_000;

/** Divisible by three, so that the pieces join without padding, and small enough that the page stays responsive. */
const pieceBytes = 3 * 128 * 1024;

/** Pasted text as a source, encoded as UTF-8. */
export function pastedSource(text: string): ImportSource {
  return { name: null, bytes: new Blob([text], { type: 'text/plain' }) };
}

/** Why a source cannot be imported at all, or null. */
export function refusal(source: ImportSource): 'empty' | 'too-big' | null {
  if (source.bytes.size === 0) return 'empty';
  return source.bytes.size > maxImportBytes ? 'too-big' : null;
}

/**
 * The bytes as base64, read in pieces: between two of them the page can paint and answer.
 * Rejects with the signal's reason when aborted, and with the browser's error when the file cannot be read.
 */
export async function base64Of(bytes: Blob, signal: AbortSignal): Promise<string> {
  const pieces: string[] = [];
  for (let from = 0; from < bytes.size; from += pieceBytes) {
    signal.throwIfAborted();
    pieces.push(base64OfPiece(new Uint8Array(await bytes.slice(from, from + pieceBytes).arrayBuffer())));
  }
  signal.throwIfAborted();
  return pieces.join('');
}

function base64OfPiece(piece: Uint8Array): string {
  let text = '';
  // Spread in slices: one call with every byte as an argument overflows the stack.
  for (let from = 0; from < piece.length; from += 0x8000) text += String.fromCharCode(...piece.subarray(from, from + 0x8000));
  return btoa(text);
}
