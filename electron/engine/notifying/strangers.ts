/** What the text of a server may show of itself in a sentence of ours: one short line, and nothing that is a secret. */

/** Controls and marks of direction are left out: they would rearrange the sentence around them. */
function quoted(text: string, longest = 160): string {
  const plain = oneLine(text.slice(0, 4 * longest));
  return `"${plain.length > longest ? `${plain.slice(0, longest)}…` : plain}"`;
}

export const oneLine = (text: string): string => text.replaceAll(/[\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, '').replaceAll(/[\s\p{Cc}\u2028\u2029]+/gu, ' ').trim();

/** Servers say back what they were told ("Cannot POST /hooks/…"): what holds a piece of a secret is not shown at all, whichever way it is written. */
export function quotedUnless(text: string, secrets: readonly string[]): string | null {
  const said = squeezed(text);
  if (said === '' || secrets.some(secret => said.includes(squeezed(secret)))) return null;
  return quoted(text);
}

const shortestSecret = 4;

/** The pieces of a text that nobody should read: of an address all but its host. */
export function secretsOf(text: string): string[] {
  const url = URL.parse(text);
  const pieces = url ? [url.username, url.password, ...url.pathname.split('/'), ...[...url.searchParams].flat(), url.hash.slice(1)] : [text];
  const ways = pieces.flatMap(piece => [piece, decoded(piece), Buffer.from(piece).toString('base64').replaceAll('=', '')]);
  return [...new Set(ways)].filter(piece => squeezed(piece).length >= shortestSecret);
}

/** Letters and digits alone, so that escapes, breaks and case hide nothing. */
const squeezed = (text: string): string => text.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '');

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // Not encoded after all.
  }
}
