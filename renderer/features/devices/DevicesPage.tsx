/** The device list: what is watched and how it is, the worst on top. */
import { Button } from '@mantine/core';
import { IconFileImport, IconPlus, IconRefresh, IconSquare, IconTrash } from '@tabler/icons-react';
import { useCallback, useMemo, useState, type ReactElement, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { DeviceRow } from '../../../shared/model/device.ts';
import type { DeviceId } from '../../../shared/model/ids.ts';
import type { AppError } from '../../../shared/rpc/contract.ts';
import { useFeed, useReadOnly, useRow } from '../../client/hooks.ts';
import { useView } from '../../state/view.ts';
import { DataGrid } from '../../ui/DataGrid.tsx';
import { ErrorSentence } from '../../ui/ErrorSentence.tsx';
import type { GridLayout } from '../../ui/grid-column.ts';
import type { OpenedBy } from '../../ui/grid-props.ts';
import { KnownDownDialog } from '../../ui/KnownDownDialog.tsx';
import { PageTitle } from '../../ui/PageTitle.tsx';
import { deviceColumns } from './columns.ts';
import { passesFilters, searchTextOf } from './device-view.ts';
import { DeviceDrawer } from './DeviceDrawer.tsx';
import { BranchFilter, StateFilter } from './DeviceFilters.tsx';
import { DeviceForm } from './DeviceForm.tsx';
import { RemoveDialog } from './RemoveDialog.tsx';
import { stateTally, type StateTally } from './state-tally.ts';
import { useCheckNow } from './use-check-now.ts';
import { useUnmark } from './use-unmark.ts';
import './devices.css';

type Props = {
  readonly onImport: () => void;
  /** Shown in place of the list while there are no devices. */
  readonly welcome: (onAddDevice: () => void) => ReactNode;
};

type Form = { readonly kind: 'closed' } | { readonly kind: 'add' } | { readonly kind: 'edit'; readonly id: DeviceId };

export function DevicesPage({ onImport, welcome }: Props): ReactElement {
  const { t } = useTranslation('devices');
  const fleet = useRow('system.health', {}, 'fleet');
  const readOnly = useReadOnly();
  const [form, setForm] = useState<Form>({ kind: 'closed' });
  const [added, setAdded] = useState(false);
  const [openId, setOpenId] = useState<DeviceId | null>(null);
  const [openRow, setOpenRow] = useState<DeviceRow | undefined>(undefined);
  const [openedBy, setOpenedBy] = useState<OpenedBy>('pointer');
  const [ticked, setTicked] = useState<readonly DeviceRow[]>([]);
  const [removing, setRemoving] = useState<readonly DeviceRow[]>([]);
  const [epoch, setEpoch] = useState(0);
  const [refused, setRefused] = useState<AppError | null>(null);
  const checkNow = useCheckNow();
  const unmark = useUnmark();
  const [marking, setMarking] = useState<readonly DeviceRow[]>([]);
  const rows = useFeed('devices.live', {});
  const tally = useMemo(() => stateTally(rows), [rows]);

  const add = useCallback(() => setForm({ kind: 'add' }), []);
  const open = useCallback((row: DeviceRow, by: OpenedBy) => {
    setOpenId(row.id);
    setOpenRow(row);
    setOpenedBy(by);
  }, []);
  const closeForm = (): void => setForm({ kind: 'closed' });
  // The first device is there before the next health report says so; after that the report is what counts.
  if (added && fleet && fleet.total > 0) setAdded(false);
  const showWelcome = fleet?.total === 0 && !added;

  const removed = (): void => {
    if (removing.some(row => row.id === openId)) setOpenId(null);
    setRemoving([]);
    setEpoch(count => count + 1);
  };

  const marked = (): void => {
    setMarking([]);
    setEpoch(count => count + 1);
  };
  const allMarked = ticked.every(row => row.knownDown !== null);

  // A paused device is not checked, also when it is asked for.
  const checkable = ticked.filter(row => row.state !== 'paused');
  const actions =
    ticked.length > 0 ? (
      <>
        <span className="figures">{t('ticked', { count: ticked.length })}</span>
        <Button variant="default" leftSection={<IconRefresh size={16} stroke={1.5} />} onClick={() => checkNow.run(checkable.map(row => row.id))} loading={checkNow.running} disabled={readOnly || checkable.length === 0}>
          {t('checkNow')}
        </Button>
        <Button variant="default" leftSection={<IconSquare size={16} stroke={1.5} />} onClick={() => (allMarked ? unmark.run(ticked.map(row => row.id)) : setMarking(ticked))} loading={unmark.running} disabled={readOnly}>
          {t(allMarked ? 'knownDown.unmark' : 'knownDown.mark')}
        </Button>
        <Button variant="default" c="var(--down)" leftSection={<IconTrash size={16} stroke={1.5} />} onClick={() => setRemoving(ticked)} disabled={readOnly}>
          {t('common:actions.remove')}
        </Button>
      </>
    ) : (
      <>
        <Button variant="default" leftSection={<IconFileImport size={16} stroke={1.5} />} onClick={onImport} disabled={readOnly}>
          {t('import')}
        </Button>
        <Button leftSection={<IconPlus size={16} stroke={1.5} />} onClick={add} disabled={readOnly}>
          {t('add')}
        </Button>
      </>
    );

  return (
    <>
      {showWelcome ? (
        welcome(add)
      ) : (
        <>
          <PageTitle title={t('title')} actions={actions}>
            <BranchFilter />
          </PageTitle>
          <StateFilter tally={tally} />
          <ErrorSentence error={refused} />
          <DeviceGrid tally={tally} onOpen={open} onTicked={setTicked} epoch={epoch} followId={openId} onFollow={setOpenRow} onFail={setRefused} />
        </>
      )}
      <DeviceDrawer
        id={openId}
        row={openRow}
        focused={openedBy === 'key'}
        onClose={() => setOpenId(null)}
        onShow={setOpenId}
        onEdit={id => setForm({ kind: 'edit', id })}
        onRemove={row => setRemoving([row])}
        onMark={row => setMarking([row])}
      />
      {form.kind === 'closed' ? null : <DeviceForm key={form.kind === 'edit' ? form.id : 'add'} id={form.kind === 'edit' ? form.id : null} onClose={closeForm} onSaved={() => setAdded(true)} />}
      <KnownDownDialog devices={marking} reason={marking.length === 1 ? (marking[0]?.knownDown?.reason ?? '') : ''} onClose={() => setMarking([])} onDone={marked} />
      <RemoveDialog devices={removing} onClose={() => setRemoving([])} onRemoved={removed} />
    </>
  );
}

type GridProps = {
  readonly tally: StateTally;
  readonly onOpen: (row: DeviceRow, by: OpenedBy) => void;
  readonly onTicked: (rows: readonly DeviceRow[]) => void;
  readonly epoch: number;
  readonly followId: DeviceId | null;
  readonly onFollow: (row: DeviceRow | undefined) => void;
  readonly onFail: (error: AppError) => void;
};

function DeviceGrid({ tally, onOpen, onTicked, epoch, followId, onFollow, onFail }: GridProps): ReactElement {
  const { t } = useTranslation('devices');
  const language = useView(view => view.language);
  const columns = useMemo(() => deviceColumns(t, language), [t, language]);
  const search = useView(view => view.search);
  const states = useView(view => view.deviceStates);
  const branch = useView(view => view.deviceBranch);
  const layout = useView(view => view.layouts['devices']);
  const setLayout = useView(view => view.setLayout);
  const accept = useCallback((row: DeviceRow) => passesFilters(row, states, branch), [states, branch]);
  const searchText = useCallback((row: DeviceRow) => searchTextOf(row, t(`common:type.${row.type}`)), [t]);
  const keepLayout = useCallback((next: GridLayout) => setLayout('devices', next), [setLayout]);

  return (
    <DataGrid
      label={t('title')}
      feed={tally.feed}
      columns={columns}
      empty={t('empty')}
      onOpen={onOpen}
      onSelection={onTicked}
      selectionEpoch={epoch}
      search={search}
      searchText={searchText}
      accept={accept}
      followId={followId}
      onFollow={onFollow}
      onFail={onFail}
      layout={layout}
      onLayout={keepLayout}
    />
  );
}
