/** A round-trip chart: the average as a line, minimum to maximum as a band; losses and outages shaded red, blind time hatched. */
import { useComputedColorScheme } from '@mantine/core';
import { useEffect, useRef, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import type { RttSeries } from '../../shared/model/history.ts';
import { chartColumns, lonePoints, type ChartColumns } from './chart-columns.ts';
import { shadeSpans } from './chart-shading.ts';
import { shownKinds, spanAt } from './chart-spans.ts';
import { formatMinute, formatMoment, formatRtt } from './format.ts';

type Props = {
  readonly label: string;
  /** null: not there yet; the chart keeps its size. */
  readonly series: RttSeries | null;
  /** The time shown, UTC ms. */
  readonly from: number;
  readonly to: number;
  /** Pixels. */
  readonly height: number;
};

export function Chart({ label, series, from, to, height }: Props): ReactElement {
  const { t } = useTranslation();
  const scheme = useComputedColorScheme();
  const place = useRef<HTMLDivElement>(null);
  const readout = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const shown = useRef({ series, from, to });
  shown.current = { series, from, to };

  useEffect(() => {
    const element = place.current;
    if (!element) return;
    const words = { min: t('chart.min'), average: t('chart.average'), max: t('chart.max'), lost: t('chart.lost'), span: (kind: string) => t(`state.${kind}`), cause: (cause: string) => t(`blindCause.${cause}`) };
    const made = new uPlot(options(element, height, () => shown.current, text => void (readout.current && (readout.current.textContent = text)), words), emptyData, element);
    plot.current = made;
    draw(made, shown.current);
    const watch = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height }));
    watch.observe(element);
    return () => {
      watch.disconnect();
      made.destroy();
      plot.current = null;
    };
  }, [height, scheme, t]);
  useEffect(() => {
    if (plot.current) draw(plot.current, { series, from, to });
  }, [series, from, to]);

  return (
    <figure className="chart" aria-label={label} style={{ margin: 0 }}>
      <div ref={place} style={{ height }} />
      <div className="chart-foot">
        <ul className="chart-legend" aria-label={t('chart.legend')}>
          {(series ? shownKinds(series, from, to) : []).map(kind => (
            <li key={kind} data-kind={kind}>
              {kind === 'lost' ? t('chart.lostProbes') : t(`state.${kind}`)}
            </li>
          ))}
        </ul>
        <div ref={readout} className="chart-readout" />
      </div>
      {series && series.t.length === 0 && series.spans.length === 0 ? (
        <div className="chart-empty">
          <span>{t('chart.noData')}</span>
        </div>
      ) : null}
    </figure>
  );
}

type Shown = { readonly series: RttSeries | null; readonly from: number; readonly to: number };
type Words = Readonly<Record<'min' | 'average' | 'max' | 'lost', string>> & { span(kind: string): string; cause(cause: string): string };

const emptyData: uPlot.AlignedData = [[], [], [], []];
const toData = ({ t, min, avg, max }: ChartColumns): uPlot.AlignedData => [t, max, min, avg];

function draw(plot: uPlot, { series, from, to }: Shown): void {
  plot.setData(series ? toData(chartColumns(series)) : emptyData, false);
  plot.setScale('x', { min: from / 1_000, max: to / 1_000 });
}

/** Colours are read when the chart is made: it is made anew when the theme changes. */
function options(element: HTMLElement, height: number, shown: () => Shown, say: (text: string) => void, words: Words): uPlot.Options {
  const style = getComputedStyle(element);
  const colour = (name: string): string => style.getPropertyValue(`--${name}`).trim();
  const line = colour('chart-rtt');
  const axis = { stroke: colour('secondary'), font: `11px ${style.fontFamily}`, grid: { stroke: colour('line'), width: 1 }, ticks: { show: false } } satisfies uPlot.Axis;

  function readAt(plot: uPlot): void {
    const { series } = shown();
    const { left, idx } = plot.cursor;
    if (!series || left === undefined || left < 0) return say('');
    const span = spanAt(series, plot.posToVal(left, 'x') * 1_000);
    const about = span ? `${words.span(span.kind)}${span.cause === null ? '' : ` (${words.cause(span.cause)})`}  ${formatMinute(span.from, Date.now())}–${clock(span.to / 1_000)}` : '';
    const at = typeof idx === 'number' ? plot.data[0][idx] : undefined;
    if (span?.kind === 'not-observed' || typeof idx !== 'number' || at === undefined) return say(about);
    const figure = (column: 1 | 2 | 3): string => formatRtt(usOf(plot.data[column]?.[idx]));
    const lost = series.lost[series.t.indexOf(Math.round(at * 1_000))] ?? 0;
    const figures = `${words.average} ${figure(3)}  ${words.min} ${figure(2)}  ${words.max} ${figure(1)}`;
    say(`${formatMoment(at * 1_000, Date.now())}  ${about === '' ? figures : about}${lost > 0 ? `  ${words.lost} ${lost}` : ''}`);
  }

  return {
    width: element.clientWidth,
    height,
    // On the right, half of the last time on the axis.
    padding: [8, 20, 0, 0],
    legend: { show: false },
    cursor: { drag: { x: false, y: false }, points: { size: 6, width: 0, fill: line }, y: false },
    scales: { x: { time: true }, y: { range: (_plot, _min, max) => [0, max > 0 ? max * 1.1 : 1] } },
    axes: [
      { ...axis, size: 24, values: (_plot, splits) => splits.map(second => clock(second)) },
      { ...axis, size: 44, values: (_plot, splits) => splits.map(ms => (ms === 0 ? '0' : String(Number(ms.toPrecision(3))))) },
    ],
    series: [
      {},
      { stroke: 'transparent', width: 0, points: { show: false } },
      { stroke: 'transparent', width: 0, points: { show: false } },
      // Points only where there is no line to see.
      { stroke: line, width: 1.5, points: { show: false, size: 4, width: 0, fill: line, filter: plot => lonePoints([...(plot.data[3] ?? [])]) } },
    ],
    bands: [{ series: [1, 2], fill: `color-mix(in srgb, ${line} 20%, transparent)` }],
    hooks: { drawAxes: [plot => shadeSpans(plot, shown().series, colour)], setCursor: [readAt] },
  };
}

const usOf = (ms: number | null | undefined): number | null => (ms === null || ms === undefined ? null : ms * 1_000);

function clock(second: number): string {
  const moment = new Date(second * 1_000);
  return `${String(moment.getHours()).padStart(2, '0')}:${String(moment.getMinutes()).padStart(2, '0')}`;
}
