/** A metric over time: the average as a line, minimum to maximum as a band; losses and outages shaded red, blind time hatched, damaged data crosshatched. */
import { useComputedColorScheme } from '@mantine/core';
import { useCallback, useEffect, useRef, type ReactElement, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import type { Series } from '../../shared/model/history.ts';
import { chartColumns, lonePoints, type ChartColumns } from './chart-columns.ts';
import { shadeSpans } from './chart-shading.ts';
import { shownKinds, spanAt } from './chart-spans.ts';
import { formatMinute, formatMoment } from './format.ts';
import { axisFigure, drawnValue, formatFigure, type Unit } from './metric-figures.ts';
import { monthNames } from './month-names.ts';
import { timeTicks } from './time-ticks.ts';

/** Left and right of the plotting area, in pixels: what stands under the chart and belongs to it keeps the same. */
export const chartInset = { left: 52, right: 20 } as const;
/** Room for one mark of the time axis. */
const tickPx = 72;
/** A drag shorter than this was a click. */
const shortestDragPx = 5;

type Props = {
  readonly label: string;
  /** null: not there yet; the chart keeps its size. */
  readonly series: Series | null;
  /** The time shown, UTC ms. */
  readonly from: number;
  readonly to: number;
  /** Pixels. */
  readonly height: number;
  /** Dragging over the chart chooses a stretch of it. */
  readonly onZoom?: (from: number, to: number) => void;
  /** Stands between the chart and the line under it, aligned by `chartInset`, tells the states of the device, and may write into that line. */
  readonly strip?: (say: (text: string) => void) => ReactNode;
  /** Items of the legend for the strip. */
  readonly stripLegend?: ReactNode;
};

export function Chart({ label, series, from, to, height, onZoom, strip, stripLegend }: Props): ReactElement {
  const { t } = useTranslation();
  const scheme = useComputedColorScheme();
  const place = useRef<HTMLDivElement>(null);
  const readout = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const shown = useRef({ series, from, to, onZoom });
  shown.current = { series, from, to, onZoom };
  const zooms = onZoom !== undefined;
  const lost = lostWords(series?.unit);
  const say = useCallback((text: string): void => void (readout.current && (readout.current.textContent = text)), []);
  // What the strip tells need not be told twice.
  const kinds = (series ? shownKinds(series, from, to) : []).filter(kind => strip === undefined || kind === 'damaged' || kind === 'lost');

  useEffect(() => {
    const element = place.current;
    if (!element) return;
    const words = {
      min: t('chart.min'), average: t('chart.average'), max: t('chart.max'), p95: t('chart.p95'), lost: t('chart.lost'), months: monthNames(t),
      span: (kind: string) => t(kind === 'damaged' ? 'chart.damaged' : `state.${kind}`), cause: (cause: string) => t(`blindCause.${cause}`),
    };
    const made = new uPlot(options(element, height, zooms, () => shown.current, say, words), emptyData, element);
    plot.current = made;
    draw(made, shown.current);
    const watch = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height }));
    watch.observe(element);
    return () => {
      watch.disconnect();
      made.destroy();
      plot.current = null;
    };
  }, [height, scheme, t, zooms, say]);
  useEffect(() => {
    if (plot.current) draw(plot.current, { series, from, to });
  }, [series, from, to]);

  return (
    <figure className="chart" aria-label={label} style={{ margin: 0 }}>
      <div className="chart-plot">
        <div ref={place} style={{ height }} />
        {series && series.t.length === 0 && series.spans.length === 0 && series.unreadable.length === 0 ? (
          <div className="chart-empty">
            <span>{t('chart.noData')}</span>
          </div>
        ) : null}
      </div>
      {strip?.(say)}
      <div className="chart-foot">
        <div className="chart-said">
          <ul className="chart-legend" aria-label={t('chart.legend')}>
            {stripLegend}
            {kinds.map(kind => (
              <li key={kind} data-kind={kind}>
                {kind === 'lost' ? t(`chart.${lost}`) : t(kind === 'damaged' ? 'chart.damaged' : `state.${kind}`)}
              </li>
            ))}
          </ul>
          {series && series.t.length > 0 ? <span className="chart-resolution">{t(`chart.from.${series.resolution}`)}</span> : null}
        </div>
        <div ref={readout} className="chart-readout" />
      </div>
    </figure>
  );
}

type Shown = { readonly series: Series | null; readonly from: number; readonly to: number; readonly onZoom?: ((from: number, to: number) => void) | undefined };
type Words = Readonly<Record<'min' | 'average' | 'max' | 'p95' | 'lost', string>> & { readonly months: readonly string[]; span(kind: string): string; cause(cause: string): string };

const emptyData: uPlot.AlignedData = [[], [], [], []];
const toData = ({ t, min, avg, max }: ChartColumns): uPlot.AlignedData => [t, max, min, avg];

/** What a sample that brought no value is called: key of a text. */
function lostWords(unit: Unit | undefined): 'lostProbes' | 'failed' | 'noAnswer' {
  if (unit === 'us') return 'lostProbes';
  return unit === 'ms' || unit === 'value' || unit === undefined ? 'failed' : 'noAnswer';
}

function draw(plot: uPlot, { series, from, to }: Shown): void {
  plot.setData(series ? toData(chartColumns(series)) : emptyData, false);
  plot.setScale('x', { min: from / 1_000, max: to / 1_000 });
}

/** Colours are read when the chart is made: it is made anew when the theme changes. */
function options(element: HTMLElement, height: number, zooms: boolean, shown: () => Shown, say: (text: string) => void, words: Words): uPlot.Options {
  const style = getComputedStyle(element);
  const colour = (name: string): string => style.getPropertyValue(`--${name}`).trim();
  const line = colour('chart-rtt');
  const axis = { stroke: colour('secondary'), font: `11px ${style.fontFamily}`, grid: { stroke: colour('line'), width: 1 }, ticks: { show: false } } satisfies uPlot.Axis;
  const unit = (): Unit => shown().series?.unit ?? 'us';
  const ticks = (plot: uPlot): ReturnType<typeof timeTicks> => {
    const { min = 0, max = 0 } = plot.scales['x'] ?? {};
    const width = Math.max(tickPx, plot.width - chartInset.left - chartInset.right);
    return timeTicks(min * 1_000, max * 1_000, Math.floor(width / tickPx), words.months);
  };

  function readAt(plot: uPlot): void {
    const { series } = shown();
    const { left, idx } = plot.cursor;
    if (!series || left === undefined || left < 0) return say('');
    const span = spanAt(series, plot.posToVal(left, 'x') * 1_000);
    const now = Date.now();
    const about = span ? `${words.span(span.kind)}${span.cause === null ? '' : ` (${words.cause(span.cause)})`}  ${formatMinute(span.from, now)}–${formatMinute(span.to, span.from)}` : '';
    const at = typeof idx === 'number' ? plot.data[0][idx] : undefined;
    if (span?.kind === 'not-observed' || span?.kind === 'damaged' || typeof idx !== 'number' || at === undefined) return say(about);
    const figure = (column: 1 | 2 | 3): string => formatFigure(series.unit, plot.data[column]?.[idx] ?? null);
    const point = series.t.indexOf(Math.round(at * 1_000));
    const lost = series.lost[point] ?? 0;
    const figures = series.stepMs === 0 && series.unit !== 'us' ? figure(3) : `${words.average} ${figure(3)}  ${words.min} ${figure(2)}  ${words.max} ${figure(1)}`;
    const p95 = series.stepMs > 0 && series.p95[point] !== null && series.p95[point] !== undefined ? `  ${words.p95} ${formatFigure(series.unit, drawnValue(series.unit, series.p95[point]))}` : '';
    const moment = series.stepMs >= 60_000 ? formatMinute(at * 1_000, now) : formatMoment(at * 1_000, now);
    // Under work a device may answer or not: both its figures and the work are told.
    const told = [...(about === '' || span?.kind === 'maintenance' ? [`${figures}${p95}`] : []), ...(about === '' ? [] : [about])].join('  ');
    say(`${moment}  ${told}${lost > 0 ? `  ${words.lost} ${lost}` : ''}`);
  }

  /** The chosen stretch becomes what is shown; until that is here, nothing moves. */
  function zoom(plot: uPlot): void {
    const { left, width } = plot.select;
    if (width < shortestDragPx) return;
    plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
    shown().onZoom?.(Math.round(plot.posToVal(left, 'x') * 1_000), Math.round(plot.posToVal(left + width, 'x') * 1_000));
  }

  return {
    width: element.clientWidth,
    height,
    // On the right, half of the last time on the axis.
    padding: [8, chartInset.right, 0, 0],
    legend: { show: false },
    cursor: { drag: { x: zooms, y: false, setScale: false, dist: shortestDragPx }, points: { size: 6, width: 0, fill: line }, y: false },
    scales: { x: { time: true }, y: { range: (_plot, min, max) => [Math.min(0, (min ?? 0) * 1.1), max > 0 ? max * 1.1 : min < 0 ? 0 : 1] } },
    axes: [
      { ...axis, size: 24, splits: plot => ticks(plot).map(tick => tick.at / 1_000), values: plot => ticks(plot).map(tick => tick.label) },
      { ...axis, size: chartInset.left, values: (_plot, splits) => splits.map(value => axisFigure(unit(), value)) },
    ],
    series: [
      {},
      { stroke: 'transparent', width: 0, points: { show: false } },
      { stroke: 'transparent', width: 0, points: { show: false } },
      // Points only where there is no line to see.
      { stroke: line, width: 1.5, points: { show: false, size: 4, width: 0, fill: line, filter: plot => lonePoints([...(plot.data[3] ?? [])]) } },
    ],
    bands: [{ series: [1, 2], fill: `color-mix(in srgb, ${line} 20%, transparent)` }],
    hooks: { drawAxes: [plot => shadeSpans(plot, shown().series, colour)], setCursor: [readAt], setSelect: [zoom] },
  };
}
