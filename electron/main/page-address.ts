/** Which addresses are this app's own page. Pure. */

/** True for exactly the page's file, whatever its fragment: the page keeps its route there. */
export function isOwnPage(address: string, pageUrl: string): boolean {
  const hash = address.indexOf('#');
  return (hash < 0 ? address : address.slice(0, hash)) === pageUrl;
}

/** Whether a message came from the top frame of our page: a frame inside it, or one that is gone, gets nothing. */
export const isOwnFrame = (frame: { readonly url: string; readonly parent: unknown } | null, pageUrl: string): boolean => frame !== null && frame.parent === null && isOwnPage(frame.url, pageUrl);
