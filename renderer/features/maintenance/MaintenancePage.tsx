/** Maintenance windows: times in which trouble is expected. A click opens one in its form, which is a page of its own. */
import { Button } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useMemo, useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { MaintenanceRow } from '../../../shared/model/maintenance.ts';
import type { AppError } from '../../../shared/rpc/contract.ts';
import { goTo, useParameters } from '../../app/navigation.ts';
import { useFeed, useReadOnly } from '../../client/hooks.ts';
import { useDeviceNames } from '../../client/use-device-names.ts';
import { useView } from '../../state/view.ts';
import { DataGrid } from '../../ui/DataGrid.tsx';
import { ErrorSentence } from '../../ui/ErrorSentence.tsx';
import { PageSearch } from '../../ui/PageSearch.tsx';
import { PageTitle } from '../../ui/PageTitle.tsx';
import { windowColumns } from './window-columns.ts';
import { WindowEditor } from './WindowEditor.tsx';
import { zoneOfThisComputer } from './window-words.ts';
import './maintenance.css';

export function MaintenancePage(): ReactElement {
  const id = useParameters().get('window');
  return id === null ? <WindowList /> : <WindowEditor key={id} id={id === 'new' ? null : id} />;
}

function WindowList(): ReactElement {
  const { t, i18n } = useTranslation('maintenance');
  const readOnly = useReadOnly();
  const feed = useFeed('maintenance.live', {});
  const devices = useDeviceNames();
  const columns = useMemo(() => {
    const names = new Map<string, string>((devices ?? []).map(device => [device.id, device.name]));
    return windowColumns(t, i18n.language, zoneOfThisComputer(), id => names.get(id));
  }, [t, i18n.language, devices]);
  const layout = useView(view => view.layouts['maintenance']);
  const setLayout = useView(view => view.setLayout);
  const [search, setSearch] = useState('');
  const [failure, setFailure] = useState<AppError | null>(null);
  return (
    <>
      <PageTitle
        title={t('common:pages.maintenance')}
        actions={
          <>
            <PageSearch label={t('search')} value={search} onChange={setSearch} />
            <Button leftSection={<IconPlus size={16} stroke={1.5} />} disabled={readOnly} onClick={() => goTo('/maintenance?window=new')}>
              {t('add')}
            </Button>
          </>
        }
      />
      <ErrorSentence error={failure} />
      <DataGrid
        label={t('common:pages.maintenance')}
        feed={feed}
        columns={columns}
        empty={t('empty')}
        onOpen={(window: MaintenanceRow) => goTo(`/maintenance?window=${window.id}`)}
        search={search}
        searchText={window => `${window.name} ${window.reason} ${window.createdBy}`}
        onFail={setFailure}
        layout={layout}
        onLayout={next => setLayout('maintenance', next)}
      />
    </>
  );
}
