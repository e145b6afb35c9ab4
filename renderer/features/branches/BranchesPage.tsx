/** The branches, the worst off on top; a click shows the devices of one. */
import { useCallback, useMemo, useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { BranchRow } from '../../../shared/model/branch.ts';
import type { AppError } from '../../../shared/rpc/contract.ts';
import { goTo } from '../../app/navigation.ts';
import { useFeed } from '../../client/hooks.ts';
import { useView } from '../../state/view.ts';
import { DataGrid } from '../../ui/DataGrid.tsx';
import { ErrorSentence } from '../../ui/ErrorSentence.tsx';
import { PageSearch } from '../../ui/PageSearch.tsx';
import { PageTitle } from '../../ui/PageTitle.tsx';
import { branchColumns } from './branch-columns.ts';

const searchTextOf = (branch: BranchRow): string => `${branch.name} ${branch.region ?? ''}`;

export function BranchesPage(): ReactElement {
  const { t } = useTranslation('branches');
  const feed = useFeed('branches.live', {});
  const language = useView(view => view.language);
  const columns = useMemo(() => branchColumns(t, language), [t, language]);
  const layout = useView(view => view.layouts['branches']);
  const setLayout = useView(view => view.setLayout);
  const choose = useView(view => view.choose);
  const [search, setSearch] = useState('');
  const [failure, setFailure] = useState<AppError | null>(null);

  const showDevices = useCallback(
    (branch: BranchRow): void => {
      choose({ deviceBranch: branch.name, deviceStates: [], search: '' });
      goTo('/devices');
    },
    [choose],
  );

  return (
    <>
      <PageTitle
        title={t('common:pages.branches')}
        actions={<PageSearch label={t('search')} value={search} onChange={setSearch} />}
      />
      <ErrorSentence error={failure} />
      <DataGrid
        label={t('common:pages.branches')}
        feed={feed}
        columns={columns}
        empty={t('empty')}
        onOpen={showDevices}
        search={search}
        searchText={searchTextOf}
        onFail={setFailure}
        layout={layout}
        onLayout={next => setLayout('branches', next)}
      />
    </>
  );
}
