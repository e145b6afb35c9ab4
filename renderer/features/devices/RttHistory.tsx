/** Round trips of one device over time, kept current, and the way to the whole of its history. */
import { ActionIcon, Group, SegmentedControl, Title, Tooltip } from '@mantine/core';
import { IconArrowsMaximize } from '@tabler/icons-react';
import { useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { DeviceId } from '../../../shared/model/ids.ts';
import { goTo } from '../../app/navigation.ts';
import { useKeptQuery } from '../../client/hooks.ts';
import { Chart } from '../../ui/Chart.tsx';
import { ErrorSentence } from '../../ui/ErrorSentence.tsx';
import { historySpanNames, historySpans, refreshMs, type HistorySpanName } from '../../ui/history-spans.ts';
import { useNow } from '../../ui/ticker.ts';

/** More than the chart is wide would not be seen. */
const maxPoints = 400;

export function RttHistory({ deviceId }: { readonly deviceId: DeviceId }): ReactElement {
  const { t } = useTranslation('devices');
  const [span, setSpan] = useState<HistorySpanName>('hour');
  const spanMs = historySpans[span];
  const to = useNow(refreshMs(spanMs));
  const from = to - spanMs;
  const { kept, error } = useKeptQuery('history.series', { target: { of: 'device', deviceId }, from, to, maxPoints });
  const shown = kept?.input ?? { from, to };

  return (
    <section>
      <Group justify="space-between" mb={8} wrap="nowrap">
        <Title order={3} size={14}>
          {t('history.title')}
        </Title>
        <Group gap={4} wrap="nowrap">
          <SegmentedControl
            aria-label={t('history.span')}
            value={span}
            onChange={setSpan}
            data={historySpanNames.map(name => ({ value: name, label: t(`history.${name}`) }))}
            className="span-choice"
          />
          <Tooltip label={t('history.open')}>
            <ActionIcon variant="default" size={30} aria-label={t('history.open')} onClick={() => goTo(`/history?device=${deviceId}&span=${span}`)}>
              <IconArrowsMaximize size={16} stroke={1.5} />
            </ActionIcon>
          </Tooltip>
        </Group>
      </Group>
      <ErrorSentence error={error} />
      <Chart label={t('history.title')} series={kept?.value ?? null} from={shown.from} to={shown.to} height={170} />
    </section>
  );
}
