/** The text in what an agent sends. */

/** The standard allows 255; an agent may send 64 kB. */
export const longestText = 1_024;

/** Agents send UTF-8, ISO 8859-1, and line ends and padding of all kinds. Null when nothing readable is left. */
export function readableText(bytes: Buffer): string | null {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    text = bytes.toString('latin1');
  }
  // Controls become one space; marks that turn the direction of what follows on screen go.
  const readable = text.replace(/\p{Cc}+/gu, ' ').replace(/[\u202a-\u202e\u2066-\u2069]/gu, '').trim().slice(0, longestText);
  return readable === '' ? null : readable;
}
