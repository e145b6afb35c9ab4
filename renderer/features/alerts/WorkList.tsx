/** The list of alerts or of incidents: chips that narrow it, rows that can be ticked, what can be done with them, and the drawer of one. */
import { Box, Button } from '@mantine/core';
import { useCallback, useMemo, useState, type ReactElement, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { AlertRow } from '../../../shared/model/alert.ts';
import type { AppError } from '../../../shared/rpc/contract.ts';
import { useReadOnly, type Feed } from '../../client/hooks.ts';
import { useView } from '../../state/view.ts';
import { DataGrid } from '../../ui/DataGrid.tsx';
import { ErrorSentence } from '../../ui/ErrorSentence.tsx';
import { FilterChips } from '../../ui/FilterChips.tsx';
import type { Column } from '../../ui/grid-column.ts';
import type { OpenedBy } from '../../ui/grid-props.ts';
import { ActionBar } from './ActionBar.tsx';
import { ActionDialog } from './ActionDialog.tsx';
import type { Action, ActionKind } from './actions.ts';
import { countedFeed, type WorkCounts } from './counted-feed.ts';
import { NoAlerts } from './NoAlerts.tsx';
import { endedAt, passesStates, rowClass, stateMarks, workStates, type Work, type WorkState } from './work-state.ts';

/** What the drawer is given. `row` undefined: not among the rows (any more). */
export type DrawerProps<Row, Id> = { readonly id: Id | null; readonly row: Row | undefined; readonly focused: boolean; readonly onClose: () => void; readonly onAction: (kind: ActionKind, alerts: readonly AlertRow[]) => void; readonly acted: number };

type Props<Row extends Work> = {
  /** Names the grid, and keeps its layout. */
  readonly name: 'incidents' | 'alerts';
  readonly feed: Feed<Row>;
  readonly columns: readonly Column<Row>[];
  readonly search: string;
  readonly searchText: (row: Row) => string;
  readonly openId: Row['id'] | null;
  readonly onOpen: (id: Row['id'] | null) => void;
  /** The open alerts that rows stand for. */
  readonly alertsOf: (rows: readonly Row[]) => readonly AlertRow[];
  readonly people: () => readonly string[];
  readonly drawer: (props: DrawerProps<Row, Row['id']>) => ReactNode;
};

export function WorkList<Row extends Work>({ name, feed: rows, columns, search, searchText, openId, onOpen, alertsOf, people, drawer }: Props<Row>): ReactElement {
  const { t } = useTranslation('alerts');
  const readOnly = useReadOnly();
  const [counts, setCounts] = useState<WorkCounts | null>(null);
  const feed = useMemo(() => countedFeed(rows, setCounts), [rows]);
  const layout = useView(view => view.layouts[name]);
  const setLayout = useView(view => view.setLayout);
  const [states, setStates] = useState<readonly WorkState[]>([]);
  const [failure, setFailure] = useState<AppError | null>(null);
  const [followed, setFollowed] = useState<Row | undefined>(undefined);
  const [openedBy, setOpenedBy] = useState<OpenedBy>('pointer');
  const [ticked, setTicked] = useState<readonly Row[]>([]);
  const [epoch, setEpoch] = useState(0);
  const [action, setAction] = useState<Action | null>(null);
  const [acted, setActed] = useState(0);

  const accept = useCallback((row: Row) => passesStates(row, states), [states]);
  const close = useCallback(() => onOpen(null), [onOpen]);
  const open = useCallback(
    (row: Row, by: OpenedBy) => {
      setFollowed(row);
      setOpenedBy(by);
      onOpen(row.id);
    },
    [onOpen],
  );
  const act = useCallback((kind: ActionKind, alerts: readonly AlertRow[]) => setAction({ kind, alerts }), []);
  const untick = (): void => setEpoch(count => count + 1);
  const done = (): void => {
    setAction(null);
    setActed(count => count + 1);
    untick();
  };
  const openTicked = alertsOf(ticked.filter(row => endedAt(row) === null));
  const onBoard = workStates.filter(state => (states.length === 0 ? state !== 'known-down' : states.includes(state)));
  // What a search does not find, the grid says itself.
  const nothing = counts !== null && search.trim() === '' && onBoard.every(state => counts[state] === 0);

  return (
    <>
      <div className="work-tools">
        {ticked.length > 0 ? (
          <ActionBar count={ticked.length} alerts={openTicked} onAction={kind => act(kind, alertsOf(ticked.filter(row => endedAt(row) === null)))} onClear={untick} />
        ) : (
          <>
            <FilterChips
              label={t('filters')}
              options={workStates.map(state => ({ value: state, label: t(`state.${state}`), mark: stateMarks[state], count: counts?.[state] }))}
              chosen={states}
              onChange={setStates}
            />
            {states.length > 0 ? (
              <Button variant="subtle" size="compact-xs" onClick={() => setStates([])}>
                {t('showAll')}
              </Button>
            ) : null}
          </>
        )}
      </div>
      <ErrorSentence error={failure} />
      <Box pos="relative" flex={1} mih={0} className="work-list">
        <Box h="100%" display="flex" style={{ visibility: nothing ? 'hidden' : 'visible' }}>
          <DataGrid
            label={t(`view.${name}`)}
            feed={feed}
            columns={columns}
            empty={t('empty.none')}
            onOpen={open}
            {...(readOnly ? {} : { onSelection: setTicked })}
            selectionEpoch={epoch}
            search={search}
            searchText={searchText}
            accept={accept}
            rowClass={rowClass}
            followId={openId}
            onFollow={setFollowed}
            onFail={setFailure}
            layout={layout}
            onLayout={next => setLayout(name, next)}
          />
        </Box>
        {nothing ? (
          <Box pos="absolute" inset={0} display="flex">
            <NoAlerts states={states} />
          </Box>
        ) : null}
      </Box>
      {drawer({ id: openId, row: followed?.id === openId ? followed : undefined, focused: openedBy === 'key', onClose: close, onAction: act, acted })}
      <ActionDialog action={action} people={action?.kind === 'assign' ? people() : []} onClose={() => setAction(null)} onDone={done} />
    </>
  );
}
