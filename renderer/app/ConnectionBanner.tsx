/** Says that the engine is out of reach or hangs, since when, and that what is shown is old. */
import { IconPlugConnectedX } from '@tabler/icons-react';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { Stale } from '../client/stale.ts';
import { formatAge } from '../ui/format.ts';
import { useSecond } from '../ui/ticker.ts';

export function ConnectionBanner({ stale }: { readonly stale: Stale }): ReactElement {
  const { t } = useTranslation();
  const now = useSecond();
  return (
    <div className="banner" role="alert">
      <IconPlugConnectedX size={18} stroke={1.5} aria-hidden />
      <span>{t(`connection.${stale.kind}`, { age: formatAge(now - stale.since) })}</span>
    </div>
  );
}
