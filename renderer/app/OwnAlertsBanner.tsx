/** The console's alerts about itself, on every screen: one line, the worst first. */
import { IconAlertTriangle } from '@tabler/icons-react';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { useRow } from '../client/hooks.ts';
import { Age } from '../ui/Age.tsx';
import { ownAlertsBanner } from './own-alerts.ts';

export function OwnAlertsBanner(): ReactElement | null {
  const { t } = useTranslation();
  const banner = ownAlertsBanner(useRow('system.health', {}, 'alerting')?.ownAlerts);
  if (!banner) return null;
  const { worst, more } = banner;
  const words = more === 0 ? t('own.one', { sentence: worst.sentence }) : t('own.more', { sentence: worst.sentence, count: more });
  return (
    <div className="banner banner-own" data-severity={worst.severity} role="status" title={words}>
      <IconAlertTriangle size={18} stroke={1.5} aria-hidden />
      <span className="banner-words">{words}</span>
      <Age since={worst.since} />
      <a href="#/system">{t('own.link')}</a>
    </div>
  );
}
