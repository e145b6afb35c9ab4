/** Which devices are shown: by state, by branch. */
import { Select } from '@mantine/core';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { useLive } from '../../client/hooks.ts';
import { useView } from '../../state/view.ts';
import { shownStates, type ShownState } from '../../ui/shown-state.ts';

export function DeviceFilters(): ReactElement {
  const { t } = useTranslation('devices');
  const states = useView(view => view.deviceStates);
  const branch = useView(view => view.deviceBranch);
  const choose = useView(view => view.choose);
  const { rows } = useLive('branches.live', {});
  const names = rows.map(row => row.name).toSorted((a, b) => a.localeCompare(b));
  // A filter that was kept stays visible, also where its branch is gone.
  const options = branch === null || names.includes(branch) ? names : [branch, ...names];

  const toggle = (state: ShownState): void => choose({ deviceStates: states.includes(state) ? states.filter(each => each !== state) : [...states, state] });

  return (
    <>
      <div className="chips" role="group" aria-label={t('filters.states')}>
        {shownStates.map(state => (
          <button key={state} type="button" className="chip" aria-pressed={states.includes(state)} onClick={() => toggle(state)}>
            <span className={`state state-${state}`}>{t(`common:state.${state}`)}</span>
          </button>
        ))}
      </div>
      <Select
        aria-label={t('filters.branch')}
        placeholder={t('filters.branch')}
        data={options}
        value={branch}
        onChange={chosen => choose({ deviceBranch: chosen })}
        searchable
        clearable
        w={150}
        limit={100}
        nothingFoundMessage={t('filters.noBranch')}
      />
    </>
  );
}
