/** What a person should know now, what somebody already knows, and what is over: as incidents, as alerts, and as the handover of a shift. */
import { SegmentedControl } from '@mantine/core';
import { useCallback, useMemo, useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { AlertRow } from '../../../shared/model/alert.ts';
import type { AlertId, IncidentId } from '../../../shared/model/ids.ts';
import type { IncidentRow } from '../../../shared/model/incident.ts';
import { goTo, useParameters } from '../../app/navigation.ts';
import { useFeed } from '../../client/hooks.ts';
import { PageSearch } from '../../ui/PageSearch.tsx';
import { PageTitle } from '../../ui/PageTitle.tsx';
import { alertColumns } from './alert-columns.ts';
import { AlertDrawer } from './AlertDrawer.tsx';
import { alertSearchText, incidentSearchText } from './alert-view.ts';
import { HandoverView } from './HandoverView.tsx';
import { incidentColumns } from './incident-columns.ts';
import { IncidentDrawer } from './IncidentDrawer.tsx';
import { addressOf, alertViews, placeOf, type AlertViewName } from './place.ts';
import { useAlertIndex, type AlertIndex } from './use-alert-index.ts';
import { WorkList } from './WorkList.tsx';
import './alerts.css';

export function AlertsPage(): ReactElement {
  const { t } = useTranslation('alerts');
  const place = placeOf(useParameters());
  const index = useAlertIndex();
  const [search, setSearch] = useState('');
  const show = (view: AlertViewName): void => goTo(addressOf(view === 'handover' ? { view } : { view, open: null }));
  return (
    <>
      <PageTitle
        title={t('common:pages.alerts')}
        actions={place.view === 'handover' ? null : <PageSearch label={t(`search.${place.view}`)} value={search} onChange={setSearch} />}
      >
        <SegmentedControl aria-label={t('view.label')} value={place.view} onChange={show} data={alertViews.map(value => ({ value, label: t(`view.${value}`) }))} />
      </PageTitle>
      {place.view === 'incidents' ? <Incidents openId={place.open} index={index} search={search} /> : null}
      {place.view === 'alerts' ? <Alerts openId={place.open} index={index} search={search} /> : null}
      {place.view === 'handover' ? <HandoverView onShow={id => goTo(addressOf({ view: 'incidents', open: id }))} /> : null}
    </>
  );
}

type ListProps<Id> = { readonly openId: Id | null; readonly index: AlertIndex; readonly search: string };

function Incidents({ openId, index, search }: ListProps<IncidentId>): ReactElement {
  const { t, i18n } = useTranslation('alerts');
  const feed = useFeed('incidents.live', {});
  const columns = useMemo(() => incidentColumns(t, i18n.language), [t, i18n.language]);
  const open = useCallback((id: IncidentId | null) => goTo(addressOf({ view: 'incidents', open: id })), []);
  const alertsOf = useCallback((rows: readonly IncidentRow[]) => index.openOf(rows.map(row => row.id)), [index]);
  return <WorkList name="incidents" feed={feed} columns={columns} search={search} searchText={incidentSearchText} openId={openId} onOpen={open} alertsOf={alertsOf} people={index.people} drawer={props => <IncidentDrawer {...props} />} />;
}

const themselves = (rows: readonly AlertRow[]): readonly AlertRow[] => rows;

function Alerts({ openId, index, search }: ListProps<AlertId>): ReactElement {
  const { t, i18n } = useTranslation('alerts');
  const feed = useFeed('alerts.live', {});
  const columns = useMemo(() => alertColumns(t, i18n.language), [t, i18n.language]);
  const open = useCallback((id: AlertId | null) => goTo(addressOf({ view: 'alerts', open: id })), []);
  return <WorkList name="alerts" feed={feed} columns={columns} search={search} searchText={alertSearchText} openId={openId} onOpen={open} alertsOf={themselves} people={index.people} drawer={props => <AlertDrawer {...props} />} />;
}
