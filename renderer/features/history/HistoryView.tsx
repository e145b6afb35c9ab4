/** One metric over the chosen time: chart, states, uptime and outages. What was asked last stays on screen until the answer is here. */
import { Paper, Stack, Title } from '@mantine/core';
import { useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { HistoryTarget, Metric } from '../../../shared/model/history.ts';
import { useKeptQuery } from '../../client/hooks.ts';
import { Chart } from '../../ui/Chart.tsx';
import { ErrorSentence } from '../../ui/ErrorSentence.tsx';
import { historySpans, refreshMs } from '../../ui/history-spans.ts';
import { useNow } from '../../ui/ticker.ts';
import { Outages } from './Outages.tsx';
import type { Range } from './place.ts';
import { stretchOf, zoomed } from './range.ts';
import { RangeControls } from './RangeControls.tsx';
import { StateStrip, StripLegend } from './StateStrip.tsx';
import { UptimeFigures } from './UptimeFigures.tsx';

type Props = { readonly target: HistoryTarget; readonly metric: Metric; readonly range: Range; readonly onRange: (range: Range) => void };

/** About as many as the chart is wide. */
const maxPoints = 1_100;
const stillMs = 60_000;

export function HistoryView({ target, metric, range, onRange }: Props): ReactElement {
  const { t } = useTranslation('history');
  const now = useNow(range.kind === 'last' ? refreshMs(historySpans[range.span]) : stillMs);
  const [trail, setTrail] = useState<readonly Range[]>([]);
  const { from, to } = stretchOf(range, now);
  const series = useKeptQuery('history.series', { target, metric, from, to, maxPoints });
  const uptime = useKeptQuery('history.uptime', { target, from, to });
  const deviceId = 'deviceId' in target ? target.deviceId : null;
  const states = useKeptQuery('history.states', deviceId === null ? null : { deviceId, from, to });
  const spans = states.kept?.value.spans ?? [];
  const shown = series.kept?.input ?? { from, to };
  // What is refreshed moves by a pixel; anything more was chosen, and its answer is awaited.
  const late = series.loading && Math.abs(shown.from - from) > (to - from) / 100;

  const go = (next: Range): void => {
    setTrail(before => [...before, range]);
    onRange(next);
  };
  const back = (): void => {
    const before = trail.at(-1);
    if (!before) return;
    setTrail(trail.slice(0, -1));
    onRange(before);
  };
  const showPart = (start: number, end: number): void => go(zoomed(start, Math.min(end, now)));
  const title = t(`title.${metric}`);

  return (
    <Stack gap={12}>
      <RangeControls range={range} now={now} onRange={go} onBack={trail.length > 0 ? back : null} />
      <Paper component="section" aria-label={title} withBorder p={16} pb={12}>
        <Title order={2} size={14} mb={8}>
          {title}
        </Title>
        <ErrorSentence error={series.error} />
        <div className="history-chart" data-late={late || undefined} aria-busy={late}>
          <Chart
            label={title}
            series={series.kept?.value ?? null}
            from={shown.from}
            to={shown.to}
            height={250}
            onZoom={showPart}
            {...(deviceId === null ? {} : { strip: say => <StateStrip spans={spans} from={shown.from} to={shown.to} say={say} />, stripLegend: <StripLegend spans={spans} from={shown.from} to={shown.to} /> })}
          />
        </div>
      </Paper>
      <UptimeFigures uptime={uptime.kept?.value ?? null} error={uptime.error} />
      {deviceId === null ? null : <Outages states={states.kept} error={states.error} ofDevice={target.of !== 'device'} onShow={showPart} />}
    </Stack>
  );
}
