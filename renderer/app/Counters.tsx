/** The fleet in a few numbers; a click shows those devices. */
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { useRow } from '../client/hooks.ts';
import { useStale } from '../client/stale.ts';
import { useView } from '../state/view.ts';
import { dash } from '../ui/format.ts';
import { shownStates, stateCounts, type ShownState } from '../ui/shown-state.ts';
import { StateBadge } from '../ui/StateBadge.tsx';
import { goTo } from './navigation.ts';

/** Paused devices are nobody's concern here. */
const counted = shownStates.filter(state => state !== 'paused');

export function Counters(): ReactElement {
  const { t } = useTranslation();
  const fleet = useRow('system.health', {}, 'fleet');
  const counts = fleet && stateCounts(fleet);
  const stale = useStale() !== null;
  const choose = useView(view => view.choose);
  const show = (state: ShownState): void => {
    choose({ deviceStates: [state], deviceBranch: null, search: '' });
    goTo('/devices');
  };
  return (
    <div className="counters" data-old={stale || undefined} role="group" aria-label={t('counters.label')}>
      {counted.map(state => {
        const number = counts ? counts[state] : null;
        return (
          <button key={state} type="button" className="counter" data-none={number === 0 || undefined} data-state={state} onClick={() => show(state)} aria-label={t('counters.show', { state: t(`state.${state}`), number: number ?? dash })}>
            <span className="counter-number figures">{number ?? dash}</span>
            <StateBadge state={state} />
          </button>
        );
      })}
    </div>
  );
}
