/** A round-trip chart: the average as a line, minimum to maximum as a band, losses shaded red. */
import { useComputedColorScheme } from '@mantine/core';
import { useEffect, useRef, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import type { RttSeries } from '../../shared/model/history.ts';
import { chartColumns, lonePoints, losses, type ChartColumns } from './chart-columns.ts';
import { formatMoment, formatRtt } from './format.ts';

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
    const words = { min: t('chart.min'), average: t('chart.average'), max: t('chart.max'), lost: t('chart.lost') };
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
      <div ref={readout} className="chart-readout" />
      {series && series.t.length === 0 ? <div className="chart-empty">{t('chart.noData')}</div> : null}
    </figure>
  );
}

type Shown = { readonly series: RttSeries | null; readonly from: number; readonly to: number };
type Words = Readonly<Record<'min' | 'average' | 'max' | 'lost', string>>;

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

  function shadeLosses(plot: uPlot): void {
    const { series } = shown();
    if (!series) return;
    const { ctx, bbox } = plot;
    ctx.save();
    ctx.beginPath();
    ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
    ctx.clip();
    ctx.fillStyle = colour('down');
    for (const { from, to, share } of losses(series)) {
      const left = plot.valToPos(from / 1_000, 'x', true);
      const width = Math.max(1, plot.valToPos(to / 1_000, 'x', true) - left);
      ctx.globalAlpha = 0.1 + 0.25 * share;
      ctx.fillRect(left, bbox.top, width, bbox.height);
    }
    ctx.restore();
  }

  function readAt(plot: uPlot): void {
    const index = plot.cursor.idx;
    const at = typeof index === 'number' ? plot.data[0][index] : undefined;
    if (typeof index !== 'number' || at === undefined) return say('');
    const figure = (column: 1 | 2 | 3): string => formatRtt(usOf(plot.data[column]?.[index]));
    const point = shown().series?.t.indexOf(Math.round(at * 1_000)) ?? -1;
    const lost = shown().series?.lost[point] ?? 0;
    say(`${formatMoment(at * 1_000, Date.now())}  ${words.average} ${figure(3)}  ${words.min} ${figure(2)}  ${words.max} ${figure(1)}${lost > 0 ? `  ${words.lost} ${lost}` : ''}`);
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
    hooks: { drawAxes: [shadeLosses], setCursor: [readAt] },
  };
}

const usOf = (ms: number | null | undefined): number | null => (ms === null || ms === undefined ? null : ms * 1_000);

function clock(second: number): string {
  const moment = new Date(second * 1_000);
  return `${String(moment.getHours()).padStart(2, '0')}:${String(moment.getMinutes()).padStart(2, '0')}`;
}
