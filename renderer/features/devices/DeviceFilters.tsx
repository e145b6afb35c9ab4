/** Which devices are shown: by state, by branch. The counts are of the chosen branch, or of all devices. */
import { Select } from '@mantine/core';
import { useSyncExternalStore, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { useLive } from '../../client/hooks.ts';
import { useView } from '../../state/view.ts';
import { FilterChips } from '../../ui/FilterChips.tsx';
import { shownStates } from '../../ui/shown-state.ts';
import type { StateTally } from './state-tally.ts';

/** Chips of the states, in a row of their own: they stay where they are while the buttons above change. */
export function StateFilter({ tally }: { readonly tally: StateTally }): ReactElement {
  const { t } = useTranslation('devices');
  const states = useView(view => view.deviceStates);
  const branch = useView(view => view.deviceBranch);
  const choose = useView(view => view.choose);
  const counts = useSyncExternalStore(tally.subscribe, () => tally.of(branch));
  return (
    <div className="state-filter">
      <FilterChips
        label={t('filters.states')}
        options={shownStates.map(state => ({ value: state, label: t(`common:state.${state}`), mark: `state state-${state}`, count: counts?.[state] }))}
        chosen={states}
        onChange={chosen => choose({ deviceStates: chosen })}
      />
    </div>
  );
}

export function BranchFilter(): ReactElement {
  const { t } = useTranslation('devices');
  const branch = useView(view => view.deviceBranch);
  const choose = useView(view => view.choose);
  const { rows } = useLive('branches.live', {});
  const names = rows.map(row => row.name).toSorted((a, b) => a.localeCompare(b));
  // A filter that was kept stays visible, also where its branch is gone.
  const options = branch === null || names.includes(branch) ? names : [branch, ...names];
  return (
    <Select
      aria-label={t('filters.branch')}
      placeholder={t('filters.branch')}
      data={options}
      value={branch}
      onChange={chosen => choose({ deviceBranch: chosen })}
      searchable
      clearable
      w={190}
      limit={100}
      nothingFoundMessage={t('filters.noBranch')}
    />
  );
}
