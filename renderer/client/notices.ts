/** Notices of the system and sounds: what is new since the page was opened, and whether the browser lets us show it. */
import type { Notice } from '../../shared/model/notification.ts';
import type { Batch } from '../../shared/rpc/contract.ts';

/** `unsupported`: this browser, or an address that is not served securely, has none. */
export type NoticePermission = 'granted' | 'denied' | 'not-asked' | 'unsupported';

export function noticePermission(): NoticePermission {
  if (typeof Notification === 'undefined' || !isSecureContext) return 'unsupported';
  return Notification.permission === 'default' ? 'not-asked' : Notification.permission;
}

/** Asks the user once; only from a click, as browsers refuse anything else. */
export async function askPermission(): Promise<NoticePermission> {
  if (noticePermission() === 'not-asked') await Notification.requestPermission();
  return noticePermission();
}

/** Lets through each notice once, and none of those that were there when the page was opened. */
export function noticeGate(): (batch: Batch<Notice>) => readonly Notice[] {
  let known: Set<string> | null = null;
  return batch => {
    const before = known;
    const fresh = before === null ? [] : batch.upsert.filter(notice => !before.has(notice.id));
    // A connection that was lost and is back tells them all again; those that are gone by now need not be remembered.
    known = batch.reset ? new Set() : (before ?? new Set());
    for (const { id } of batch.upsert) known.add(id);
    for (const id of batch.remove) known.delete(id);
    return fresh;
  };
}

/** How long a window keeps its claim: the others hear of the same notice within a moment, or a minute where they are hidden. */
const claimMs = 90_000;

/** Runs `act` in one of the windows that are open on this console. Where the browser cannot tell, in each. */
export async function inOneWindow(name: string, act: () => Promise<void>): Promise<void> {
  // Not there where the page is not served securely, whatever the type says.
  const locks = navigator.locks as LockManager | undefined;
  if (!locks) return act();
  let asked = false;
  try {
    await locks.request(`ward-notice-${name}`, { ifAvailable: true }, async lock => {
      asked = true;
      if (!lock) return;
      await act();
      await new Promise(resolve => setTimeout(resolve, claimMs));
    });
  } catch (error) {
    if (asked) throw error;
    await act(); // Refused to a page without an origin of its own.
  }
}
