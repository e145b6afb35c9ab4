/** Says that the engine is out of reach, since when, and that what is shown is old. */
import { IconPlugConnectedX } from '@tabler/icons-react';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { formatAge } from '../ui/format.ts';
import { useSecond } from '../ui/ticker.ts';

export function ConnectionBanner({ since }: { readonly since: number }): ReactElement {
  const { t } = useTranslation();
  const now = useSecond();
  return (
    <div className="banner" role="alert">
      <IconPlugConnectedX size={18} stroke={1.5} aria-hidden />
      <span>{t('connection.lost', { age: formatAge(now - since) })}</span>
    </div>
  );
}
