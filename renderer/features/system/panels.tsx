/** The panels of the parts that report their health. A part that has not reported yet shows its figures as dashes. */
import { Box, Group, Stack, Text } from '@mantine/core';
import type { ComponentProps, ReactElement, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { HealthRow } from '../../../shared/model/health.ts';
import { useStale } from '../../client/stale.ts';
import { Age } from '../../ui/Age.tsx';
import { formatBytes } from '../../ui/format.ts';
import { shownStates, stateCounts } from '../../ui/shown-state.ts';
import { SeverityBadge } from '../../ui/SeverityBadge.tsx';
import { HealthPanel } from './HealthPanel.tsx';
import { figure } from './figure.ts';
import { SelfTest } from './SelfTest.tsx';

type PanelProps<Id extends HealthRow['id']> = { readonly row: Extract<HealthRow, { id: Id }> | undefined };

/** A number in tabular figures, so that it keeps its width; null shows as a dash. */
function Figure({ value, digits = 0, unit }: { readonly value: number; readonly digits?: number; readonly unit?: string }): ReactElement {
  const { i18n } = useTranslation();
  const text = figure(value, digits, i18n.language);
  return <span className="figures">{unit === undefined ? text : `${text} ${unit}`}</span>;
}

const whenTold = <Row,>(row: Row | undefined, show: (row: Row) => ReactNode): ReactNode => (row === undefined ? null : show(row));

type ReportedProps = Pick<ComponentProps<typeof HealthPanel>, 'title' | 'facts' | 'children'> & { readonly row: HealthRow | undefined };

/** A part's panel with the level it reported, for as long as the engine does report. */
function ReportedPanel({ row, ...panel }: ReportedProps): ReactElement {
  return <HealthPanel {...panel} level={row?.level ?? null} message={row?.message ?? null} unheardSince={useStale()?.since ?? null} />;
}

export function EnginePanel({ row }: PanelProps<'engine'>): ReactElement {
  const { t } = useTranslation('system');
  return (
    <ReportedPanel
      title={t('engine.title')}
      row={row}
      facts={[
        { name: t('engine.upFor'), value: whenTold(row, ({ startedAt }) => <Age since={startedAt} />) },
        { name: t('engine.tickAge'), value: whenTold(row, ({ tickAt }) => <Age since={tickAt} as="age" />) },
        { name: t('engine.memory'), value: whenTold(row, ({ rssBytes }) => <span className="figures">{formatBytes(rssBytes)}</span>) },
        { name: t('engine.loopDelay'), value: whenTold(row, ({ loopDelayP99Ms }) => <Figure value={loopDelayP99Ms} digits={1} unit={t('unit.ms')} />) },
      ]}
    />
  );
}

export function PollingPanel({ row }: PanelProps<'polling'>): ReactElement {
  const { t } = useTranslation('system');
  return (
    <ReportedPanel
      title={t('polling.title')}
      row={row}
      facts={[
        { name: t('polling.backend'), value: row?.backend ?? null },
        { name: t('polling.rate'), value: whenTold(row, ({ probesPerS }) => <Figure value={probesPerS} digits={1} unit={t('unit.perSecond')} />) },
        { name: t('polling.missed'), value: whenTold(row, ({ missedChecks }) => <Figure value={missedChecks} />) },
      ]}
    >
      {row && row.refused.length > 0 ? (
        <Stack gap={4}>
          <Text size="xs" c="dimmed">
            {t('polling.refused')}
          </Text>
          {row.refused.map(({ backend, reason }) => (
            <Text key={backend} size="sm">
              <Text span inherit fw={600}>
                {backend}
              </Text>
              : {reason}
            </Text>
          ))}
        </Stack>
      ) : null}
      <SelfTest />
    </ReportedPanel>
  );
}

export function StorePanel({ row }: PanelProps<'store'>): ReactElement {
  const { t } = useTranslation('system');
  return (
    <ReportedPanel
      title={t('store.title')}
      row={row}
      facts={[
        { name: t('store.state'), value: whenTold(row, ({ state }) => t(`storeState.${state}`)) },
        { name: t('store.file'), value: whenTold(row, ({ file }) => <span style={{ overflowWrap: 'anywhere' }}>{file}</span>) },
        { name: t('store.size'), value: whenTold(row, ({ sizeBytes }) => <span className="figures">{formatBytes(sizeBytes)}</span>) },
        { name: t('store.unwritten'), value: whenTold(row, ({ unwrittenReadings }) => <Figure value={unwrittenReadings} />) },
        { name: t('store.writeTime'), value: whenTold(row, ({ writeP99Ms }) => <Figure value={writeP99Ms} digits={1} unit={t('unit.ms')} />) },
        { name: t('store.vault'), value: whenTold(row, ({ vault }) => t(`vault.${vault}`)) },
        ...(row?.setAsideAs ? [{ name: t('store.setAsideAs'), value: row.setAsideAs }] : []),
      ]}
    />
  );
}

export function AlertingPanel({ row }: PanelProps<'alerting'>): ReactElement {
  const { t } = useTranslation('system');
  return (
    <ReportedPanel
      title={t('alerting.title')}
      row={row}
      facts={[
        { name: t('alerting.round'), value: whenTold(row, ({ roundAt }) => <Age since={roundAt} as="age" />) },
        { name: t('alerting.roundTime'), value: whenTold(row, ({ roundMs }) => <Figure value={roundMs} digits={1} unit={t('unit.ms')} />) },
        { name: t('alerting.rules'), value: whenTold(row, ({ rules }) => <Figure value={rules} />) },
        { name: t('alerting.openIncidents'), value: whenTold(row, ({ openIncidents }) => <Figure value={openIncidents} />) },
        { name: t('alerting.waitingMessages'), value: whenTold(row, ({ waitingMessages }) => <Figure value={waitingMessages} />) },
      ]}
    >
      {row && row.ownAlerts.length > 0 ? (
        <Stack gap={4}>
          <Text size="xs" c="dimmed">
            {t('alerting.ownAlerts')}
          </Text>
          {row.ownAlerts.map(({ severity, sentence, since }) => (
            <Group key={`${since} ${sentence}`} gap={8} wrap="nowrap" align="flex-start">
              <Box w={96} flex="none">
                <SeverityBadge severity={severity} />
              </Box>
              <Text size="sm" flex={1}>
                {sentence}
              </Text>
              <Age since={since} />
            </Group>
          ))}
        </Stack>
      ) : null}
    </ReportedPanel>
  );
}

export function FleetPanel({ row }: PanelProps<'fleet'>): ReactElement {
  const { t } = useTranslation('system');
  const count = (name: string, of: (told: NonNullable<PanelProps<'fleet'>['row']>) => number): { name: string; value: ReactNode } => ({ name, value: whenTold(row, told => <Figure value={of(told)} />) });
  return (
    <ReportedPanel
      title={t('fleet.title')}
      row={row}
      facts={[
        count(t('fleet.total'), fleet => fleet.total),
        ...shownStates.map(state => count(t(`common:state.${state}`), fleet => stateCounts(fleet)[state])),
        count(t('fleet.alertsNotEnded'), fleet => fleet.openAlerts),
        { name: t('fleet.demo'), value: whenTold(row, ({ demo }) => t(demo ? 'fleet.demoOn' : 'fleet.demoOff')) },
      ]}
    />
  );
}
