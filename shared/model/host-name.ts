/** What a host name is, so that what merely looks like one is told at once. */

const label = /^(?!-)[a-z\d_-]{1,63}(?<!-)$/i;

/**
 * A host name: labels of letters, digits, hyphens and underscores (RFC 1123, and what is really in use), perhaps with a dot at the end. What ends in a number is
 * a mistyped address (no top-level domain does), and so is what begins like one: "192.0.2.x".
 */
export function isHostName(text: string): boolean {
  const name = text.replace(/\.$/, '');
  const labels = name.split('.');
  const isNumber = (each: string | undefined): boolean => each !== undefined && /^(\d+|0x[\da-f]*)$/i.test(each);
  return name.length <= 253 && labels.every(each => label.test(each)) && !isNumber(labels.at(-1)) && /[a-z]/i.test(name) && !(labels.length === 4 && labels.slice(0, 3).every(isNumber));
}
