/** The alert list: what a person should know now, what somebody already knows, and what is over. */
import { Box, Button } from '@mantine/core';
import { useCallback, useMemo, useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { AlertRow } from '../../../shared/model/alert.ts';
import type { AppError } from '../../../shared/rpc/contract.ts';
import { useFeed } from '../../client/hooks.ts';
import { useView } from '../../state/view.ts';
import { DataGrid } from '../../ui/DataGrid.tsx';
import { ErrorSentence } from '../../ui/ErrorSentence.tsx';
import { FilterChips } from '../../ui/FilterChips.tsx';
import type { OpenedBy } from '../../ui/grid-props.ts';
import { PageSearch } from '../../ui/PageSearch.tsx';
import { PageTitle } from '../../ui/PageTitle.tsx';
import { alertColumns, stateClasses } from './alert-columns.ts';
import { AlertDrawer } from './AlertDrawer.tsx';
import { alertStates, searchTextOf, stateOf, type AlertState } from './alert-view.ts';
import { countedFeed, type AlertCounts } from './counted-feed.ts';
import { NoAlerts } from './NoAlerts.tsx';

type Selected = { readonly id: string; readonly alert: AlertRow | undefined; readonly by: OpenedBy };

export function AlertsPage(): ReactElement {
  const { t, i18n } = useTranslation('alerts');
  const alerts = useFeed('alerts.live', {});
  const [counts, setCounts] = useState<AlertCounts | null>(null);
  const feed = useMemo(() => countedFeed(alerts, setCounts), [alerts]);
  const columns = useMemo(() => alertColumns(t, i18n.language), [t, i18n.language]);
  const layout = useView(view => view.layouts['alerts']);
  const setLayout = useView(view => view.setLayout);
  const [states, setStates] = useState<readonly AlertState[]>([]);
  const [search, setSearch] = useState('');
  const [failure, setFailure] = useState<AppError | null>(null);
  const [selected, setSelected] = useState<Selected | null>(null);

  const accept = useCallback((alert: AlertRow) => states.length === 0 || states.includes(stateOf(alert)), [states]);
  const close = useCallback(() => setSelected(null), []);
  const follow = useCallback((alert: AlertRow | undefined) => setSelected(before => before && { ...before, alert }), []);
  const showAll = (): void => {
    setStates([]);
    setSearch('');
  };
  // What a search does not find, the grid says itself.
  const nothing = counts !== null && search.trim() === '' && (states.length === 0 ? alertStates : states).every(state => counts[state] === 0);
  const filtered = search.trim() !== '' || states.length > 0;

  return (
    <>
      <PageTitle
        title={t('common:pages.alerts')}
        actions={<PageSearch label={t('search')} value={search} onChange={setSearch} />}
      >
        <FilterChips
          label={t('filters')}
          options={alertStates.map(state => ({ value: state, label: t(`state.${state}`), mark: stateClasses[state], count: counts?.[state] }))}
          chosen={states}
          onChange={setStates}
        />
        {filtered ? (
          <Button variant="subtle" size="compact-xs" onClick={showAll}>
            {t('showAll')}
          </Button>
        ) : null}
      </PageTitle>
      <ErrorSentence error={failure} />
      <Box pos="relative" flex={1} mih={0}>
        <Box h="100%" display="flex" style={{ visibility: nothing ? 'hidden' : 'visible' }}>
          <DataGrid
            label={t('common:pages.alerts')}
            feed={feed}
            columns={columns}
            empty={t('empty.none')}
            onOpen={(alert, by) => setSelected({ id: alert.id, alert, by })}
            search={search}
            searchText={searchTextOf}
            accept={accept}
            followId={selected?.id ?? null}
            onFollow={follow}
            onFail={setFailure}
            layout={layout}
            onLayout={next => setLayout('alerts', next)}
          />
        </Box>
        {nothing ? (
          <Box pos="absolute" inset={0} display="flex">
            <NoAlerts states={states} />
          </Box>
        ) : null}
      </Box>
      <AlertDrawer alert={selected?.alert} focused={selected?.by === 'key'} onClose={close} />
    </>
  );
}
