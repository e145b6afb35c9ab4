/** What stands in the alert list while no alert passes its filters: why, and whether that is good news. */
import type { TFunction } from 'i18next';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { useRow } from '../../client/hooks.ts';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { quietOf, type Quiet } from './alert-view.ts';
import { workStates, type WorkState } from './work-state.ts';

/** `states`: the only ones the filters let through; none means all. */
export function NoAlerts({ states }: { readonly states: readonly WorkState[] }): ReactElement {
  const { t } = useTranslation('alerts');
  const quiet = quietOf(useRow('system.health', {}, 'fleet'));
  if (states.length > 0 && !states.includes('open')) return <EmptyState title={t('empty.filtered')} sentence={t('empty.filteredHint')} />;
  const title = t(states.length === 0 || states.length === workStates.length ? 'empty.none' : 'empty.noneOpen');
  const sentence = sentenceOf(quiet, t);
  return <EmptyState title={title} {...(sentence === null ? {} : { sentence })} />;
}

function sentenceOf(quiet: Quiet, t: TFunction<'alerts'>): string | null {
  const unseen = 'unseen' in quiet && quiet.unseen > 0 ? ` ${t('empty.notObserved', { count: quiet.unseen })}` : '';
  switch (quiet.kind) {
    case 'unknown':
      return null;
    case 'no-devices':
      return t('empty.noDevices');
    case 'blind':
      return unseen.trim();
    case 'all-answer':
      return t('empty.allAnswer', { count: quiet.checked }) + unseen;
    case 'some-silent':
      return t('empty.someSilent', { count: quiet.silent, checked: quiet.checked }) + unseen;
    default:
      return quiet satisfies never;
  }
}
