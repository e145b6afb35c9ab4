/** Shows by the system and lets be heard what the engine wants to be: nothing of it is on the page itself. */
import { useEffect } from 'react';
import { severities } from '../../shared/model/rule.ts';
import type { Notice } from '../../shared/model/notification.ts';
import { useFeed } from '../client/hooks.ts';
import { inOneWindow, noticeGate, noticePermission } from '../client/notices.ts';
import { playSound } from '../client/sounds.ts';
import { goTo } from './navigation.ts';

/** After a lost connection there may be many: more than these are no news but noise. */
const mostShown = 5;

export function Notices(): null {
  const feed = useFeed('notices.live', {});
  useEffect(() => {
    const gate = noticeGate();
    return feed(
      batch => {
        const fresh = gate(batch);
        for (const notice of fresh.filter(each => each.via === 'desktop').slice(-mostShown)) void inOneWindow(notice.id, async () => show(notice));
        // Several at once are one sound, that of the worst.
        const [loudest] = fresh.filter(each => each.via === 'sound').toSorted((a, b) => severities.indexOf(a.severity) - severities.indexOf(b.severity));
        if (loudest) void inOneWindow(loudest.id, async () => void (await playSound(loudest.sound)));
      },
      () => {}, // An engine that has no notices shows none.
    );
  }, [feed]);
  return null;
}

function show(notice: Notice): void {
  if (noticePermission() !== 'granted') return;
  // The tag, so that two windows which could not agree show one.
  const shown = new Notification(notice.title, { body: notice.body, tag: notice.id, requireInteraction: notice.severity === 'critical' && notice.kind === 'problem' });
  shown.addEventListener('click', () => {
    window.focus();
    goTo('/alerts');
    shown.close();
  });
}
