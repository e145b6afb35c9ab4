/** One incident: the verdict and what shows it, whom it struck, its alerts, who did what when, and who was told. */
import { Anchor, Button, Group, Stack, Text, Title } from '@mantine/core';
import { useEffect, useState, type ReactElement, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { AlertRow } from '../../../shared/model/alert.ts';
import type { IncidentId } from '../../../shared/model/ids.ts';
import type { IncidentDetail, IncidentRow } from '../../../shared/model/incident.ts';
import { useQueryEvery, useReadOnly } from '../../client/hooks.ts';
import { Age } from '../../ui/Age.tsx';
import { Drawer } from '../../ui/Drawer.tsx';
import { ErrorSentence } from '../../ui/ErrorSentence.tsx';
import { Facts } from '../../ui/Facts.tsx';
import { formatDuration, formatMoment } from '../../ui/format.ts';
import { ActionButtons } from './ActionBar.tsx';
import { actionKinds } from './actions.ts';
import { Messages } from './Messages.tsx';
import { addressOf } from './place.ts';
import { WorkHead } from './WorkHead.tsx';
import { StateLine } from './StateLine.tsx';
import { Timeline } from './Timeline.tsx';
import { durationMs } from './work-state.ts';
import type { DrawerProps } from './WorkList.tsx';

/** Comments and messages do not change the row. */
const refreshMs = 10_000;

export function IncidentDrawer({ id, row, focused, onClose, onAction, acted }: DrawerProps<IncidentRow, IncidentId>): ReactElement {
  const { value: detail, error, again } = useQueryEvery('incidents.get', id === null ? null : { id }, refreshMs);
  useEffect(() => again(), [again, row, acted]);
  // An incident that is no longer in the list may still be known.
  const incident = row ?? detail?.incident;
  return (
    <Drawer opened={id !== null} onClose={onClose} title={incident?.title ?? ''} focused={focused}>
      <Stack gap={16}>
        <ErrorSentence error={error} />
        {incident ? <Detail key={incident.id} incident={incident} detail={detail ?? null} onAction={onAction} /> : null}
      </Stack>
    </Drawer>
  );
}

function Detail({ incident, detail, onAction }: { readonly incident: IncidentRow; readonly detail: IncidentDetail | null } & Pick<DrawerProps<IncidentRow, IncidentId>, 'onAction'>): ReactElement {
  const { t } = useTranslation('alerts');
  const readOnly = useReadOnly();
  const open = detail?.alerts.filter(alert => alert.clearedAt === null) ?? [];
  const moment = (at: number): string => formatMoment(at, Date.now());
  return (
    <>
      <WorkHead work={incident} />
      <div className="verdict">
        <Text size="xs" c="dimmed">
          {t('column.fault')}: {t(`fault.${incident.fault}`)}
        </Text>
        <Text fw={600}>{incident.verdict}</Text>
        {incident.evidence.length === 0 ? null : (
          <ul className="evidence">
            {incident.evidence.map(sentence => (
              <li key={sentence}>{sentence}</li>
            ))}
          </ul>
        )}
      </div>
      {readOnly || incident.closedAt !== null ? null : (
        <Group gap={6}>
          <ActionButtons alerts={open} kinds={actionKinds} onAction={kind => onAction(kind, open)} />
        </Group>
      )}
      <Facts
        facts={[
          { name: t('column.duration'), value: incident.closedAt === null ? <Age since={incident.since} /> : formatDuration(durationMs(incident, Date.now())) },
          { name: t('column.since'), value: moment(incident.since) },
          { name: t('column.raised'), value: moment(incident.openedAt) },
          ...(incident.closedAt === null ? [] : [{ name: t('column.closed'), value: moment(incident.closedAt) }]),
          { name: t('column.branch'), value: [incident.branch, incident.region].filter(part => part !== null).join(', ') },
          { name: t('column.acknowledgedBy'), value: incident.acknowledgedBy === null ? null : `${incident.acknowledgedBy}${incident.acknowledgedAt === null ? '' : `, ${moment(incident.acknowledgedAt)}`}` },
          { name: t('column.assignee'), value: incident.assignee },
        ]}
      />
      <Affected incident={incident} />
      {detail ? (
        <>
          <Part title={t('drawer.alerts')} count={detail.alerts.length}>
            <AlertList alerts={detail.alerts} />
          </Part>
          <Part title={t('drawer.timeline')}>
            <Timeline events={detail.timeline} />
          </Part>
          <Part title={t('drawer.messages')}>
            <Messages messages={detail.messages} />
          </Part>
        </>
      ) : null}
    </>
  );
}

function Part({ title, count, children }: { readonly title: string; readonly count?: number; readonly children: ReactNode }): ReactElement {
  return (
    <section aria-label={title}>
      <Title order={3} size={14} mb={6}>
        {title}
        {count === undefined ? null : <span className="part-count figures">{count}</span>}
      </Title>
      {children}
    </section>
  );
}

/** As many are shown until all are asked for. */
const firstShown = 8;

function Affected({ incident }: { readonly incident: IncidentRow }): ReactElement {
  const { t } = useTranslation('alerts');
  const [all, setAll] = useState(false);
  const shown = all ? incident.affected : incident.affected.slice(0, firstShown);
  // The row names at most two hundred.
  const unnamed = incident.affectedCount - incident.affected.length;
  return (
    <Part title={t('drawer.affected')} count={incident.affectedCount}>
      <ul className="affected">
        {shown.map((name, place) => (
          <li key={`${place} ${name}`} title={name}>
            {name}
          </li>
        ))}
        {all && unnamed > 0 ? <li className="more">{t('drawer.unnamed', { count: unnamed })}</li> : null}
      </ul>
      {shown.length < incident.affected.length ? (
        <Button variant="subtle" size="compact-xs" mt={4} onClick={() => setAll(true)}>
          {t('drawer.showAllAffected', { count: incident.affected.length })}
        </Button>
      ) : null}
    </Part>
  );
}

function AlertList({ alerts }: { readonly alerts: readonly AlertRow[] }): ReactElement {
  return (
    <ul className="alert-list">
      {alerts.map(alert => (
        <li key={alert.id} data-over={alert.clearedAt !== null || undefined}>
          <Group gap={8} wrap="nowrap" justify="space-between">
            <Anchor size="sm" href={`#${addressOf({ view: 'alerts', open: alert.id })}`} className="alert-name">
              {alert.subjectName}
            </Anchor>
            <StateLine work={alert} />
          </Group>
          <Text size="xs" c="dimmed">
            {alert.ruleName}: {alert.value}
          </Text>
        </li>
      ))}
    </ul>
  );
}
