/** What stands in the alert list while no alert passes its filters: why, and whether that is good news. */
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { useRow } from '../../client/hooks.ts';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { alertStates, quietOf, type AlertState } from './alert-view.ts';

/** `states`: the only ones the filters let through; none means all. */
export function NoAlerts({ states }: { readonly states: readonly AlertState[] }): ReactElement {
  const { t } = useTranslation('alerts');
  const quiet = quietOf(useRow('system.health', {}, 'fleet'));
  if (states.length > 0 && !states.includes('open')) return <EmptyState title={t('empty.filtered')} sentence={t('empty.filteredHint')} />;
  const title = t(states.length === 0 || states.length === alertStates.length ? 'empty.none' : 'empty.noneOpen');
  switch (quiet.kind) {
    case 'unknown':
      return <EmptyState title={title} />;
    case 'no-devices':
      return <EmptyState title={title} sentence={t('empty.noDevices')} />;
    case 'all-answer':
      return <EmptyState title={title} sentence={t('empty.allAnswer', { count: quiet.checked })} />;
    case 'some-silent':
      return <EmptyState title={title} sentence={t('empty.someSilent', { count: quiet.silent, checked: quiet.checked })} />;
    default:
      return quiet satisfies never;
  }
}
