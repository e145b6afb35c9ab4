/** Says that this console cannot see its devices, since when and why. One line of one height: it comes and goes without moving the page more than it must. */
import { IconEye, IconEyeOff } from '@tabler/icons-react';
import type { TFunction } from 'i18next';
import { useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { useRow } from '../client/hooks.ts';
import { formatMinute } from '../ui/format.ts';
import { useSecond } from '../ui/ticker.ts';
import { nextBanner, type Banner } from './blind-banner.ts';

export function BlindBanner(): ReactElement | null {
  const { t } = useTranslation();
  const sight = useRow('system.health', {}, 'sight');
  const now = useSecond();
  const [before, setBefore] = useState<Banner | null>(null);
  const banner = nextBanner(before, sight, now);
  if (banner !== before) setBefore(banner);
  if (!banner) return null;
  const words = wordsOf(banner, now, t);
  const Icon = banner.kind === 'blind' ? IconEyeOff : IconEye;
  return (
    <div className="banner banner-sight" data-over={banner.kind === 'over' || undefined} role="status" title={words}>
      <Icon size={18} stroke={1.5} aria-hidden />
      <span className="banner-words">{words}</span>
      <a href="#/system">{t('blind.journal')}</a>
    </div>
  );
}

function wordsOf(banner: Banner, now: number, t: TFunction): string {
  const since = formatMinute(banner.since, now);
  const cause = t(banner.cause === null ? 'blind.causeUnknown' : `blindCause.${banner.cause}`);
  if (banner.kind === 'over') return t('blind.over', { since, until: formatMinute(banner.until, now), cause });
  return t('blind.now', { since, cause, count: banner.devices });
}
